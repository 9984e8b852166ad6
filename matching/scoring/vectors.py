"""Encoded passages as whole numbers, so that products of them are exact in any order.

An encoder gives unit vectors of fractions. They are stored as whole numbers of 1/16384; centred,
they are stretched to a length of 2048 and rounded again. Every partial sum of a product of two
such vectors stays below 2**24, where single precision is exact: a company scored alone, in a
block or among a million has the same number to the last bit.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Raw: TypeAlias = NDArray[np.int16]
Whole: TypeAlias = NDArray[np.int16]
Centred: TypeAlias = NDArray[np.float32]

STORED = 1 << 14
LENGTH = 1 << 11
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


def centre(raw: Raw, languages: Sequence[str], means: Means) -> Whole:
    """Each row less its language's mean, at a length of LENGTH; half the room of fractions."""
    centred: Whole = np.empty(raw.shape, dtype=np.int16)
    for start in range(0, len(raw), BLOCK):
        rows = slice(start, start + BLOCK)
        shifted = raw[rows].astype(np.int32) - means.of(languages[rows])
        squares = np.einsum("ij,ij->i", shifted, shifted, dtype=np.int64)
        stretch = LENGTH / np.sqrt(np.maximum(squares, 1).astype(np.float64))
        centred[rows] = np.rint(shifted * stretch[:, None])
    return centred


def stretch(row: NDArray[np.float64]) -> Centred:
    """One row of whole numbers at a length of LENGTH; nothing stays nothing."""
    length = float(np.sqrt((row * row).sum()))
    stretched: Centred = np.rint(row * (LENGTH / length if length else 0.0)).astype(np.float32)
    return stretched


def _whole(mean: NDArray[np.float64]) -> Raw:
    whole: Raw = np.rint(mean).astype(np.int16)
    return whole
