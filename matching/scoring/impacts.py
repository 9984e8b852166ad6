"""What saying a term brings each company, laid out for the terms that a brief asks for.

All in whole numbers: impacts of a single byte, weights of two. Their sums are exact, whatever else
is asked or said beside, and whichever way a term is laid out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array

from matching.scoring.arrays import Ints, each_once
from matching.scoring.products import Multiplier

Impacts: TypeAlias = NDArray[np.uint8]
Sums: TypeAlias = NDArray[np.int32]

STEPS = 255  # an impact is a share of the largest there can be
WHOLE = (1 << 16) - 1  # the weights of all terms of a brief together
COMMON_FROM = 6  # said by every sixth company: a column of its own, in no more room on the whole


@dataclass(frozen=True, eq=False)
class Asked:
    """The terms of a brief, ascending, and in steps of 1/WHOLE what each weighs."""

    ids: Ints
    weights: NDArray[np.int32]

    def among(self, ids: Ints) -> tuple[Ints, NDArray[np.int32]]:
        """The places of its terms among these, which ascend, and their weights."""
        if not ids.size:
            return np.empty(0, np.int64), np.empty(0, np.int32)
        places = np.minimum(np.searchsorted(ids, self.ids), ids.size - 1)
        known = ids[places] == self.ids
        return places[known], self.weights[known]


@dataclass(frozen=True, eq=False)
class CommonTerms:
    """Terms that many say: a row for each company, a column for each term; ids ascend."""

    impacts: Impacts
    ids: Ints

    def sums(self, asked: Sequence[Asked]) -> Sums:
        """A row for each company, a column for each brief."""
        if not self.impacts.size:
            return np.zeros((len(self.impacts), len(asked)), dtype=np.int32)
        weights = np.zeros((len(asked), self.ids.size), dtype=np.int32)
        for row, one in enumerate(asked):
            places, weighing = one.among(self.ids)
            weights[row, places] = weighing
        halves = Multiplier.of(np.concatenate([weights >> 8, weights & 255]).astype(np.uint8))
        upper, lower = np.split(halves.products(self.impacts), 2, axis=1)
        sums: Sums = upper.astype(np.int32) * 256 + lower.astype(np.int32)
        return sums


@dataclass(frozen=True, eq=False)
class RareTerms:
    """Terms that few say: impacts with a row for each company, a column for each term, kept term by
    term, so that what companies say beside those asked for is not read. Ids ascend.
    """

    impacts: csc_array
    ids: Ints

    @property
    def nbytes(self) -> int:
        own = self.impacts
        bare = (own.data, own.indices, own.indptr, self.ids)
        return sum(array.nbytes for array in bare)

    def sums(self, asked: Sequence[Asked]) -> Sums:
        """A row for each company, a column for each brief."""
        found = [one.among(self.ids) for one in asked]
        if len(found) == 1:  # a vector is multiplied sooner than a matrix of one column
            ((places, weighing),) = found
            alone: Sums = self.impacts[:, places] @ weighing
            return alone[:, None]
        places = each_once(np.concatenate([own for own, _weighing in found]))
        weights = np.zeros((places.size, len(asked)), dtype=np.int32)
        for column, (own, weighing) in enumerate(found):
            weights[np.searchsorted(places, own), column] = weighing
        sums: Sums = self.impacts[:, places] @ weights
        return sums


def laid_out(by_term: csc_array, ids: Ints) -> tuple[CommonTerms, RareTerms]:
    """Of a row for each company and a column for each term, in the order of the ids."""
    is_common = np.diff(by_term.indptr) * COMMON_FROM >= by_term.shape[0]
    common = CommonTerms(by_term[:, is_common].toarray(order="C"), ids[is_common])
    return common, RareTerms(by_term[:, ~is_common], ids[~is_common])
