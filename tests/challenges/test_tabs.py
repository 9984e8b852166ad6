import pytest
from django.test import RequestFactory

from challenges.choices import Status
from challenges.templatetags.challenges import tabs_of_challenge
from tests.factories import (
    ChallengeFactory,
    ClusterOrganisationFactory,
    MembershipFactory,
    NetworkFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def tabs(reader, challenge, current="brief"):
    request = RequestFactory().get("/")
    request.user = reader
    found = tabs_of_challenge({"request": request}, challenge, current)
    return [str(tab["label"]) for tab in found]


def test_manager_has_every_tab(lab, marta):
    challenge = ChallengeFactory(open=True, lab=lab)

    assert tabs(marta, challenge) == [
        "Brief",
        "Questions",
        "Matches",
        "Invitations",
        "Applications",
    ]


def test_partner_of_the_network_has_the_matches(lab):
    network = NetworkFactory()
    lab.cluster.networks.add(network)
    near = ClusterOrganisationFactory()
    near.networks.add(network)
    partner = MembershipFactory(organisation=near, role="partner").user

    assert tabs(partner, ChallengeFactory(open=True, lab=lab)) == ["Brief", "Matches"]


def test_strangers_have_no_tabs(lab):
    challenge = ChallengeFactory(open=True, lab=lab)

    assert tabs(UserFactory(), challenge) == []
    assert tabs(MembershipFactory().user, challenge) == []


def test_draft_has_no_tabs_yet(lab, marta):
    assert tabs(marta, ChallengeFactory(lab=lab, status=Status.DRAFT)) == []
