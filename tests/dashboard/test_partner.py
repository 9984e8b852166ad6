"""What a partner of a network finds on the first page."""

import pytest

from clusters.choices import MemberRole
from companies.choices import Visibility
from companies.models import ClusterMembership
from tests.dashboard.conftest import Seen, matched
from tests.factories import (
    AccountFactory,
    ChallengeFactory,
    ClusterOrganisationFactory,
    CompanyFactory,
    MembershipFactory,
    NetworkFactory,
)


@pytest.fixture
def house(world):
    """A partner's organisation in the network of the small world's cluster."""
    network = NetworkFactory()
    house = ClusterOrganisationFactory(name="Partner House")
    for organisation in (house, world.cluster):
        organisation.networks.add(network)
    return house


@pytest.fixture
def partner(house):
    return MembershipFactory(
        organisation=house, role=MemberRole.PARTNER, user=AccountFactory()
    ).user


def test_a_partner_sees_the_best_of_the_own_members(client, world, house, partner):
    own = CompanyFactory(name="Own member", visibility=Visibility.CLUSTER)
    ClusterMembership.objects.create(company=own, cluster=house)
    matched(world.soon, own, 400)
    matched(world.later, own, 480)
    matched(world.closed, own, 800)
    matched(world.soon, world.member("Theirs"), 720)

    seen = Seen(client, partner)

    assert seen.stats == {
        "Open challenges in your networks": "2",
        "Own member companies": "1",
        "Best score of the list below": "48.0",
    }
    assert [one.match.total for one in seen.reply.context["shown"]] == [480, 400]
    assert "Best matches of your own members" in seen.text
    assert "Own member" in seen.text


def test_without_own_members_the_best_of_the_networks_are_shown_named_as_they_allow(
    client, world, partner
):
    hidden = world.member("Secret Cables")
    hidden.visibility = Visibility.CLUSTER
    hidden.save()
    matched(world.soon, hidden, 720)
    matched(world.soon, CompanyFactory(name="Open Cables"), 640)
    matched(world.soon, CompanyFactory(name="Not eligible"), 800, is_eligible=False)
    matched(ChallengeFactory(open=True), CompanyFactory(name="Far away"), 880)

    seen = Seen(client, partner)

    assert [one.name for one in seen.reply.context["shown"]] == [
        "A company of Fjord Cluster",
        "Open Cables",
    ]
    assert "Best matches of your networks" in seen.text
    assert "Secret Cables" not in seen.html
    assert "@" not in seen.text


def test_a_partner_alone_sees_what_will_stand_here(client, db):
    partner = MembershipFactory(role=MemberRole.PARTNER, user=AccountFactory()).user

    seen = Seen(client, partner)

    assert seen.stats == {
        "Open challenges in your networks": "0",
        "Own member companies": "0",
        "Best score of the list below": "–",
    }
    assert "No matches yet" in seen.text
    assert "No open challenges." in seen.text
