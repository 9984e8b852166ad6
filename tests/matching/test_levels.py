"""What a level has meant is said of the score that the criteria make."""

import pytest

from matching.actions import measure_network, override
from matching.levels import levels_of
from matching.models import Match, MatchRun
from tests.factories import NetworkFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def network(challenge):
    network = NetworkFactory(name="North")
    challenge.lab.cluster.networks.add(network)
    return network


@pytest.fixture
def counted(network):
    """Below fifty points one of ten applied, above three of four."""
    measured = measure_network(network=network)
    measured.figures["bands"] = [
        {"low": 0, "high": 500, "asked": 40, "interested": 8, "applied": 4},
        {"low": 500, "high": 1000, "asked": 40, "interested": 36, "applied": 30},
    ]
    measured.save()
    return measured


def level_of(match: Match):
    return levels_of([match])[match.pk]


def test_a_raise_by_hand_promises_nothing(challenge, manager, new_company, scored, counted):
    weak = new_company("Weak", description="Bread.", themes=[], capabilities=[])
    scored()
    before = level_of(Match.objects.get())

    override(challenge=challenge, company=weak, kind="raise", points=60, reason="x", by=manager)

    match = Match.objects.get()
    assert match.total > 600
    assert level_of(match) == before
    assert before.band.of_ten == 1


@pytest.mark.parametrize("of_run", [{"encoders": ["another"]}, {"encoders": None}])
def test_a_level_counted_with_other_encoders_says_nothing(new_company, scored, counted, of_run):
    new_company("Good")
    scored()
    match = Match.objects.get()
    assert levels_of([match])

    MatchRun.objects.update(**of_run)

    assert levels_of([match]) == {}


def test_a_level_counted_with_another_engine_says_nothing(new_company, scored, counted):
    new_company("Good")
    scored()
    Match.objects.update(engine_version="old")

    assert levels_of(Match.objects.all()) == {}
