"""Products of rows of single bytes, in whole numbers: exact, in whatever order they are added."""

from dataclasses import dataclass
from typing import Any

import numkong
import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Multiplier:
    """A few rows of single bytes, laid out for products with many rows."""

    rows: NDArray[Any]
    packed: numkong.PackedMatrix | None

    @classmethod
    def of(cls, rows: NDArray[Any]) -> "Multiplier":
        return cls(rows, numkong.dots_pack(rows) if len(rows) > 1 else None)

    def products(self, others: NDArray[Any]) -> NDArray[Any]:
        """A row for each of the others, a column for each of these.

        Whole numbers of four bytes, or as fractions of four bytes; as those they are exact up to
        2 ** 24, beyond which they are rounded once.
        """
        if self.packed is None:  # one row is multiplied sooner as it is
            return np.asarray(numkong.cdist(others, self.rows, metric="dot", out_dtype="f32"))
        return np.asarray(numkong.dots_packed(others, self.packed))
