"""Events of a pair into what stands, and into what it teaches."""

import pytest

from matching.choices import Outcome
from matching.learning import Event, Story, lesson_of, level_of, story_of
from matching.learning.lessons import BY_HAND, CONTESTED, SILENCE, with_chances
from matching.learning.stories import ANSWERS, STEPS

ASKED = {"total": 700, "shares": {"text": 0.7}}
I, U, Y, N, S = "invited", "uninvited", "interested", "declined", "unanswered"  # noqa: E741


def told(*steps: str, reason: str = "") -> Story:
    events = [Event(what, float(n), reason, **ASKED) for n, what in enumerate(steps)]
    return story_of(1, 2, events)


def test_every_outcome_is_understood():
    assert {*ANSWERS, *STEPS, "overridden", "contested"} == set(Outcome.values)


@pytest.mark.parametrize(
    "steps, answer, step",
    [
        ([I], "waiting", 0),
        ([I, U], "", 0),
        ([I, Y], "interested", 0),
        ([I, Y, I], "waiting", 0),
        ([I, Y, N], "declined", 0),
        ([I, S], "silent", 0),
        ([I, S, I, Y], "interested", 0),
        ([I, Y, "applied"], "interested", 1),
        ([I, Y, "applied", "withdrawn"], "interested", 0),
        ([I, "applied", "shortlisted", "piloted"], "waiting", 3),
        (["applied"], "", 1),
    ],
)
def test_the_newest_of_its_kind_stands(steps, answer, step):
    story = told(*steps)

    assert (story.answer, story.step) == (answer, step)


def test_the_numbers_are_those_it_was_asked_at():
    events = [
        Event("overridden", 1, "pin", 300, {"text": 0.3}),
        Event("invited", 2, "", 700, {"text": 0.7}),
        Event("interested", 3, "", 900, {"text": 0.9}),
    ]

    story = story_of(1, 2, events)

    assert (story.total, story.shares) == (700, {"text": 0.7})
    assert (story.asked_at, story.told_at) == (2, 3)


@pytest.mark.parametrize(
    "steps, reason, verdict",
    [
        ([I, Y], "", (True, 1)),
        ([I, "applied"], "", (True, 1)),
        ([I, S, "applied"], "", (True, 1)),
        ([I, N], "fit", (False, 1)),
        ([I, N], "capacity", None),
        ([I, N], "timing", None),
        ([I, S], "", (False, SILENCE)),
        ([I], "", None),
        ([I, U], "", None),
        (["applied"], "", None),
        (["overridden"], "pin", (True, BY_HAND)),
        (["overridden"], "raise", (True, BY_HAND)),
        (["overridden"], "exclude", (False, BY_HAND)),
        (["overridden"], "removed", None),
        ([I, N, "overridden"], "fit", (False, 1)),
        (["contested"], "capabilities", (True, CONTESTED)),
    ],
)
def test_what_it_teaches(steps, reason, verdict):
    lesson = lesson_of(told(*steps, reason=reason))

    assert (lesson and (lesson.came, lesson.counts)) == verdict


def test_without_numbers_it_teaches_nothing():
    assert lesson_of(story_of(1, 2, [Event(I, 1), Event(Y, 2)])) is None


def test_the_chance_of_being_asked_is_the_share_of_its_level():
    def asked(company, total):
        return Story(1, company, "silent", total=total)

    stories = [asked(1, 700), asked(2, 799), asked(3, 300), Story(1, 5)]

    found = with_chances(stories, {7: 4, 3: 1})

    assert [story.chance for story in found] == [0.5, 0.5, 1.0, None]


@pytest.mark.parametrize("total, level", [(None, 0), (0, 0), (99, 0), (100, 1), (1000, 9)])
def test_ten_levels(total, level):
    assert level_of(total) == level
