"""`./labmatch manage doctor`: does everything run, and if not, what to do."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.health import CHECKS, works
from mail.health import standstill

ADVICE = {
    "database": "PostgreSQL does not answer. Look at DATABASE_URL and at its log.",
    "broker": "Valkey does not answer. Work goes on once it is back; look at REDIS_URL.",
    "worker": "No worker took up work within the last minute. Start the worker and the clock.",
    "outbox": "Letters stand still.",
    "disk": "Less than 100 MB are free where uploads are kept.",
}
WHY = {
    "no_worker": "Nobody sends them: start the worker.",
    "paused": "The mail server failed twenty times in a row and is left alone for five minutes.",
    "no_server": "The mail server cannot be reached: look at EMAIL_URL and at the server.",
    "refused": "The mail server refuses whatever we send: look at user and password in EMAIL_URL,"
    " and whether it takes letters from here.",
    "ordered": "No worker takes up what managers ordered: look at the log of the worker.",
    "late": "A worker is there, but slower than letters come, or hanging: look at its log.",
}


class Command(BaseCommand):
    help = "Says of each part whether it runs, and what to do about those that do not."

    def handle(self, *args: Any, **options: Any) -> None:
        found = {name: works(check) for name, check in CHECKS.items()}
        for name, runs in found.items():
            self.stdout.write(f"{name}: {'runs' if runs else ADVICE[name]}")
        if found["database"] and (still := standstill()):
            since = f", the oldest since {still.since:%H:%M:%S} UTC" if still.since else ""
            self.stdout.write(f"{still.waiting} letters wait{since}. {WHY[still.why]}")
        if not all(found.values()):
            raise CommandError("Not everything runs.")
