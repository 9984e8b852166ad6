"""What a score meant until now: how many of those asked at a level came."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

LEAST_IN_BAND = 20
STEP = 100  # tenths: bands begin and end at whole tens of points
TOP = 1000


@dataclass(frozen=True, slots=True)
class Band:
    """Companies asked at `low` up to below `high` tenths of a point, and what came of them."""

    low: int
    high: int
    asked: int
    interested: int
    applied: int

    @property
    def of_ten(self) -> int:
        """About how many of ten apply."""
        return round(10 * self.applied / self.asked)

    def __add__(self, other: "Band") -> "Band":
        return Band(
            min(self.low, other.low),
            max(self.high, other.high),
            self.asked + other.asked,
            self.interested + other.interested,
            self.applied + other.applied,
        )


def bands_of(asked: Iterable[tuple[int, bool, bool]]) -> tuple[Band, ...]:
    """Bands of at least twenty companies each, the lowest first; none while there are fewer.

    `asked` are total, interested and applied of each company. Neighbours are joined until they
    are large enough, and where the higher one did worse: a higher score never promises less.
    """
    bands: list[Band] = []
    for total, interested, applied in sorted(asked):
        low = min(total // STEP * STEP, TOP - STEP)
        one = Band(low, low + STEP, 1, interested, applied)
        if bands and (bands[-1].low == low):
            bands[-1] += one
        else:
            bands.append(one)
    return tuple(_rising(_large_enough(bands)))


def band_at(total: int, bands: Sequence[Band]) -> Band | None:
    """The band a total lies in; none where nobody was ever asked at such a level."""
    at = min(total, TOP - 1)
    return next((band for band in bands if band.low <= at < band.high), None)


def _large_enough(bands: Sequence[Band]) -> list[Band]:
    joined: list[Band] = []
    for band in bands:
        if joined and joined[-1].asked < LEAST_IN_BAND:
            joined[-1] += band
        else:
            joined.append(band)
    if len(joined) > 1 and joined[-1].asked < LEAST_IN_BAND:
        last = joined.pop()
        joined[-1] += last
    return joined if joined and joined[0].asked >= LEAST_IN_BAND else []


def _rising(bands: Sequence[Band]) -> list[Band]:
    """Pool adjacent violators."""
    pooled: list[Band] = []
    for band in bands:
        pooled.append(band)
        while len(pooled) > 1 and _falls(*pooled[-2:]):
            last = pooled.pop()
            pooled[-1] += last
    return pooled


def _falls(lower: Band, higher: Band) -> bool:
    return higher.applied * lower.asked < lower.applied * higher.asked
