"""Names for the arrays that scoring passes around."""

from typing import TypeAlias

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


def are_among(numbers: Ints, known: Ints) -> Bools:
    """Which are among the known ones, which ascend."""
    found = np.zeros(numbers.size, dtype=np.bool_)
    found[places_among(numbers, known)[0]] = True
    return found


def places_among(numbers: Ints, known: Ints) -> tuple[Ints, Ints]:
    """Which of the numbers are among the known ones, which ascend, and where each stands there.

    The last bits of most tell that they are not, and looking up is slow.
    """
    sieve = np.zeros(LAST_BITS + 1, dtype=np.bool_)
    sieve[known & LAST_BITS] = True
    likely = np.flatnonzero(sieve[numbers & LAST_BITS])
    asked = numbers[likely]
    places = np.minimum(np.searchsorted(known, asked), known.size - 1)
    right = known[places] == asked
    return likely[right], places[right]
