"""Counting what came of invitations, and what of it can be shown to everybody."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from matching.learning.stories import Story

# Below, numbers are told and no shares; on a public page such a group is not told at all.
LEAST_FOR_SHARES = 10
BEST = 10


@dataclass(frozen=True, slots=True)
class Count:
    """From invitations to pilots; an applicant counts as interested."""

    asked: int = 0
    answered: int = 0
    interested: int = 0
    applied: int = 0
    piloted: int = 0
    companies: int = 0

    @property
    def has_shares(self) -> bool:
        return self.asked >= LEAST_FOR_SHARES

    def of_ten(self, number: int) -> int:
        return round(10 * number / self.asked)

    def to_data(self) -> dict[str, int]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Precision:
    """Of the ten best asked by each challenge, and of all that were asked by the same ones."""

    challenges: int = 0
    best: int = 0
    best_interested: int = 0
    best_applied: int = 0
    every: int = 0
    every_interested: int = 0
    every_applied: int = 0

    def to_data(self) -> dict[str, int]:
        return asdict(self)


def count(stories: Iterable[Story]) -> Count:
    """Of those that were asked."""
    asked = [story for story in stories if story.was_asked]
    return Count(
        asked=len(asked),
        answered=sum(
            story.answer in ("interested", "postponed", "declined") or story.applied
            for story in asked
        ),
        interested=sum(story.came for story in asked),
        applied=sum(story.applied for story in asked),
        piloted=sum(story.piloted for story in asked),
        companies=len({story.company for story in asked}),
    )


def counts_by(stories: Iterable[Story], group_of: Callable[[Story], str]) -> dict[str, Count]:
    groups: defaultdict[str, list[Story]] = defaultdict(list)
    for story in stories:
        if story.was_asked:
            groups[group_of(story)].append(story)
    return {group: count(found) for group, found in groups.items()}


def precision_at_ten(stories: Iterable[Story]) -> Precision:
    """Of challenges that are over and asked at least ten; who asked fewer has no ten best."""
    of: defaultdict[int, list[Story]] = defaultdict(list)
    for story in stories:
        if story.was_asked and story.total is not None:
            of[story.challenge].append(story)
    large = [group for group in of.values() if len(group) >= BEST]
    every = [story for group in large for story in group]
    best = [story for group in large for story in _best(group)]
    return Precision(
        challenges=len(large),
        best=len(best),
        best_interested=sum(story.came for story in best),
        best_applied=sum(story.applied for story in best),
        every=len(every),
        every_interested=sum(story.came for story in every),
        every_applied=sum(story.applied for story in every),
    )


def _best(group: Sequence[Story]) -> list[Story]:
    return sorted(group, key=lambda story: (-(story.total or 0), story.company))[:BEST]


def publishable(groups: Mapping[str, Count], rest: str, *, companies: int) -> dict[str, Count]:
    """Groups in which no single company can be recognised; the small ones are one, `rest`.

    Where those together are still too few, the next larger joins them: otherwise the difference
    from the whole would tell what was left out. A company may be in several groups, so those
    joined are of as many companies as no other group has, out of `companies` in all.
    """
    order = sorted(groups, key=lambda group: (groups[group].companies, group))
    small: list[Count] = []
    apart = 0
    while order and (
        groups[order[0]].companies < LEAST_FOR_SHARES or (small and apart < LEAST_FOR_SHARES)
    ):
        small.append(groups[order.pop(0)])
        apart = companies - sum(groups[group].companies for group in order)
    shown = {group: one for group, one in groups.items() if group in order}
    if apart < LEAST_FOR_SHARES:
        return shown
    return shown | {rest: replace(_sum(small), companies=apart)}


def _sum(counts: Iterable[Count]) -> Count:
    every = [one.to_data() for one in counts]
    return Count(**{name: sum(one[name] for one in every) for name in Count().to_data()})
