"""Whether letters leave, and if not, why; read by /readyz, managers and the doctor."""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import cache
from django.db.models import Count, Min, Q
from django.utils.timezone import now

from mail.choices import LetterState
from mail.models import Letter, MailServer

HEARTBEAT_KEY = "worker-heartbeat"
HEARTBEAT_SECONDS = 60
STILL = timedelta(minutes=1)


@dataclass(frozen=True)
class Standstill:
    """`why` is no_worker, paused, no_server or late; `since` when the oldest letter was due."""

    why: str
    waiting: int
    since: datetime | None


def standstill() -> Standstill | None:
    """Nothing while letters leave, or none waits and a worker is there."""
    due = Letter.objects.due().aggregate(number=Count("pk"), oldest=Min("next_attempt_at"))
    found = Standstill("no_worker", due["number"], due["oldest"])
    if not worker_lives():
        return found
    if not due["oldest"] or due["oldest"] > now() - STILL:
        return None
    server = MailServer.objects.first() or MailServer()
    if server.moved_at and server.moved_at > now() - STILL:
        return None
    return Standstill(_why(server), due["number"], due["oldest"])


def _why(server: MailServer) -> str:
    if server.paused_until and server.paused_until > now():
        return "paused"
    return "no_server" if server.failures else "late"


def worker_lives() -> bool:
    """Whether a worker took up work within the last minute."""
    beaten = cache.get(HEARTBEAT_KEY)
    return beaten is not None and time.time() - beaten < HEARTBEAT_SECONDS


def letters_leave() -> bool:
    """Whether no letter waits longer than a minute while nothing leaves, whoever is to blame."""
    return still_for() < STILL.total_seconds()


def still_for() -> float:
    """Seconds for which a letter could have left and none did."""
    age = outbox_age()
    server = MailServer.objects.first()
    if server is None or server.moved_at is None:
        return age
    return min(age, (now() - server.moved_at).total_seconds())


def outbox_age() -> float:
    """Seconds since the oldest letter that could have left became due; 0 when none waits."""
    on_its_way = Q(state__in=[LetterState.CLAIMED, LetterState.SENDING])
    oldest = Letter.objects.aggregate(
        due=Min("next_attempt_at", filter=Q(state=LetterState.QUEUED)),
        claimed=Min("claimed_at", filter=on_its_way),
    )
    since: list[datetime] = [at for at in oldest.values() if at]
    return max(0.0, (now() - min(since)).total_seconds()) if since else 0.0
