"""manage.py load_demonstration: five stories for trying things out."""

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from demo.loading import NotEmpty, is_loaded, load_demonstration


class Command(BaseCommand):
    help = "Loads the demonstration into an empty database; does nothing when it is there."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMONSTRATION:
            raise CommandError("This is no demonstration: LABMATCH_DEMO is not set.")
        if is_loaded():
            return
        start = time.monotonic()
        try:
            load_demonstration()
        except NotEmpty as refusal:
            raise CommandError(
                "This database holds data already, so the demonstration is not loaded into it."
            ) from refusal
        self.stdout.write(f"Demonstration loaded in {time.monotonic() - start:.1f} s.")
