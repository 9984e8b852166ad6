"""All companies of a corpus scored for one brief."""

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from matching.scoring import eligibility, text_fit
from matching.scoring.amendments import parts_of
from matching.scoring.arrays import Bools, Floats, Ints
from matching.scoring.corpus import Corpus
from matching.scoring.criteria import CRITERIA, STRUCTURED
from matching.scoring.facts import Brief
from matching.scoring.spread import BriefStatistics
from matching.scoring.weights import DEFAULT_WEIGHTS, Weights

# Stored with every match; grows when the same input would give another number or reason.
ENGINE = "8"


@dataclass(frozen=True, eq=False)
class Scores:
    """One brief against the rows of a corpus; columns follow CRITERIA, those of `parts` PARTS.

    `shares` are as computed; `parts` hold what managers decided too, and `totals` are their exact
    sums in whole tenths of a point. `stated_tenths` is the completeness of a profile for this
    brief: the weight of the criteria it says anything about.
    """

    brief: Brief
    corpus: Corpus
    weights_version: str
    weights: dict[str, int]
    shares: Floats
    stated: Bools
    parts: NDArray[np.int16]
    conditions: dict[str, NDArray[np.int8]]
    statistics: BriefStatistics

    @property
    def ids(self) -> Ints:
        return self.corpus.ids

    @cached_property
    def totals(self) -> NDArray[np.int32]:
        totals: NDArray[np.int32] = self.parts.sum(axis=1, dtype=np.int32)
        return totals

    @cached_property
    def stated_tenths(self) -> NDArray[np.int32]:
        # Products of fractions are far faster than of whole numbers, and exact up to 2 ** 24.
        weights = self.column_of_weights.astype(np.float32)
        return (self.stated.astype(np.float32) @ weights).astype(np.int32)

    @property
    def column_of_weights(self) -> Ints:
        return _column(self.weights)

    @cached_property
    def heard(self) -> dict[str, Bools]:
        """Whom each measure of text speaks for."""
        return text_fit.heard_by(self.brief, self.corpus.text_fits)

    @cached_property
    def eligible(self) -> Bools:
        return eligibility.eligible(self.conditions, len(self.corpus))


def criteria_asked(brief: Brief) -> tuple[str, ...]:
    """What this brief looks at, and nothing else counts, in the order of CRITERIA."""
    has_text = any(passage.text.strip() for passage in brief.passages)
    return tuple(
        code for code in CRITERIA if (has_text if code == "text" else STRUCTURED[code].asked(brief))
    )


def score(
    *,
    brief: Brief,
    corpus: Corpus,
    weights: Weights = DEFAULT_WEIGHTS,
    statistics: BriefStatistics | None = None,
) -> Scores:
    """A full run leaves `statistics` out and stores those it gets back; single rows pass them."""
    texts, has_text, statistics = text_fit.measure(
        brief, corpus.text_fits, corpus.snapshot, statistics
    )
    asked = criteria_asked(brief)
    measured = {code: STRUCTURED[code].measure(brief, corpus) for code in asked if code != "text"}
    measured["text"] = texts, has_text
    spread = weights.among(asked)
    stated = np.zeros((len(corpus), len(CRITERIA)), dtype=np.bool_, order="F")
    shares = np.zeros((len(corpus), len(CRITERIA)), order="F")
    for column, code in enumerate(CRITERIA):
        if code in asked:
            share, stated[:, column] = measured[code]
            np.multiply(share, stated[:, column], out=shares[:, column])
    return Scores(
        brief=brief,
        corpus=corpus,
        weights_version=weights.version,
        weights=spread,
        shares=shares,
        stated=stated,
        parts=parts_of(shares, spread, brief.amendments, corpus.ids),
        conditions=eligibility.check(brief, corpus),
        statistics=statistics,
    )


class Ranked(Protocol):
    """Totals of companies by row: of one corpus, or of several blocks."""

    @property
    def ids(self) -> Ints: ...

    @property
    def totals(self) -> NDArray[np.int32]: ...


def best(scores: Ranked, number: int, *, among: Bools | None = None) -> Ints:
    """Rows of the highest totals, best first, the lower id first among equals."""
    rows = np.arange(scores.ids.size) if among is None else np.flatnonzero(among)
    keys = -scores.totals[rows].astype(np.int64) * (1 << 48) + scores.ids[rows]
    if number < rows.size:
        front = np.argpartition(keys, number)[:number]
        rows, keys = rows[front], keys[front]
    return rows[np.argsort(keys)]


def _column(weights: dict[str, int]) -> NDArray[np.int64]:
    return np.array([weights.get(code, 0) for code in CRITERIA], dtype=np.int64)
