"""What a story teaches about the weights."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from matching.learning.stories import Story
from matching.scoring.arrays import Bools, Floats, Ints

# How much a lesson counts beside a company's own answer. Silence may be a letter nobody read; a
# hand that pins or excludes is a manager's opinion; who contests a finding wants to be considered.
SILENCE, BY_HAND, CONTESTED = 0.5, 0.5, 0.5
HANDS = {"pin": True, "raise": True, "exclude": False}

# The rarely asked count more, within reason.
LEAST_CHANCE, MOST = 0.05, 5.0


@dataclass(frozen=True, slots=True)
class Lesson:
    """Whether a pair with these shares came to something, and how much that counts."""

    challenge: int
    at: float
    shares: Mapping[str, float]
    came: bool
    counts: float = 1.0
    chance: float | None = None


@dataclass(frozen=True, eq=False)
class Lessons:
    """Many of them as arrays; columns are criteria."""

    shares: Floats
    asked: Bools
    came: Bools
    counts: Floats
    at: Floats
    challenges: Ints

    def __len__(self) -> int:
        return len(self.came)

    @classmethod
    def build(cls, lessons: Sequence[Lesson], criteria: Sequence[str]) -> "Lessons":
        """The oldest first; each counts by its kind and against its chance of being asked."""
        lessons = sorted(lessons, key=lambda one: (one.at, one.challenge))
        size = len(lessons), len(criteria)
        rows = [[one.shares.get(code, np.nan) for code in criteria] for one in lessons]
        shares = np.array(rows, dtype=np.float64).reshape(size)
        return cls(
            shares=np.nan_to_num(shares),
            asked=~np.isnan(shares),
            came=np.array([one.came for one in lessons], dtype=np.bool_),
            counts=_counts(lessons),
            at=np.array([one.at for one in lessons], dtype=np.float64),
            challenges=np.array([one.challenge for one in lessons], dtype=np.int64),
        )

    def rows(self, which: Bools) -> "Lessons":
        return Lessons(
            self.shares[which],
            self.asked[which],
            self.came[which],
            self.counts[which],
            self.at[which],
            self.challenges[which],
        )

    def levels(self, weights: Floats) -> Floats:
        """What each would have scored under these weights, 0 to 1: the product's own sum."""
        whole = self.asked @ weights
        got = (self.shares * self.asked) @ weights
        return np.divide(got, whole, out=np.zeros_like(got), where=whole > 0)


def with_chances(stories: Sequence[Story], possible: Mapping[int, int]) -> list[Story]:
    """The chance each had of being asked: the share that was asked of all at its level.

    `possible` counts the eligible matches of the challenges that asked, by `level_of` their total.
    """
    asked = Counter(level_of(story.total) for story in stories if story.was_asked)
    chances = {
        level: min(1.0, number / max(possible.get(level, 0), number))
        for level, number in asked.items()
    }
    return [
        replace(story, chance=chances[level_of(story.total)]) if story.was_asked else story
        for story in stories
    ]


def level_of(total: int | None) -> int:
    """Ten levels of ten points."""
    return min((total or 0) // 100, 9)


def lesson_of(story: Story) -> Lesson | None:
    """None where it says nothing about the fit: it waits, has no time now, or no numbers."""
    found = _verdict(story)
    if found is None or not story.shares:
        return None
    came, counts = found
    chance = story.chance if story.was_asked else None
    return Lesson(story.challenge, story.told_at, story.shares, came, counts, chance)


def _verdict(story: Story) -> tuple[bool, float] | None:
    if story.was_asked:
        return _answered(story)
    if story.override in HANDS:
        return HANDS[story.override], BY_HAND
    # Whoever applies without being asked has no counterpart who was not asked and stayed away.
    return (True, CONTESTED) if story.contest else None


def _answered(story: Story) -> tuple[bool, float] | None:
    if story.came:
        return True, 1.0
    if story.answer == "declined" and story.reason == "fit":
        return False, 1.0
    return (False, SILENCE) if story.answer == "silent" else None


def _counts(lessons: Sequence[Lesson]) -> Floats:
    """Inverse to the chance of being asked; on average as much as their kinds say."""
    kinds = np.array([one.counts for one in lessons], dtype=np.float64)
    chances = np.array([one.chance or 1.0 for one in lessons], dtype=np.float64)
    if not lessons:
        return kinds
    rarity = 1 / np.maximum(chances, LEAST_CHANCE)
    weighed: Floats = kinds * np.minimum(rarity / rarity.mean(), MOST)
    return weighed
