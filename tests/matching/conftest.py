from collections.abc import Callable

import pytest

from accounts.models import User
from challenges.models import Challenge
from companies.choices import Visibility
from companies.models import Company
from matching.actions import explain_matches, find_changes, request_runs, score_challenge
from matching.columns import BLOCK_BITS
from matching.models import Match, MatchRun
from tests.factories import (
    AccountFactory,
    ChallengeFactory,
    ClusterMembershipFactory,
    ClusterOrganisationFactory,
    CompanyFactory,
    MembershipFactory,
    NetworkFactory,
)


@pytest.fixture
def challenge(db) -> Challenge:
    return ChallengeFactory(
        open=True, themes=["sensors_grid"], need="Sensors find faults in a grid.", threshold=10
    )


@pytest.fixture
def manager(challenge) -> User:
    return MembershipFactory(organisation=challenge.lab.cluster, user=AccountFactory()).user


@pytest.fixture
def partner(challenge) -> User:
    """A partner of another organisation in the challenge's network."""
    network = NetworkFactory()
    challenge.lab.cluster.networks.add(network)
    other = ClusterOrganisationFactory(name="Partner House")
    other.networks.add(network)
    return MembershipFactory(organisation=other, role="partner", user=AccountFactory()).user


@pytest.fixture
def new_company(challenge) -> Callable[..., Company]:
    """Companies that fit; members of the challenge's own cluster, seen by their network."""

    def make(name: str, *, is_member: bool = True, **fields) -> Company:
        given = {
            "country": "DK",
            "language": "en",
            "description": "We build sensors that watch substations and find faults in the grid.",
            "themes": ["sensors_grid"],
            "capabilities": ["grid_sensors"],
            "languages_of_work": ["en"],
            "visibility": Visibility.NETWORK,
            **fields,
        }
        company = CompanyFactory(name=name, **given)
        if is_member:
            ClusterMembershipFactory(company=company, cluster=challenge.lab.cluster)
        return company

    return make


@pytest.fixture
def scored(challenge) -> Callable[[], MatchRun]:
    """Scores the challenge against all companies there are."""

    def run() -> MatchRun:
        (run_id,) = request_runs(challenge_ids=[challenge.pk])
        return score_challenge(run=MatchRun.objects.get(pk=run_id))

    return run


@pytest.fixture
def write_reasons(db) -> Callable[[], None]:
    """What the worker does for readers: every reason, and what would change each score most."""

    def write() -> None:
        silent = list(Match.objects.unexplained().values_list("pk", flat=True))
        explain_matches(match_ids=silent, may_go_on=lambda: True)
        for match in Match.objects.select_related("challenge", "company"):
            find_changes(challenge=match.challenge, company=match.company)

    return write


@pytest.fixture
def explained(scored, write_reasons) -> Callable[[], None]:
    """Scores, and writes what readers wait for."""

    def run() -> None:
        scored()
        write_reasons()

    return run


@pytest.fixture
def three_blocks(new_company) -> list:
    """Of three blocks."""
    return [
        new_company(f"Firma {n}", id=(n // 4 << BLOCK_BITS) + 1000 + n, description=text)
        for n, text in enumerate(
            ("Sensors find faults.", "Heat pumps.", "Meters of the grid.", "Bread and cake.") * 3
        )
    ]
