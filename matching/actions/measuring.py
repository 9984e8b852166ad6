"""Counting how good the matching has been."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import asdict
from typing import Any

from django.db import transaction

from challenges.models import Challenge
from clusters.models import Network
from companies.models import Company
from matching.learning import (
    Asked,
    Count,
    Story,
    bands_of,
    count,
    counts_by,
    precision_at_ten,
    total_under,
)
from matching.models import Measurement
from matching.scoring import Weights
from matching.stories import comparable, first_asked, lessons_of, measured_now, stories_of
from matching.weighing import weights_used_by


@transaction.atomic
def measure_network(*, network: Network, by: None = None) -> Measurement:
    """Count what came of the network's invitations until now; renews what was counted before."""
    weights = weights_used_by(network)
    stories = stories_of(network)
    over = _over(stories)
    comparing = comparable(over)
    measured, _made = Measurement.objects.update_or_create(
        network=network,
        defaults={
            "weights_version": weights.version,
            "asked": sum(story.was_asked for story in stories),
            "lessons": len(lessons_of(stories)),
            "figures": {
                "whole": count(stories).to_data(),
                "uninvited": sum(s.applied and not s.was_asked for s in stories),
                "precision": precision_at_ten(over).to_data(),
                "bands": _bands(comparing, weights),
                "measured_by": measured_now(),
                "of_before": _asked(over) - _asked(comparing),
                **_groups(stories),
            },
        },
    )
    return measured


def _over(stories: Collection[Story]) -> list[Story]:
    """Of challenges that take no more applications: nothing more will come."""
    past = Challenge.objects.past().filter(pk__in={story.challenge for story in stories})
    over = set(past.values_list("pk", flat=True))
    return [story for story in stories if story.challenge in over]


def _asked(stories: Iterable[Story]) -> int:
    """At a score that is known."""
    return sum(story.was_asked and bool(story.shares) for story in stories)


def _bands(stories: Collection[Story], weights: Weights) -> list[dict[str, int]]:
    """By the score the companies would have today, from the shares they were asked at."""
    asked = [
        Asked(total_under(story.shares, weights), story.company, story.came, story.applied)
        for story in stories
        if story.was_asked and story.shares
    ]
    return [asdict(band) for band in bands_of(asked)]


def _groups(stories: Collection[Story]) -> dict[str, dict[str, dict[str, int]]]:
    ids = {story.company for story in stories if story.was_asked}
    companies = Company.objects.filter(pk__in=ids).only("country", "size_class").in_bulk()
    first = first_asked(ids)
    kinds: Mapping[str, Callable[[Story], str]] = {
        "country": lambda story: str(companies[story.company].country),
        "size": lambda story: companies[story.company].size_class,
        "newness": lambda story: (
            "newcomer" if story.asked_at <= first.get(story.company, story.asked_at) else "known"
        ),
    }
    return {kind: _data(counts_by(stories, group_of)) for kind, group_of in kinds.items()}


def _data(groups: Mapping[str, Count]) -> dict[str, Any]:
    return {group: one.to_data() for group, one in groups.items()}
