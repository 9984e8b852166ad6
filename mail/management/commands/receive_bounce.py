import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, OperationalError

from mail.actions import take_returned

LARGEST = 1024 * 1024
# What mail servers understand as: keep it and try again later (sysexits.h, EX_TEMPFAIL).
LATER = 75


class Command(BaseCommand):
    help = (
        "Reads one message that arrived at the bounce address from standard input, as a mail "
        "server hands it to a pipe. Says nothing and ends well whatever the message is, so that "
        "nothing is ever sent back for it."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        raw = sys.stdin.buffer.read(LARGEST + 1)
        if len(raw) > LARGEST:
            return
        try:
            take_returned(raw=raw)
        except (OperationalError, InterfaceError) as away:
            raise CommandError("The database is away.", returncode=LATER) from away
