from collections.abc import Callable

import pytest

from accounts.models import User
from challenges.models import Challenge
from companies.actions import register_company
from companies.choices import Source
from companies.models import ClusterMembership, Company
from invitations.actions import propose, request_round, send, share_places
from invitations.models import Invitation
from mail.actions import write_late
from mail.models import Letter
from matching.actions import explain_waiting, request_runs, score_challenge
from matching.models import MatchRun
from tests.factories import ChallengeFactory, MembershipFactory
from tests.reader import MailReader

SENSORS = {
    "country": "DK",
    "language": "en",
    "description": "We build sensors that watch substations and find faults in the grid.",
    "themes": ["sensors_grid"],
    "capabilities": ["grid_sensors"],
    "languages_of_work": ["en"],
}


def write_queued() -> None:
    """The worker's part before a letter leaves: letters queued unwritten get their words."""
    assert write_late(letters=list(Letter.objects.filter(subject=""))) == []


@pytest.fixture
def reader() -> MailReader:
    return MailReader()


@pytest.fixture
def challenge(db) -> Challenge:
    """An open challenge that asks for what `new_company` offers."""
    return ChallengeFactory(
        open=True,
        themes=["sensors_grid"],
        threshold=10,
        maximum=3,
        need="Sensors find faults in a grid.",
        lab__cluster__name="Fjord Energy Cluster",
    )


@pytest.fixture
def manager(challenge) -> User:
    return MembershipFactory(
        organisation=challenge.lab.cluster,
        user__name="Marta Holm",
        user__email="marta@fjord.example",
    ).user


@pytest.fixture
def new_company(challenge) -> Callable[..., Company]:
    """Makes companies that fit, members of the challenge's own cluster unless told otherwise.

    They registered themselves, so that they may be written to; with `source=Source.IMPORTED` and
    `is_member=False` nothing is on record, and the rules of their country decide.
    """

    def make(
        name: str = "Sensorværket", *, is_member: bool = True, source=Source.REGISTERED, **fields
    ) -> Company:
        address = f"post@{name.lower().replace(' ', '-')}.example".replace("æ", "ae")
        company = register_company(
            name=name,
            fields={**SENSORS, "email": address, **fields},
            owner=None,
            source=source,
            by=None,
        )
        if is_member:
            ClusterMembership.objects.create(company=company, cluster=challenge.lab.cluster)
        return company

    return make


@pytest.fixture
def scored(challenge) -> Callable[[], None]:
    """Scores the challenge against all companies there are, and writes down why."""

    def run() -> None:
        (run_id,) = request_runs(challenge_ids=[challenge.pk])
        score_challenge(run=MatchRun.objects.get(pk=run_id))
        explain_waiting(may_go_on=lambda: True)

    return run


@pytest.fixture
def share_out(db) -> Callable[[], None]:
    """One round over all open challenges."""

    def run() -> None:
        request_round()
        assert share_places() is not None

    return run


@pytest.fixture
def invited(challenge, manager, new_company, scored) -> Callable[..., Invitation]:
    """A company with its letter in the outbox, written."""

    def make(name: str = "Sensorværket", **fields) -> Invitation:
        company = new_company(name, **fields)
        scored()
        (row,) = propose(challenge=challenge, company_ids=[company.pk], by=manager)
        send(challenge=challenge, invitation_ids=[row.pk], by=manager)
        write_queued()
        row.refresh_from_db()
        return row

    return make
