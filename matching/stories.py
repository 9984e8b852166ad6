"""Recorded outcomes into stories: the only translator between them and `matching.learning`."""

from collections.abc import Collection
from itertools import groupby

from django.db.models import Count, F, Min
from django.db.models.functions import Least

from clusters.models import Network
from matching.choices import Outcome
from matching.learning import Event, Lesson, Story, lesson_of, story_of, with_chances
from matching.models import Match, RecordedOutcome

FIELDS = ("challenge", "company", "outcome", "at", "reason", "total", "shares")


def stories_of(network: Network) -> list[Story]:
    """One for each pair that anything was told of, in challenges of the network."""
    rows = RecordedOutcome.objects.of_network(network).in_order().values_list(*FIELDS)
    return [
        story_of(
            challenge,
            company,
            [Event(what, at.timestamp(), *more) for _, _, what, at, *more in told],
        )
        for (challenge, company), told in groupby(rows.iterator(), key=lambda row: (row[0], row[1]))
    ]


def lessons_of(stories: Collection[Story]) -> list[Lesson]:
    """What they teach, each with its chance of having been asked."""
    challenges = {story.challenge for story in stories if story.was_asked}
    known = with_chances(list(stories), _possible(challenges))
    return [lesson for story in known if (lesson := lesson_of(story)) is not None]


def first_asked(companies: Collection[int]) -> dict[int, float]:
    """When each of these companies was first asked by anybody on the platform."""
    asked = RecordedOutcome.objects.filter(outcome=Outcome.INVITED, company__in=companies)
    first = asked.values("company").annotate(first=Min("at")).values_list("company", "first")
    return {company: at.timestamp() for company, at in first}


def _possible(challenges: Collection[int]) -> dict[int, int]:
    """Eligible matches by level of ten points, of challenges that asked anybody."""
    rows = Match.objects.filter(challenge__in=challenges).eligible()
    levels = rows.annotate(level=Least(F("total") / 100, 9)).values("level")
    return dict(levels.annotate(number=Count("pk")).values_list("level", "number"))
