"""Which single change of a profile would raise its score most, and by how much.

Each change is tried on the facts of the profile and measured as in a run, so that what is promised
is what the next scoring gives. What cannot be known before (how well a text will fit, which size a
company has) is told as the most it can bring.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from matching.scoring.amendments import tenths_of
from matching.scoring.corpus import Corpus
from matching.scoring.criteria import STRUCTURED, trl
from matching.scoring.facts import Brief, Profile, Reference, Solution
from matching.scoring.findings import Finding, Reason
from matching.scoring.snapshot import Snapshot
from matching.scoring.weights import FULL

NOTHING_KNOWN = Snapshot("", 0, 0.0, np.empty(0, np.int64), np.empty(0, np.int32))


@dataclass(frozen=True)
class Change:
    """One thing a profile could say, what it changes, and the profile that says it.

    `is_certain` is False where more than the saying decides what it brings.
    """

    criterion: str
    reason: Reason
    profile: Profile
    is_certain: bool = True


@dataclass(frozen=True)
class Gain:
    """What a change would bring, in tenths of a point; at most so much where it is not certain."""

    criterion: str
    reason: Reason
    tenths: int
    is_certain: bool


def best_changes(
    brief: Brief, profile: Profile, findings: Sequence[Finding], *, number: int = 3
) -> tuple[Gain, ...]:
    """The changes that would bring most, best first; none for a score that has all it can have."""
    asked = {finding.criterion: finding for finding in findings}
    room = FULL - sum(finding.tenths for finding in findings)
    tried = [change for change in changes_of(brief, profile) if change.criterion in asked]
    gains = [
        Gain(
            change.criterion,
            change.reason,
            min(_more(asked[change.criterion], share), room),
            change.is_certain,
        )
        for change, share in zip(tried, _shares(brief, tried), strict=True)
    ]
    worth = [gain for gain in gains if gain.tenths > 0]
    return tuple(sorted(worth, key=lambda gain: -gain.tenths)[:number])


def changes_of(brief: Brief, profile: Profile) -> Iterator[Change]:
    """Whatever one edit, or a client's word, could change for this brief, in the order of the
    criteria.
    """
    if not any(passage.text.strip() for passage in profile.passages):
        yield Change("text", Reason("write_text"), profile, is_certain=False)
    yield from _capabilities(brief, profile)
    yield from _themes(brief, profile)
    yield from _readiness(brief, profile)
    yield from _market(brief, profile)
    yield from _references(profile)
    yield from _languages(brief, profile)
    yield from _size(brief, profile)


def _more(finding: Finding, share: float) -> int:
    """A share that a manager granted stays, however little the change alone would bring."""
    return tenths_of(max(share, finding.share), finding.weight_tenths) - finding.tenths


def _shares(brief: Brief, tried: Sequence[Change]) -> Iterable[float]:
    corpus = Corpus.build([change.profile for change in tried], (), NOTHING_KNOWN)
    measured = {
        code: STRUCTURED[code].measure(brief, corpus)[0]
        for code in {change.criterion for change in tried} - {"text"}
    }
    return [
        float(measured[change.criterion][row]) if change.criterion in measured else 1.0
        for row, change in enumerate(tried)
    ]


def _capabilities(brief: Brief, profile: Profile) -> Iterator[Change]:
    for code in dict.fromkeys((*brief.must_have, *brief.nice_to_have)):
        if code not in profile.all_capabilities:
            more = replace(profile, capabilities=(*profile.capabilities, code))
            reason = Reason("add_capability", capability=code, must=code in brief.must_have)
            yield Change("capabilities", reason, more)


def _themes(brief: Brief, profile: Profile) -> Iterator[Change]:
    for code in dict.fromkeys(brief.themes):
        if code not in profile.themes:
            more = replace(profile, themes=(*profile.themes, code))
            yield Change("theme", Reason("add_theme", theme=code), more)


def _readiness(brief: Brief, profile: Profile) -> Iterator[Change]:
    low, high = brief.trl_range
    if not trl.asked(brief) or any(trl.steps_outside(brief, level) == 0 for level in profile.trls):
        return
    more = replace(profile, solutions=(*profile.solutions, Solution(id=0, trl=low)))
    code = "reach_trl" if profile.trls else "state_trl"
    yield Change("trl", Reason(code, low=low, high=high), more)


def _market(brief: Brief, profile: Profile) -> Iterator[Change]:
    country = brief.country
    if country and country != profile.country and not profile.serves(country):
        more = replace(profile, countries_served=(*profile.countries_served, brief.country))
        yield Change("market", Reason("serve_country", country=brief.country), more)
    if brief.needs_presence and brief.point and profile.point is None:
        there = replace(profile, point=brief.point)
        yield Change("market", Reason("state_place"), there, is_certain=False)


def _references(profile: Profile) -> Iterator[Change]:
    """Whose claim is confirmed makes no difference to the score."""
    more = replace(profile, references=(*profile.references, Reference(id=0)))
    yield Change("track_record", Reason("add_reference"), more)
    claimed = [number for number, one in enumerate(profile.references) if not one.confirmed]
    if claimed:
        known = list(profile.references)
        known[claimed[0]] = replace(known[claimed[0]], confirmed=True)
        confirmed = replace(profile, references=tuple(known))
        yield Change("track_record", Reason("have_reference_confirmed"), confirmed)


def _languages(brief: Brief, profile: Profile) -> Iterator[Change]:
    wanted = list(dict.fromkeys(brief.languages_of_work))
    if wanted and not set(wanted) & set(profile.languages):
        more = replace(profile, languages=(*profile.languages, wanted[0]))
        yield Change("languages", Reason("state_language", languages=wanted), more)


def _size(brief: Brief, profile: Profile) -> Iterator[Change]:
    if brief.size_classes and not profile.size_class:
        sized = replace(profile, size_class=brief.size_classes[0])
        yield Change("size", Reason("state_size"), sized, is_certain=False)
