"""Many companies as arrays, one row each: what a full run scores in a few array operations."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from matching.scoring.arrays import Bools, Floats, Ints, any_in_row
from matching.scoring.facts import Facets
from matching.scoring.snapshot import Snapshot
from matching.scoring.text_fit import TextFit

TRL_LEVELS = 9


@dataclass(frozen=True, eq=False)
class CodeMatrix:
    """Which row states which code."""

    columns: dict[str, int]
    bits: Bools

    @classmethod
    def build(cls, rows: Sequence[Collection[str]]) -> "CodeMatrix":
        columns = {code: i for i, code in enumerate(sorted(set().union(*rows)))}
        bits = np.zeros((len(rows), len(columns)), dtype=np.bool_, order="F")
        places = [(row, columns[code]) for row, codes in enumerate(rows) for code in codes]
        if places:
            bits[tuple(np.array(places).T)] = True
        return cls(columns, bits)

    @cached_property
    def stated(self) -> Bools:
        return any_in_row(self.bits)

    def count(self, codes: Iterable[str]) -> Ints:
        """How many of the codes each row states; at most 255 are asked for."""
        counts = np.zeros(len(self.bits), dtype=np.uint8)
        for code in dict.fromkeys(codes):
            if code in self.columns:
                counts += self.bits[:, self.columns[code]].view(np.uint8)
        return counts.astype(np.int64)


@dataclass(frozen=True, eq=False)
class Corpus:
    """Companies in row order. Rows know nothing of each other; `snapshot` is all they share."""

    ids: Ints
    snapshot: Snapshot
    text_fits: tuple[TextFit, ...]
    themes: CodeMatrix
    capabilities: CodeMatrix
    languages: CodeMatrix
    countries_served: CodeMatrix
    home: CodeMatrix
    size_class: CodeMatrix
    trl_sets: NDArray[np.int16]
    points: Floats
    confirmed: NDArray[np.int32]
    claimed: NDArray[np.int32]
    opted_out: Bools

    @classmethod
    def build(
        cls, facets: Sequence[Facets], text_fits: tuple[TextFit, ...], snapshot: Snapshot
    ) -> "Corpus":
        """`facets` in the row order of the text fits; ids must be unique."""

        def codes(stated: Callable[[Facets], Collection[str]]) -> CodeMatrix:
            return CodeMatrix.build([stated(company) for company in facets])

        return cls(
            ids=np.array([company.id for company in facets], dtype=np.int64),
            snapshot=snapshot,
            text_fits=text_fits,
            themes=codes(lambda company: company.themes),
            capabilities=codes(lambda company: company.all_capabilities),
            languages=codes(lambda company: company.languages),
            countries_served=codes(lambda company: company.all_countries_served),
            home=codes(lambda company: _one(company.country)),
            size_class=codes(lambda company: _one(company.size_class)),
            trl_sets=as_sets(_levels(facets)),
            points=_points(facets),
            confirmed=_references(facets, confirmed=True),
            claimed=_references(facets, confirmed=False),
            opted_out=np.array([company.opted_out for company in facets], dtype=np.bool_),
        )

    def __len__(self) -> int:
        return int(self.ids.size)

    def row_of(self, profile_id: int) -> int:
        return self._rows[profile_id]

    @cached_property
    def _rows(self) -> dict[int, int]:
        return {profile_id: row for row, profile_id in enumerate(self.ids.tolist())}


def as_sets(levels: Bools) -> NDArray[np.int16]:
    """The levels of each row as one number: bit n is level n + 1. Few enough for a table."""
    sets: NDArray[np.int16] = (levels @ (1 << np.arange(TRL_LEVELS))).astype(np.int16)
    return sets


def _one(code: str) -> tuple[str, ...]:
    return (code,) if code else ()


def _levels(facets: Sequence[Facets]) -> Bools:
    bits = np.zeros((len(facets), TRL_LEVELS), dtype=np.bool_)
    for row, company in enumerate(facets):
        bits[row, [trl - 1 for trl in company.trls]] = True
    return bits


def _points(facets: Sequence[Facets]) -> Floats:
    """Places on the unit sphere; rows of nan where none is stated."""
    points = np.full((len(facets), 3), np.nan, order="F")
    for row, company in enumerate(facets):
        if company.point:
            points[row] = company.point.on_unit_sphere
    return points


def _references(facets: Sequence[Facets], *, confirmed: bool) -> NDArray[np.int32]:
    counts = [sum(ref.confirmed is confirmed for ref in company.references) for company in facets]
    return np.array(counts, dtype=np.int32)
