"""Whether letters leave, and if not, why; read by /readyz, managers and the doctor."""

import time
from collections.abc import Callable, Iterable
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
class Orders:
    """So many letters were asked for and are not written yet, the first at `oldest`."""

    waiting: int = 0
    oldest: datetime | None = None


_orders: list[Callable[[], Orders]] = []


def add_orders(count: Callable[[], Orders]) -> None:
    """For a room that writes letters down as an order first, which a worker carries out."""
    _orders.append(count)


@dataclass(frozen=True)
class Standstill:
    """`why` is no_worker, paused, no_server, refused, late or ordered; `since` when the oldest
    was due, or when the mail server began to put letters off.
    """

    why: str
    waiting: int
    since: datetime | None


def standstill() -> Standstill | None:
    """Nothing while letters leave, or none waits and a worker is there."""
    letters, server = _letters_waiting()
    orders = [letters, *(count() for count in _orders)]
    waiting = sum(one.waiting for one in orders)
    since = min((one.oldest for one in orders if one.oldest), default=None)
    if not worker_lives():
        return Standstill("no_worker", waiting, since)
    if since is None or since > now() - STILL:
        return None
    why = _why_letters_stay(letters.oldest, server) or _why_orders_stay(orders[1:])
    return Standstill(why, waiting, since) if why else None


def _letters_waiting() -> tuple[Orders, MailServer | None]:
    """With the mail server, if it had to be looked at.

    Those it put off count too while it takes nothing from us: they are due later only because of
    it, and a few of them would never be seen waiting.
    """
    is_due = Q(next_attempt_at__lte=now())
    found = Letter.objects.filter(state=LetterState.QUEUED).aggregate(
        due=Count("pk", filter=is_due),
        oldest=Min("next_attempt_at", filter=is_due),
        put_off=Count("pk", filter=~is_due & Q(attempts__gt=0)),
    )
    due = Orders(found["due"], found["oldest"])
    if not found["put_off"] and not _is_overdue(due.oldest):
        return due, None
    server = MailServer.objects.first() or MailServer()
    if not found["put_off"] or not server.takes_nothing:
        return due, server
    oldest = min(at for at in (due.oldest, server.failing_since) if at)
    return Orders(due.waiting + found["put_off"], oldest), server


def _why_orders_stay(orders: Iterable[Orders]) -> str:
    return "ordered" if any(_is_overdue(one.oldest) for one in orders) else ""


def _why_letters_stay(oldest: datetime | None, server: MailServer | None) -> str:
    """Nothing while others leave before them."""
    if server is None or not _is_overdue(oldest):
        return ""
    return "" if server.moved_at and not _is_overdue(server.moved_at) else _why(server)


def _is_overdue(at: datetime | None) -> bool:
    return at is not None and at <= now() - STILL


def _why(server: MailServer) -> str:
    if server.paused_until and server.paused_until > now():
        return "paused"
    if server.refuses_us:
        return "refused"
    return "no_server" if server.failures else "late"


def worker_lives() -> bool:
    """Whether a worker took up work within the last minute."""
    beaten = cache.get(HEARTBEAT_KEY)
    return beaten is not None and time.time() - beaten < HEARTBEAT_SECONDS


def letters_leave() -> bool:
    """Whether no letter, and no order of letters, waits longer than a minute while nothing leaves.

    Whoever is to blame.
    """
    if _why_orders_stay(count() for count in _orders):
        return False
    return still_for() < STILL.total_seconds()


def still_for() -> float:
    """Seconds for which a letter could have left and none did."""
    age, server = outbox_age(), MailServer.objects.first()
    if server is None:
        return age
    if server.takes_nothing:
        waiting, _server = _letters_waiting()
        age = max(age, _seconds_since(waiting.oldest))
    return min(age, _seconds_since(server.moved_at)) if server.moved_at else age


def _seconds_since(at: datetime | None) -> float:
    return max(0.0, (now() - at).total_seconds()) if at else 0.0


def outbox_age() -> float:
    """Seconds since the oldest letter that could have left became due; 0 when none waits."""
    on_its_way = Q(state__in=[LetterState.CLAIMED, LetterState.SENDING])
    oldest = Letter.objects.aggregate(
        due=Min("next_attempt_at", filter=Q(state=LetterState.QUEUED)),
        claimed=Min("claimed_at", filter=on_its_way),
    )
    return _seconds_since(min((at for at in oldest.values() if at), default=None))
