"""Names for the arrays that scoring passes around."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Bools: TypeAlias = NDArray[np.bool_]
Ints: TypeAlias = NDArray[np.int64]
Floats: TypeAlias = NDArray[np.float64]


def any_in_row(bits: Bools) -> Bools:
    found: Bools = np.zeros(len(bits), dtype=np.bool_)
    for column in bits.T:
        found |= column
    return found
