"""Capabilities covered of those required; a must-have weighs as much as two nice-to-haves."""

from collections.abc import Iterable, Sequence

from matching.scoring.arrays import Bools, Floats
from matching.scoring.corpus import Corpus
from matching.scoring.facts import Brief, Profile
from matching.scoring.findings import Quote, Reason, Said

MUST, NICE = 2, 1


def asked(brief: Brief) -> bool:
    return bool(brief.must_have or brief.nice_to_have)


def measure(brief: Brief, corpus: Corpus) -> tuple[Floats, Bools]:
    must, nice = _required(brief)
    covered = MUST * corpus.capabilities.count(must) + NICE * corpus.capabilities.count(nice)
    return covered / (MUST * len(must) + NICE * len(nice)), corpus.capabilities.stated


def explain(brief: Brief, profiles: Iterable[Profile]) -> list[Said]:
    must, nice = _required(brief)
    return [_told(must, (*must, *nice), profile) for profile in profiles]


def _told(must: Sequence[str], required: Sequence[str], profile: Profile) -> Said:
    stated = profile.all_capabilities
    covered = [code for code in required if code in stated]
    reason = Reason(
        "capabilities_covered" if covered else "capabilities_none",
        covered=covered,
        missing=[code for code in required if code not in stated],
        must_have=len(must),
        must_have_covered=len(stated.intersection(must)),
        required=len(required),
    )
    return reason, tuple(_quotes(profile, covered))


def _required(brief: Brief) -> tuple[tuple[str, ...], tuple[str, ...]]:
    must = tuple(dict.fromkeys(brief.must_have))
    return must, tuple(code for code in dict.fromkeys(brief.nice_to_have) if code not in must)


def _quotes(profile: Profile, covered: list[str]) -> list[Quote]:
    """Solutions that show a capability; what none shows, the profile alone claims."""
    quotes = []
    for solution in profile.solutions:
        shown = tuple([code for code in covered if code in solution.capabilities])
        if shown:
            quotes.append(Quote("profile", "solution", solution.id, solution.name, shown))
    return quotes
