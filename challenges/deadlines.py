"""Deadlines: a local date and minute in a zone, counted to the end of that minute. Pure."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo


class UnusableTime(ValueError):
    """A local time that names no instant, or two; `reason` is "ambiguous" or "nonexistent"."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def deadline_from_local(*, day: date, minute: time, zone: str) -> datetime:
    """The last instant of that minute, in UTC. Raises UnusableTime around a change of clocks."""
    last = minute.replace(second=59, microsecond=999999, tzinfo=None)
    local = datetime.combine(day, last).replace(tzinfo=ZoneInfo(zone))
    instant = local.astimezone(UTC)
    if instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise UnusableTime("nonexistent")
    if local.replace(fold=1).astimezone(UTC) != instant:
        raise UnusableTime("ambiguous")
    return instant


def local_of(deadline: datetime, zone: str) -> tuple[date, time]:
    """The date and minute a person entered."""
    local = deadline.astimezone(ZoneInfo(zone))
    return local.date(), local.time().replace(second=0, microsecond=0)
