"""Whom a challenge would ask under other weights: exactly those whom a run would find.

A share rests on the brief and the profile alone, weights only decide what it counts. So the shares
of all companies, kept from one measuring, give the totals of a run under any weights, to the last
digit, without a text being read.
"""

import json
import zlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from matching.scoring.amendments import parts_of
from matching.scoring.arrays import Bools, Floats, Ints
from matching.scoring.criteria import CRITERIA
from matching.scoring.facts import Amendment
from matching.scoring.scores import Scores
from matching.scoring.weights import Weights


@dataclass(frozen=True, eq=False)
class Shares:
    """What every company has of each criterion (columns follow CRITERIA), whatever that counts."""

    ids: Ints
    shares: Floats
    eligible: Bools
    asked: tuple[str, ...]

    @classmethod
    def of(cls, blocks: Collection[Scores]) -> "Shares":
        """From the scores of all blocks, of which there is at least one."""
        return cls(
            ids=np.concatenate([block.ids for block in blocks]),
            shares=np.concatenate([block.shares for block in blocks]),
            eligible=np.concatenate([block.eligible for block in blocks]),
            asked=tuple(next(iter(blocks)).weights),
        )

    @property
    def nbytes(self) -> int:
        return self.ids.nbytes + self.shares.nbytes + self.eligible.nbytes

    def totals(self, weights: Weights, amendments: Mapping[int, Amendment]) -> NDArray[np.int32]:
        """The totals of a run under these weights."""
        spread = weights.among(self.asked)
        totals: NDArray[np.int32] = parts_of(self.shares, spread, amendments, self.ids).sum(
            axis=1, dtype=np.int32
        )
        return totals

    def to_bytes(self) -> bytes:
        head = json.dumps({"rows": self.ids.size, "asked": self.asked}).encode()
        columns = np.asfortranarray(self.shares.astype("<f8")).tobytes(order="F")
        data = self.ids.astype("<i8").tobytes() + columns + self.eligible.tobytes()
        return head + b"\n" + zlib.compress(data, level=1)

    @classmethod
    def from_bytes(cls, data: bytes) -> "Shares":
        line, _, packed = data.partition(b"\n")
        head = json.loads(line)
        rows, columns = head["rows"], len(CRITERIA)
        values = zlib.decompress(packed)
        shares = np.frombuffer(values, "<f8", count=rows * columns, offset=rows * 8)
        return cls(
            ids=np.frombuffer(values, "<i8", count=rows),
            shares=shares.reshape((rows, columns), order="F"),
            eligible=np.frombuffer(values, np.bool_, offset=rows * 8 * (columns + 1)),
            asked=tuple(head["asked"]),
        )


@dataclass(frozen=True)
class Terms:
    """On what terms a challenge asks companies: its threshold in tenths of a point, its places, and
    what people decided. `kept` are pairs that stay stored however they score. Where letters leave
    by themselves (`is_automatic`), hard conditions hold for those pinned too.
    """

    threshold: int
    places: int
    stored: int
    amendments: Mapping[int, Amendment] = field(default_factory=dict)
    pinned: frozenset[int] = frozenset()
    excluded: frozenset[int] = frozenset()
    unwilling: frozenset[int] = frozenset()
    kept: frozenset[int] = frozenset()
    is_automatic: bool = False


def invited(shares: Shares, weights: Weights, terms: Terms) -> dict[int, int]:
    """The companies it would ask with their totals, first come first."""
    totals = shares.totals(weights, terms.amendments)
    pinned = np.isin(shares.ids, list(terms.pinned))
    barred = np.isin(shares.ids, [*terms.excluded, *terms.unwilling])
    stored = _best(shares, totals, terms.stored) | np.isin(shares.ids, list(terms.kept))
    good_enough = shares.eligible & (totals >= terms.threshold) & stored
    by_hand = pinned & shares.eligible if terms.is_automatic else pinned
    rows = np.flatnonzero((good_enough | by_hand) & ~barred)
    order = rows[np.lexsort((shares.ids[rows], -totals[rows].astype(np.int64), ~pinned[rows]))]
    chosen = order[: terms.places]
    return dict(zip(shares.ids[chosen].tolist(), totals[chosen].tolist(), strict=True))


def _best(shares: Shares, totals: NDArray[np.int32], number: int) -> Bools:
    """The eligible companies that a run stores: the highest totals, the lower id among equals."""
    rows = np.flatnonzero(shares.eligible)
    order = np.lexsort((shares.ids[rows], -totals[rows].astype(np.int64)))[:number]
    found = np.zeros(shares.ids.size, dtype=np.bool_)
    found[rows[order]] = True
    return found
