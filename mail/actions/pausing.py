"""The circuit breaker: a mail server that fails again and again is left alone for a while."""

from datetime import timedelta
from typing import Any

import structlog
from django.db import transaction
from django.utils.timezone import now

from mail.models import MailServer

ONLY = 1
FAILURES = 20
PAUSE = timedelta(minutes=5)

log = structlog.get_logger(__name__)


def is_paused() -> bool:
    return MailServer.objects.filter(pk=ONLY, paused_until__gt=now()).exists()


@transaction.atomic
def note_failure(*, error: str, recipient: str = "", by: Any = None) -> bool:
    """A connection could not be made, or broke, or the server refused us at this recipient.

    True once that happened so often that we pause.
    """
    MailServer.objects.get_or_create(pk=ONLY)
    server = MailServer.objects.select_for_update().get(pk=ONLY)
    server.failures += 1
    server.failing_since = server.failing_since or now()
    server.error = error
    if recipient:
        server.add_refused(recipient)
    pauses = server.failures % FAILURES == 0
    if pauses:
        server.paused_until = now() + PAUSE
        log.error("mail_server_paused", error=error, minutes=PAUSE.seconds // 60)
    server.save()
    return pauses


def note_progress(*, by: Any = None) -> None:
    """A letter was taken, or refused in words: the server is there."""
    MailServer.objects.update_or_create(
        pk=ONLY,
        defaults={
            "failures": 0,
            "failing_since": None,
            "paused_until": None,
            "error": "",
            "refused": [],
            "moved_at": now(),
        },
    )
