from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.urls import reverse

from accounts.actions import write_administrator_link


class Command(BaseCommand):
    help = (
        "Prints a link, good once and for a day, that makes its holder the first administrator. "
        "Prints nothing when there is an administrator already."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        token = write_administrator_link()
        if token:
            path = reverse("accounts:first_administrator_link", args=[token])
            self.stdout.write(f"{settings.BASE_URL}{path}")
