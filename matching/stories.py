"""Recorded outcomes into stories: the only translator between them and `matching.learning`."""

from collections.abc import Collection, Iterable
from datetime import datetime
from itertools import groupby

from django.db.models import Count, F, Min
from django.db.models.functions import Least

from clusters.models import Network
from matching.choices import Outcome
from matching.learning import Event, Lesson, Story, lesson_of, story_of, with_chances
from matching.models import CorpusSnapshot, Match, RecordedOutcome
from matching.scoring import ENGINE

FIELDS = (
    "challenge", "company", "outcome", "at", "reason", "total", "shares", "engine_version",
    "encoders",
)  # fmt: skip


def stories_of(network: Network) -> list[Story]:
    """One for each pair that anything was told of, in challenges of the network."""
    rows = RecordedOutcome.objects.of_network(network).in_order().values_list(*FIELDS)
    return [
        story_of(challenge, company, [_event(*one) for _challenge, _company, *one in told])
        for (challenge, company), told in groupby(rows.iterator(), key=lambda row: (row[0], row[1]))
    ]


def _event(
    outcome: str,
    at: datetime,
    reason: str,
    total: int | None,
    shares: dict[str, float],
    engine: str,
    encoders: list[str] | None,
) -> Event:
    by = () if encoders is None else measured_by(engine, encoders)
    return Event(outcome, at.timestamp(), reason, total, shares, by)


def measured_by(engine: str, encoders: Iterable[str]) -> tuple[str, ...]:
    """The name of a way to measure shares: those of two ways are not compared."""
    return engine, *sorted(encoders)


def measured_now() -> tuple[str, ...]:
    """The way in which runs that begin now measure."""
    encoders = CorpusSnapshot.objects.values_list("encoders", flat=True).first()
    return measured_by(ENGINE, encoders or ())


def comparable(stories: Iterable[Story]) -> list[Story]:
    """Those whose shares mean what shares mean now."""
    now = measured_now()
    return [story for story in stories if story.measured_by == now]


def lessons_of(stories: Collection[Story]) -> list[Lesson]:
    """What they teach about scores of now, each with its chance of having been asked.

    Whoever was asked under other encoders was asked as well: chances are of all who had a score.
    """
    those = [story for story in stories if story.total is not None]
    challenges = {story.challenge for story in those if story.was_asked}
    known = comparable(with_chances(those, _possible(challenges)))
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
