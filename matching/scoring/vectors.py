"""Encoded passages as small whole numbers, so that products of them are exact in any order.

An encoder gives unit vectors of fractions. They are stored as whole numbers of 1/16384; less the
mean of their language they are rounded again, each row so that its largest number is 127. Products
of two rows are whole numbers, and the length of a row is known: a company scored alone, in a block
or among a million has the same cosines to the last bit.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from matching.scoring.arrays import Floats, Ints
from matching.scoring.products import Multiplier

Raw: TypeAlias = NDArray[np.int16]
Cosines: TypeAlias = NDArray[np.float32]

STORED = 1 << 14
LARGEST = 127
BLOCK = 1 << 13

# A language's own mean counts once it has clearly more passages than this.
DOUBT = 10


def to_raw(vectors: NDArray[np.float32]) -> Raw:
    """Unit vectors, one a row, as they are stored."""
    raw: Raw = np.rint(vectors * np.float32(STORED)).astype(np.int16)
    return raw


@dataclass(frozen=True, eq=False)
class Means:
    """Where the passages of a corpus lie on the whole, and where those of each language lie.

    Raw vectors of one language lie close together, whatever they speak of. Less its mean, a
    Danish question finds the Spanish answer. `weight` is what the encoder counts beside others.
    """

    overall: Raw
    by_language: Mapping[str, Raw]
    weight: int = 2

    def of(self, languages: Sequence[str]) -> Raw:
        """One row for each of the languages given."""
        known, places = np.unique(np.array(languages, dtype=str), return_inverse=True)
        table = [self.by_language.get(language, self.overall) for language in known.tolist()]
        return np.stack(table)[places]

    def to_bytes(self) -> bytes:
        rows = [self.overall, *(self.by_language[code] for code in sorted(self.by_language))]
        return np.stack(rows).astype("<i2").tobytes()

    @classmethod
    def from_bytes(cls, data: bytes, size: int, languages: Sequence[str], weight: int) -> "Means":
        """`size` numbers a row; `languages` in ascending order, as they were written."""
        rows = np.frombuffer(data, "<i2", count=size * (len(languages) + 1)).reshape(-1, size)
        return cls(rows[0], dict(zip(languages, rows[1:], strict=True)), weight)


def take_means(raw: Raw, languages: Sequence[str], *, weight: int = 2) -> Means:
    """Of a corpus with at least one passage; `languages` in the order of the rows."""
    spoken = np.array(languages, dtype=str)
    overall = raw.mean(axis=0, dtype=np.float64)
    found = {}
    for language in np.unique(spoken).tolist():
        rows = raw[spoken == language]
        weighted = rows.sum(axis=0, dtype=np.float64) + DOUBT * overall
        found[language] = _whole(weighted / (len(rows) + DOUBT))
    return Means(_whole(overall), found, weight)


@dataclass(frozen=True, eq=False)
class Directions:
    """One a row, in whole numbers; `scales` make unit vectors of them, and nothing of nothing."""

    rows: NDArray[np.int8]
    scales: NDArray[np.float32]

    @classmethod
    def of(cls, vectors: Floats) -> "Directions":
        largest = np.maximum(np.abs(vectors).max(axis=1, initial=0, keepdims=True), 1e-9)
        rows = np.rint(vectors * (LARGEST / largest)).astype(np.int8)
        squares = np.einsum("ij,ij->i", rows, rows, dtype=np.int64)
        lengths = np.sqrt(np.maximum(squares, 1).astype(np.float64))
        return cls(rows, (1 / lengths).astype(np.float32))

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, chosen: slice) -> "Directions":
        return Directions(self.rows[chosen], self.scales[chosen])

    def some(self, places: Ints) -> "Directions":
        return Directions(self.rows[places], self.scales[places])

    @property
    def nbytes(self) -> int:
        return self.rows.nbytes + self.scales.nbytes

    @property
    def units(self) -> Floats:
        """Unit vectors, at eight times the room."""
        units: Floats = self.rows.astype(np.float64)
        units *= self.scales[:, None]
        return units


@dataclass(frozen=True, eq=False)
class Pointers:
    """Directions laid out for products with many rows."""

    multiplier: Multiplier
    scales: NDArray[np.float32]

    @classmethod
    def of(cls, directions: Directions) -> "Pointers":
        return cls(Multiplier.of(directions.rows), directions.scales)

    def cosines(self, others: Directions) -> Cosines:
        """A row for each of the others, a column for each of these."""
        products = self.multiplier.products(others.rows)
        cosines: Cosines = products.astype(np.float32, copy=False)
        cosines *= others.scales[:, None]
        cosines *= self.scales
        return cosines


def centre(raw: Raw, languages: Sequence[str], means: Means) -> Directions:
    """Each row less its language's mean."""
    rows, scales = np.empty(raw.shape, np.int8), np.empty(len(raw), np.float32)
    for start in range(0, len(raw), BLOCK):
        some = slice(start, start + BLOCK)
        found = Directions.of(raw[some].astype(np.float64) - means.of(languages[some]))
        rows[some], scales[some] = found.rows, found.scales
    return Directions(rows, scales)


def unit(row: Floats) -> Floats:
    """The row at a length of one; nothing stays nothing."""
    length = float(np.sqrt((row * row).sum()))
    return row / length if length else row


def _whole(mean: NDArray[np.float64]) -> Raw:
    whole: Raw = np.rint(mean).astype(np.int16)
    return whole
