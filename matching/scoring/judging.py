"""What the numbers of pairs say: findings with reasons and quotes, and conditions beside them."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from matching.scoring import eligibility
from matching.scoring.amendments import amended, tenths_of
from matching.scoring.arrays import Ints
from matching.scoring.criteria import CRITERIA, STRUCTURED
from matching.scoring.facts import Brief, Profile
from matching.scoring.findings import Condition, Finding, Judgement, Quote, Reason
from matching.scoring.scores import ENGINE, Scores

TEXT = CRITERIA.index("text")
CLOSE, RELATED = 0.5, 0.15
NOT_STATED: Mapping[str, tuple[Reason, tuple[Quote, ...]]] = {
    code: (Reason(f"{code}_not_stated"), ()) for code in CRITERIA
}


def judge_each(scores: Scores, profiles: Sequence[Profile]) -> list[Judgement]:
    """What the rows of these profiles say, in their order. Who is asked beside changes nothing."""
    rows = np.array([scores.corpus.row_of(profile.id) for profile in profiles], dtype=np.int64)
    said = zip(
        profiles,
        scores.totals[rows].tolist(),
        scores.stated_tenths[rows].tolist(),
        _findings_of_each(scores, profiles, rows),
        _conditions_of_each(scores, profiles, rows),
        strict=True,
    )
    return [
        Judgement(
            brief_id=scores.brief.id,
            brief_revision=scores.brief.revision,
            brief_hash=scores.brief.content_hash,
            profile_id=profile.id,
            profile_revision=profile.revision,
            profile_hash=profile.content_hash,
            engine=ENGINE,
            weights_version=scores.weights_version,
            snapshot_version=scores.corpus.snapshot.version,
            total_tenths=total,
            stated_tenths=completeness,
            findings=findings,
            conditions=conditions,
        )
        for profile, total, completeness, findings, conditions in said
    ]


def _findings_of_each(
    scores: Scores, profiles: Sequence[Profile], rows: Ints
) -> Iterator[tuple[Finding, ...]]:
    columns = [(code, CRITERIA.index(code), weight) for code, weight in scores.weights.items()]
    decided = scores.brief.amendments
    for profile, shares, stated, quotes in zip(
        profiles,
        scores.shares[rows].tolist(),
        scores.stated[rows].tolist(),
        _quotes_of_each(scores, profiles, rows),
        strict=True,
    ):
        computed = []
        for code, column, weight in columns:
            share = shares[column]
            reason, own = (
                _explained(code, scores.brief, profile, share, quotes)
                if stated[column]
                else NOT_STATED[code]
            )
            computed.append(Finding(code, weight, tenths_of(share, weight), share, reason, own))
        amendment = decided.get(profile.id)
        yield amended(computed, amendment) if amendment else tuple(computed)


def _explained(
    code: str, brief: Brief, profile: Profile, share: float, quotes: tuple[Quote, ...]
) -> tuple[Reason, tuple[Quote, ...]]:
    if code == "text":
        return _text_reason(share, quotes), quotes
    return STRUCTURED[code].explain(brief, profile)


def _conditions_of_each(
    scores: Scores, profiles: Sequence[Profile], rows: Ints
) -> Iterator[tuple[Condition, ...]]:
    codes = list(scores.conditions)
    states = np.column_stack([scores.conditions[code][rows] for code in codes]).tolist()
    for profile, own in zip(profiles, states, strict=True):
        yield tuple(
            eligibility.describe(code, state, scores.brief, profile)
            for code, state in zip(codes, own, strict=True)
        )


def _text_reason(share: float, quotes: tuple[Quote, ...]) -> Reason:
    if share == 0:
        return Reason("text_unrelated")
    words = [word for quote in quotes if quote.side == "profile" for word in quote.words]
    code = "text_distant"
    if share >= RELATED:
        code = "text_close" if share >= CLOSE else "text_related"
    return Reason(code, words=words)


def _quotes_of_each(
    scores: Scores, profiles: Sequence[Profile], rows: Ints
) -> list[tuple[Quote, ...]]:
    """What the measures of text rest on, two at most for each pair that has anything in common; one
    passage of a profile is quoted once.
    """
    related = scores.shares[rows, TEXT] > 0
    quoted: list[dict[tuple[str, int], tuple[Quote, ...]]] = [{} for _profile in profiles]
    for fit in scores.corpus.text_fits:
        if fit.name not in scores.heard:
            continue
        places = np.flatnonzero(related & scores.heard[fit.name][rows]).tolist()
        if not places:
            continue
        chosen = [profiles[place] for place in places]
        found = fit.quotes(scores.brief, chosen, rows[places])
        for place, quotes in zip(places, found, strict=True):
            source = next(((one.kind, one.id) for one in quotes if one.side == "profile"), None)
            if source is not None:
                quoted[place].setdefault(source, quotes)
    return [tuple(quote for quotes in [*own.values()][:2] for quote in quotes) for own in quoted]
