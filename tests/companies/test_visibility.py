import pytest
from django.contrib.auth.models import AnonymousUser

from clusters.choices import MemberRole
from companies.choices import Visibility
from companies.models import Company
from tests.factories import (
    ClusterMembershipFactory,
    ClusterOrganisationFactory,
    CompanyFactory,
    CompanyMemberFactory,
    MembershipFactory,
    NetworkFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def cluster():
    return ClusterOrganisationFactory()


@pytest.fixture
def companies(cluster):
    """One of each visibility, all members of `cluster`."""
    found = {value: CompanyFactory(name=value, visibility=value) for value in Visibility.values}
    for company in found.values():
        ClusterMembershipFactory(company=company, cluster=cluster)
    return found


def seen_by(user):
    return {company.name for company in Company.objects.visible_to(user)}


def test_visitor_and_stranger_see_only_what_is_public(companies):
    stranger = MembershipFactory().user

    assert seen_by(AnonymousUser()) == {"public"}
    assert seen_by(stranger) == {"public"}
    assert seen_by(UserFactory()) == {"public"}


@pytest.mark.parametrize("role", MemberRole.values)
def test_own_cluster_sees_all_its_members(companies, cluster, role):
    member = MembershipFactory(organisation=cluster, role=role).user

    assert seen_by(member) == {"cluster", "network", "public"}


def test_the_network_sees_those_who_said_so(companies, cluster):
    partner = MembershipFactory(role=MemberRole.PARTNER)
    NetworkFactory().organisations.add(cluster, partner.organisation)

    assert seen_by(partner.user) == {"network", "public"}


def test_its_own_people_and_administrators_see_a_hidden_company(companies):
    owner = CompanyMemberFactory(company=companies["cluster"]).user

    assert seen_by(owner) == {"cluster", "public"}
    assert seen_by(UserFactory(is_administrator=True)) == {"cluster", "network", "public"}


@pytest.mark.parametrize(
    ("make", "shown"),
    [
        (lambda company, cluster: CompanyMemberFactory(company=company).user, True),
        (lambda company, cluster: MembershipFactory(organisation=cluster).user, True),
        (
            lambda company, cluster: (
                MembershipFactory(organisation=cluster, role=MemberRole.PARTNER).user
            ),
            False,
        ),
        (lambda company, cluster: MembershipFactory().user, False),
        (lambda company, cluster: AnonymousUser(), False),
    ],
    ids=["own", "manager", "partner", "stranger", "visitor"],
)
def test_address_on_file_is_for_its_people_and_its_managers(cluster, make, shown):
    company = CompanyFactory(email="post@kabelro.example")
    ClusterMembershipFactory(company=company, cluster=cluster)

    assert company.shows_contact_to(make(company, cluster)) is shown
