"""The best of companies that come block by block, and never all at once."""

from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from matching.scoring.arrays import Bools, Ints

Rows: TypeAlias = Mapping[str, NDArray[Any]]


class Front:
    """The rows of the highest `totals`, the lower id first among equals, with all their columns.

    `bar` is the total that takes another row among them; nothing while there is room.
    """

    def __init__(self, number: int) -> None:
        self.number = number
        self.bar = 0
        self.seen = 0
        self.rows: Rows = {}

    def add(self, block: Rows, *, among: Bools) -> None:
        """`block` has at least the columns `ids` and `totals`."""
        self.seen += int(np.count_nonzero(among))
        risen = np.flatnonzero(among & (block["totals"] >= self.bar))
        if not risen.size and self.rows:
            return
        if risen.size > self.number > 0:
            totals = block["totals"][risen]
            risen = risen[totals >= _bar(totals, self.number)]
        rows = joined(self.rows, taken(block, risen))
        order = _best_first(rows)[: self.number]
        self.rows = taken(rows, order)
        if self.seen > self.number > 0:
            self.bar = int(self.rows["totals"][-1])


def _bar(totals: NDArray[Any], number: int) -> int:
    """The total that so many reach, so that the columns of all others need not be looked at."""
    return int(np.partition(totals, -number)[-number])


def taken(rows: Rows, places: Ints) -> Rows:
    return {name: column[places] for name, column in rows.items()}


def joined(some: Rows, more: Rows) -> Rows:
    if not some:
        return more
    return {name: np.concatenate([some[name], more[name]]) for name in more}


def _best_first(rows: Rows) -> Ints:
    order: Ints = np.lexsort((rows["ids"], -rows["totals"].astype(np.int64)))
    return order
