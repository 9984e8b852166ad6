"""What a score meant until now: how many of those asked at a level came."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple, TypeAlias

LEAST_IN_BAND = 20
# Fewer companies, asked again and again, could be recognised in what came of them.
LEAST_COMPANIES = 10
STEP = 100  # tenths: bands begin and end at whole tens of points
TOP = 1000


class Asked(NamedTuple):
    """One invitation: the score of its company, and what came of it."""

    total: int
    company: int
    interested: bool
    applied: bool

    @property
    def low(self) -> int:
        return min(self.total // STEP * STEP, TOP - STEP)


Level: TypeAlias = list[Asked]


@dataclass(frozen=True, slots=True)
class Band:
    """Invitations at `low` up to below `high` tenths of a point, and what came of them."""

    low: int
    high: int
    asked: int
    interested: int
    applied: int

    @property
    def of_ten(self) -> int:
        """About how many of ten apply."""
        return round(10 * self.applied / self.asked)


def bands_of(asked: Iterable[Asked]) -> tuple[Band, ...]:
    """Bands of at least twenty invitations to at least ten companies, the lowest first; none while
    there are fewer.

    Neighbours are joined until they are large enough, and where the higher one did worse: a higher
    score never promises less.
    """
    levels = [list(level) for _, level in groupby(sorted(asked), lambda one: one.low)]
    return tuple(_band(level) for level in _rising(_large_enough(levels)))


def band_at(total: int, bands: Sequence[Band]) -> Band | None:
    """The band a total lies in; none where nobody was ever asked at such a level."""
    at = min(total, TOP - 1)
    return next((band for band in bands if band.low <= at < band.high), None)


def _band(level: Level) -> Band:
    return Band(
        low=level[0].low,
        high=level[-1].low + STEP,
        asked=len(level),
        interested=sum(one.interested for one in level),
        applied=_applied(level),
    )


def _applied(level: Level) -> int:
    return sum(one.applied for one in level)


def _is_large(level: Level) -> bool:
    companies = {one.company for one in level}
    return len(level) >= LEAST_IN_BAND and len(companies) >= LEAST_COMPANIES


def _large_enough(levels: Sequence[Level]) -> list[Level]:
    joined: list[Level] = []
    for level in levels:
        if joined and not _is_large(joined[-1]):
            joined[-1] += level
        else:
            joined.append(level)
    if len(joined) > 1 and not _is_large(joined[-1]):
        last = joined.pop()
        joined[-1] += last
    return joined if joined and _is_large(joined[0]) else []


def _rising(levels: Sequence[Level]) -> list[Level]:
    """Pool adjacent violators."""
    pooled: list[Level] = []
    for level in levels:
        pooled.append(level)
        while len(pooled) > 1 and _falls(*pooled[-2:]):
            last = pooled.pop()
            pooled[-1] += last
    return pooled


def _falls(lower: Level, higher: Level) -> bool:
    return _applied(higher) * len(lower) < _applied(lower) * len(higher)
