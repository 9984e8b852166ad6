"""All companies of a corpus scored for one brief, and single pairs explained."""

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from matching.scoring import eligibility, text_fit
from matching.scoring.amendments import NOTHING, amended, parts_of, tenths_of
from matching.scoring.arrays import Bools, Floats, Ints
from matching.scoring.corpus import Corpus
from matching.scoring.criteria import CRITERIA, STRUCTURED
from matching.scoring.facts import Brief, Profile
from matching.scoring.findings import Condition, Finding, Judgement, Quote, Reason
from matching.scoring.spread import BriefStatistics
from matching.scoring.weights import DEFAULT_WEIGHTS, Weights

# Stored with every match; grows when the same input would give another number or reason.
ENGINE = "6"

CLOSE, RELATED = 0.5, 0.15


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


def judge(scores: Scores, profile: Profile) -> Judgement:
    """What the row of this profile says, with reasons and quotes."""
    row = scores.corpus.row_of(profile.id)
    return Judgement(
        brief_id=scores.brief.id,
        brief_revision=scores.brief.revision,
        brief_hash=scores.brief.content_hash,
        profile_id=profile.id,
        profile_revision=profile.revision,
        profile_hash=profile.content_hash,
        engine=ENGINE,
        weights_version=scores.weights_version,
        snapshot_version=scores.corpus.snapshot.version,
        total_tenths=int(scores.totals[row]),
        stated_tenths=int(scores.stated_tenths[row]),
        findings=amended(
            (_finding(scores, profile, row, code) for code in scores.weights),
            scores.brief.amendments.get(profile.id, NOTHING),
        ),
        conditions=_conditions(scores, profile, row),
    )


def _conditions(scores: Scores, profile: Profile, row: int) -> tuple[Condition, ...]:
    return tuple(
        eligibility.describe(code, int(states[row]), scores.brief, profile)
        for code, states in scores.conditions.items()
    )


def _finding(scores: Scores, profile: Profile, row: int, code: str) -> Finding:
    column = CRITERIA.index(code)
    share = float(scores.shares[row, column])
    reason: Reason = Reason(f"{code}_not_stated")
    quotes: tuple[Quote, ...] = ()
    if scores.stated[row, column]:
        reason, quotes = _explain(scores, profile, row, code)
    return Finding(
        criterion=code,
        weight_tenths=scores.weights[code],
        tenths=tenths_of(share, scores.weights[code]),
        share=share,
        reason=reason,
        quotes=quotes,
    )


def _explain(
    scores: Scores, profile: Profile, row: int, code: str
) -> tuple[Reason, tuple[Quote, ...]]:
    if code == "text":
        return _explain_text(scores, profile, row)
    return STRUCTURED[code].explain(scores.brief, profile)


def _explain_text(scores: Scores, profile: Profile, row: int) -> tuple[Reason, tuple[Quote, ...]]:
    share = float(scores.shares[row, CRITERIA.index("text")])
    if share == 0:
        return Reason("text_unrelated"), ()
    quotes = _quotes(scores, profile, row)
    words = [word for quote in quotes if quote.side == "profile" for word in quote.words]
    code = "text_distant"
    if share >= RELATED:
        code = "text_close" if share >= CLOSE else "text_related"
    return Reason(code, words=words), quotes


def _quotes(scores: Scores, profile: Profile, row: int) -> tuple[Quote, ...]:
    """What the measures rest on, two at most; one passage of the profile is quoted once."""
    heard = scores.heard
    quoted: dict[tuple[str, int], tuple[Quote, ...]] = {}
    for fit in scores.corpus.text_fits:
        if fit.name not in heard or not heard[fit.name][row]:
            continue
        found = fit.quotes(scores.brief, profile, row)
        source = next(((one.kind, one.id) for one in found if one.side == "profile"), None)
        if source is not None:
            quoted.setdefault(source, found)
    return tuple(quote for found in [*quoted.values()][:2] for quote in found)


def _column(weights: dict[str, int]) -> NDArray[np.int64]:
    return np.array([weights.get(code, 0) for code in CRITERIA], dtype=np.int64)
