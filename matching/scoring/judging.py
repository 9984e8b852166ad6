"""What the numbers of pairs say: findings with reasons and quotes, and conditions beside them."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from matching.scoring import eligibility
from matching.scoring.amendments import amended, tenths_of
from matching.scoring.arrays import Ints
from matching.scoring.criteria import CRITERIA, STRUCTURED
from matching.scoring.facts import Profile
from matching.scoring.findings import Condition, Finding, Judgement, Quote, Reason, Said
from matching.scoring.scores import ENGINE, Scores

TEXT = CRITERIA.index("text")
QUOTED = 2  # passages of a profile, at most
CLOSE, RELATED = 0.5, 0.15
NOT_STATED: Mapping[str, Said] = {code: (Reason(f"{code}_not_stated"), ()) for code in CRITERIA}


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
    brief, version = scores.brief, scores.corpus.snapshot.version
    return [
        Judgement(
            brief_id=brief.id,
            brief_revision=brief.revision,
            brief_hash=brief.content_hash,
            profile_id=profile.id,
            profile_revision=profile.revision,
            profile_hash=profile.content_hash,
            engine=ENGINE,
            weights_version=scores.weights_version,
            snapshot_version=version,
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
    columns = [_findings(code, scores, profiles, rows) for code in scores.weights]
    decided = scores.brief.amendments
    for profile, computed in zip(profiles, zip(*columns, strict=True), strict=True):
        amendment = decided.get(profile.id)
        yield amended(computed, amendment) if amendment else computed


def _findings(code: str, scores: Scores, profiles: Sequence[Profile], rows: Ints) -> list[Finding]:
    """Of one criterion, for each of the profiles."""
    column, weight = CRITERIA.index(code), scores.weights[code]
    shares = scores.shares[rows, column].tolist()
    stated = np.flatnonzero(scores.stated[rows, column]).tolist()
    speaking = [profiles[place] for place in stated]
    if code == "text":
        explained = _texts(scores, speaking, rows[stated])
    else:
        explained = STRUCTURED[code].explain(scores.brief, speaking)
    said = [NOT_STATED[code]] * len(profiles)
    for place, told in zip(stated, explained, strict=True):
        said[place] = told
    return [
        Finding(code, weight, tenths_of(share, weight), share, reason, quotes)
        for share, (reason, quotes) in zip(shares, said, strict=True)
    ]


def _texts(scores: Scores, profiles: Sequence[Profile], rows: Ints) -> list[Said]:
    shares = scores.shares[rows, TEXT].tolist()
    quotes_of_each = _quotes_of_each(scores, profiles, rows)
    return [
        (_text_reason(share, quotes), quotes)
        for share, quotes in zip(shares, quotes_of_each, strict=True)
    ]


def _conditions_of_each(
    scores: Scores, profiles: Sequence[Profile], rows: Ints
) -> Iterator[tuple[Condition, ...]]:
    return zip(
        *(
            eligibility.describe(code, states[rows].tolist(), scores.brief, profiles)
            for code, states in scores.conditions.items()
        ),
        strict=True,
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
        heard = np.flatnonzero(related & scores.heard[fit.name][rows]).tolist()
        places = [place for place in heard if len(quoted[place]) < QUOTED]
        if not places:
            continue
        chosen = [profiles[place] for place in places]
        found = fit.quotes(scores.brief, chosen, rows[places])
        for place, quotes in zip(places, found, strict=True):
            source = next(((one.kind, one.id) for one in quotes if one.side == "profile"), None)
            if source is not None:
                quoted[place].setdefault(source, quotes)
    return [tuple(quote for quotes in own.values() for quote in quotes) for own in quoted]
