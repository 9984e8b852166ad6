"""`./labmatch manage check_invariants`: is anything in the database that must never be."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.invariants import all_sentences, broken

SHOWN = 10


class Command(BaseCommand):
    help = (
        "Looks for what must never be true: after a restore, an update or a doubt. Changes nothing."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        found = broken()
        for sentence, keys in found.items():
            more = f" and {len(keys) - SHOWN} more" if len(keys) > SHOWN else ""
            self.stdout.write(f"{sentence}: {', '.join(map(str, keys[:SHOWN]))}{more}")
        if found:
            raise CommandError(f"{len(found)} of {len(all_sentences())} must never be true.")
        self.stdout.write(f"None of {len(all_sentences())} is true.")
