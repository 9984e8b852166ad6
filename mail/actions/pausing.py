"""The circuit breaker: a mail server that fails again and again is left alone for a while."""

from datetime import timedelta
from typing import Any

import structlog
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils.timezone import now

from mail.models import MailServer

ONLY = 1
FAILURES = 20
PAUSE = timedelta(minutes=5)

log = structlog.get_logger(__name__)


def is_paused() -> bool:
    return MailServer.objects.filter(pk=ONLY, paused_until__gt=now()).exists()


@transaction.atomic
def note_failure(*, error: str, by: Any = None) -> bool:
    """A connection could not be made, or broke. True once that happened so often that we pause."""
    MailServer.objects.get_or_create(pk=ONLY)
    row = MailServer.objects.filter(pk=ONLY)
    since = Coalesce(F("failing_since"), now())
    row.update(failures=F("failures") + 1, failing_since=since, error=error)
    if row.get().failures % FAILURES:
        return False
    row.update(paused_until=now() + PAUSE)
    log.error("mail_server_paused", error=error, minutes=PAUSE.seconds // 60)
    return True


def note_progress(*, by: Any = None) -> None:
    """A letter was taken, or refused in words: the server is there."""
    MailServer.objects.update_or_create(
        pk=ONLY,
        defaults={
            "failures": 0,
            "failing_since": None,
            "paused_until": None,
            "error": "",
            "moved_at": now(),
        },
    )
