"""Names for the arrays that scoring passes around."""

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Bools: TypeAlias = NDArray[np.bool_]
Ints: TypeAlias = NDArray[np.int64]
Floats: TypeAlias = NDArray[np.float64]

LAST_BITS = (1 << 16) - 1


def any_in_row(bits: Bools) -> Bools:
    found: Bools = np.zeros(len(bits), dtype=np.bool_)
    for column in bits.T:
        found |= column
    return found


def each_once(numbers: Ints) -> Ints:
    """Ascending. Sorting takes a fraction of the time of `np.unique` for long arrays."""
    ordered = np.sort(numbers)
    is_new = np.ones(ordered.size, dtype=np.bool_)
    is_new[1:] = ordered[1:] != ordered[:-1]
    found: Ints = ordered[is_new]
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Lookup:
    """Known numbers, which ascend, made ready for looking up many others.

    Most others are told by their last bits: that they are not known, or where one stands that may
    be the same. `guesses` has a place for each of the last bits, or -1.
    """

    known: Ints
    guesses: NDArray[Any]

    @classmethod
    def of(cls, known: Ints) -> "Lookup":
        guesses = np.full(LAST_BITS + 1, -1, dtype=np.min_scalar_type(-known.size - 1))
        guesses[known & LAST_BITS] = np.arange(known.size)
        return cls(known, guesses)

    def places(self, numbers: Ints) -> tuple[Ints, Ints]:
        """Which of the numbers are known, and where each stands among the known ones."""
        guessed = self.guesses.take(numbers & LAST_BITS)
        likely = np.flatnonzero(guessed >= 0)
        asked, places = numbers[likely], guessed[likely].astype(np.int64)
        missed = np.flatnonzero(self.known[places] != asked)
        found = np.searchsorted(self.known, asked[missed])
        places[missed] = np.minimum(found, self.known.size - 1)
        right = self.known[places] == asked
        return likely[right], places[right]


def are_among(numbers: Ints, known: Ints) -> Bools:
    """Which are among the known ones, which ascend."""
    found = np.zeros(numbers.size, dtype=np.bool_)
    found[Lookup.of(known).places(numbers)[0]] = True
    return found
