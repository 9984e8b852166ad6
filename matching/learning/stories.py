"""Events of a pair into its story: what stands in the end."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from matching.scoring.criteria import CRITERIA
from matching.scoring.weights import Weights

# What an invitation came to, by the last thing that was told of it.
ANSWERS = {
    "invited": "waiting",
    "uninvited": "",
    "interested": "interested",
    "postponed": "postponed",
    "declined": "declined",
    "unanswered": "silent",
}
STEPS = {"withdrawn": 0, "applied": 1, "shortlisted": 2, "piloted": 3}


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that was told of a pair, with the numbers of its match at that moment."""

    outcome: str
    at: float
    reason: str = ""
    total: int | None = None
    shares: Mapping[str, float] = field(default_factory=dict)
    measured_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Story:
    """What stands of a pair. `step` is how far an application went: none, applied, shortlisted,
    piloted. The numbers are those it was asked at, or the first that are known; `chance` is how
    likely it was to be asked, as `with_chances` estimates it. `measured_by` names the engine and
    the encoders that measured the shares: others would have measured others.
    """

    challenge: int
    company: int
    answer: str = ""
    reason: str = ""
    step: int = 0
    override: str = ""
    contest: str = ""
    asked_at: float = 0
    told_at: float = 0
    chance: float | None = None
    total: int | None = None
    shares: Mapping[str, float] = field(default_factory=dict)
    measured_by: tuple[str, ...] = ()

    @property
    def was_asked(self) -> bool:
        return self.answer != ""

    @property
    def applied(self) -> bool:
        return self.step >= STEPS["applied"]

    @property
    def piloted(self) -> bool:
        return self.step >= STEPS["piloted"]

    @property
    def came(self) -> bool:
        """Interested, whether it says so or simply applies."""
        return self.applied or self.answer == "interested"


def story_of(challenge: int, company: int, events: Sequence[Event]) -> Story:
    """Of one pair, from its events in the order they were told."""
    story = Story(challenge, company)
    for event in events:
        story = _told(story, event)
    return story


def _told(story: Story, event: Event) -> Story:
    story = replace(story, told_at=event.at)
    if not story.shares or (event.outcome == "invited" and not story.was_asked):
        story = replace(
            story, shares=event.shares, total=event.total, measured_by=event.measured_by
        )
    if event.outcome in ANSWERS:
        return replace(
            story,
            answer=ANSWERS[event.outcome],
            reason=event.reason,
            asked_at=story.asked_at or event.at,
        )
    if event.outcome in STEPS:
        return replace(story, step=STEPS[event.outcome])
    if event.outcome == "overridden":
        return replace(story, override=event.reason)
    return replace(story, contest=event.reason)


def total_under(shares: Mapping[str, float], weights: Weights) -> int:
    """What the same shares are worth under other weights, as the scoring would add them up."""
    asked = tuple(code for code in CRITERIA if code in shares)
    spread = weights.among(asked)
    return sum(math.floor(shares[code] * spread[code] + 0.5) for code in asked)
