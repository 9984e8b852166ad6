"""Statistics of the whole corpus, frozen: a score is a function of brief, profile and snapshot."""

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from matching.scoring.arrays import Floats, Ints
from matching.scoring.spread import Spread
from matching.scoring.terms import TermVector
from matching.scoring.vectors import Means

# Companies; with all of a large platform at once, the worker's memory would not suffice.
COUNTED_AT_ONCE = 5000

# Share of a text measure by standard deviations above the challenge's mean: nothing for the
# average company, half at two and a half, all of it at seven.
KNOTS = ((0.0, 0.0), (1.0, 0.15), (2.5, 0.5), (4.0, 0.75), (7.0, 1.0))

# What a text measure looks like before there are companies to compare with, worth thirty of
# them; without it the only company of an empty platform would be average by definition.
PRIORS = {"words": Spread(30, 1_140_000, 55_000_000_000)}
PRIOR_OF_MEANING = Spread(30, 2_250_000, 260_000_000_000)


@dataclass(frozen=True, eq=False)
class Snapshot:
    """Document frequencies of terms and the average length; terms seen once are left out."""

    version: str
    documents: int
    average_length: float
    ids: Ints
    frequencies: NDArray[np.int32]
    knots: tuple[tuple[float, float], ...] = KNOTS
    priors: Mapping[str, Spread] = field(default_factory=lambda: PRIORS)
    means: Mapping[str, Means] = field(default_factory=dict)

    def idf(self, ids: Ints) -> Floats:
        """Weight of each term: the rarer, the more; an unknown term counts as seen once."""
        if not self.ids.size:
            return np.full(ids.size, self._idf_of(1))
        places = np.minimum(np.searchsorted(self.ids, ids), self.ids.size - 1)
        known = self.ids[places] == ids
        idf: Floats = np.where(known, self._idf[places], self._idf_of(1))
        return idf

    def share(self, deviations: Floats) -> Floats:
        points, shares = zip(*self.knots, strict=True)
        share: Floats = np.interp(deviations, points, shares)
        return share

    def prior(self, name: str) -> Spread:
        return self.priors.get(name, PRIOR_OF_MEANING)

    @cached_property
    def _idf(self) -> Floats:
        levels, where = np.unique(self.frequencies, return_inverse=True)
        idf: Floats = np.array([self._idf_of(int(level)) for level in levels])[where]
        return idf

    def _idf_of(self, frequency: int) -> float:
        # math.log, not numpy's: the number must not depend on the length of the array it is in.
        return math.log(1 + (max(self.documents - frequency, 0) + 0.5) / (frequency + 0.5))

    def to_bytes(self) -> bytes:
        head = {
            "version": self.version,
            "documents": self.documents,
            "average_length": self.average_length,
            "terms": self.ids.size,
            "knots": self.knots,
            "priors": {n: [s.count, s.total, s.squares] for n, s in sorted(self.priors.items())},
            "means": [
                [name, means.weight, means.overall.size, sorted(means.by_language)]
                for name, means in sorted(self.means.items())
            ],
        }
        arrays = self.ids.astype("<i8").tobytes() + self.frequencies.astype("<i4").tobytes()
        for _, means in sorted(self.means.items()):
            arrays += means.to_bytes()
        return json.dumps(head, sort_keys=True).encode() + b"\n" + arrays

    @classmethod
    def from_bytes(cls, data: bytes) -> "Snapshot":
        line, _, arrays = data.partition(b"\n")
        head = json.loads(line)
        terms = head["terms"]
        means, start = {}, terms * 12
        for name, weight, size, languages in head["means"]:
            means[name] = Means.from_bytes(arrays[start:], size, languages, weight)
            start += 2 * size * (len(languages) + 1)
        return cls(
            version=head["version"],
            documents=head["documents"],
            average_length=head["average_length"],
            ids=np.frombuffer(arrays, "<i8", count=terms),
            frequencies=np.frombuffer(arrays, "<i4", count=terms, offset=terms * 8),
            knots=tuple((point, share) for point, share in head["knots"]),
            priors={name: Spread(*numbers) for name, numbers in head["priors"].items()},
            means=means,
        )


def take_snapshot(
    vectors: Iterable[TermVector], *, version: str, means: Mapping[str, Means] | None = None
) -> Snapshot:
    """Statistics of the companies that have text; stored scores name the snapshot's `version`.

    `means` are those of the encoders whose vectors are to be used under this snapshot, by name.
    """
    documents = length = 0
    ids, frequencies = np.empty(0, np.int64), np.empty(0, np.int64)
    coming = iter(vectors)
    while some := list(islice(coming, COUNTED_AT_ONCE)):
        known = [vector for vector in some if vector.ids.size]
        documents += len(known)
        length += sum(vector.length for vector in known)
        more = np.unique(_joined([vector.ids for vector in known]), return_counts=True)
        ids, frequencies = _counted_together((ids, frequencies), more)
    repeated = frequencies > 1
    return Snapshot(
        version=version,
        documents=documents,
        average_length=length / documents if documents else 0.0,
        ids=ids[repeated],
        frequencies=frequencies[repeated].astype(np.int32),
        means=means or {},
    )


def _counted_together(one: tuple[Ints, Ints], other: tuple[Ints, Ints]) -> tuple[Ints, Ints]:
    """Terms of both with the sums of their counts."""
    ids, places = np.unique(_joined([one[0], other[0]]), return_inverse=True)
    counts = np.bincount(places, _joined([one[1], other[1]]), minlength=ids.size)
    return ids, counts.astype(np.int64)


def _joined(arrays: Iterable[Ints]) -> Ints:
    return np.concatenate([np.empty(0, np.int64), *arrays])
