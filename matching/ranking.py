"""The best challenges of each company, as packed numbers: pure arithmetic over arrays."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LENGTH = 50
ENTRY = np.dtype([("challenge", "<i4"), ("total", "<i2")])
SIZE = LENGTH * ENTRY.itemsize
NOBODY = -1  # the total of an empty entry, and of a company that is not eligible

Entries = NDArray[np.void]


@dataclass(frozen=True, eq=False)
class Columns:
    """Totals of companies (rows) for challenges (columns), NOBODY where one is not eligible."""

    companies: NDArray[np.int64]
    challenges: NDArray[np.int32]
    totals: NDArray[np.int16]

    def rows(self, start: int, end: int) -> "Columns":
        return Columns(self.companies[start:end], self.challenges, self.totals[start:end])

    def only(self, chosen: NDArray[np.bool_]) -> "Columns":
        return Columns(self.companies, self.challenges[chosen], self.totals[:, chosen])


def unpacked(data: bytes | memoryview) -> Entries:
    """One row of LENGTH entries for each company, best first."""
    return np.frombuffer(data, dtype=ENTRY).reshape(-1, LENGTH)


def empty(companies: int) -> Entries:
    entries = np.zeros((companies, LENGTH), dtype=ENTRY)
    entries["total"] = NOBODY
    return entries


def merged(old: Entries, columns: Columns, *, open_now: Iterable[int]) -> Entries:
    """The rankings with the new totals in them, and without challenges that are over.

    A challenge that fell leaves a place that only the next run of the others can fill.
    """
    stays = np.isin(old["challenge"], np.setdiff1d(list(open_now), columns.challenges))
    challenges = np.concatenate(
        [old["challenge"], np.broadcast_to(columns.challenges, columns.totals.shape)], axis=1
    )
    totals = np.concatenate([np.where(stays, old["total"], NOBODY), columns.totals], axis=1)
    challenges = np.where(totals == NOBODY, 0, challenges).astype(np.int64)
    keys = challenges - (totals.astype(np.int64) << 32)
    if keys.shape[1] > LENGTH:
        keys = np.partition(keys, LENGTH - 1, axis=1)[:, :LENGTH]
    keys.sort(axis=1)
    entries = empty(len(old))
    entries["total"] = -(keys >> 32)
    entries["challenge"] = keys & 0xFFFFFFFF
    return entries
