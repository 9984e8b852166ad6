"""What a level has meant is said of the score that the criteria make."""

import pytest

from matching.actions import measure_network, override
from matching.levels import levels_of
from matching.models import Match
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
