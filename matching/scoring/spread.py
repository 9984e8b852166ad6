"""How one text measure spreads over the companies, per challenge, in exact whole numbers.

Sums of whole numbers do not depend on order, so blocks scored by several workers add up to the
same spread as one pass, to the last bit.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from matching.scoring.arrays import Floats, Ints


@dataclass(frozen=True, slots=True)
class Spread:
    """Count, sum and sum of squares of raw values (each below 2**20 in size)."""

    count: int = 0
    total: int = 0
    squares: int = 0

    @classmethod
    def of(cls, raw: Ints) -> "Spread":
        return cls(raw.size, int(raw.sum()), int((raw * raw).sum()))

    def __add__(self, other: "Spread") -> "Spread":
        return Spread(
            self.count + other.count, self.total + other.total, self.squares + other.squares
        )

    def standardise(self, raw: Ints) -> Floats:
        """How many standard deviations each value lies above the mean."""
        variance = self.count * self.squares - self.total**2
        if variance <= 0:
            return np.zeros(raw.size)
        deviations: Floats = (raw * float(self.count) - float(self.total)) / float(variance) ** 0.5
        return deviations


@dataclass(frozen=True)
class BriefStatistics:
    """Spreads of one challenge, made by a full run and reused for single rows until the next."""

    spreads: Mapping[str, Spread]

    def __add__(self, other: "BriefStatistics") -> "BriefStatistics":
        names = sorted({*self.spreads, *other.spreads})
        return BriefStatistics({name: self.of(name) + other.of(name) for name in names})

    def of(self, name: str) -> Spread:
        return self.spreads.get(name, Spread())

    def to_data(self) -> dict[str, list[int]]:
        return {name: [s.count, s.total, s.squares] for name, s in sorted(self.spreads.items())}

    @classmethod
    def from_data(cls, data: Mapping[str, list[int]]) -> "BriefStatistics":
        return cls({name: Spread(*numbers) for name, numbers in data.items()})
