from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Notice
from clusters.choices import MemberRole
from companies import actions
from companies.choices import ClaimState, Source, Visibility
from companies.models import Claim
from companies.problems import CompanyProblem
from mail.models import Letter
from tests.factories import (
    ClusterMembershipFactory,
    CompanyFactory,
    CompanyMemberFactory,
    MembershipFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def company():
    company = CompanyFactory(
        name="Røgvand Måling ApS",
        registry_number="DK 99 00 12 34",
        email="post@rogvand.example",
        source=Source.IMPORTED,
        visibility=Visibility.CLUSTER,
    )
    ClusterMembershipFactory(company=company)
    return company


@pytest.fixture
def manager(company):
    cluster = company.cluster_memberships.get().cluster
    return MembershipFactory(organisation=cluster).user


@pytest.fixture
def person():
    return UserFactory(name="Nora Holm")


def owners(company):
    return [member.user for member in company.members.all()]


def link():
    return "/companies/" + Letter.objects.latest("pk").text.split("/companies/")[1].split()[0]


@pytest.mark.parametrize("asked", ["Røgvand Måling ApS", "rogvand maling", "DK99001234"])
def test_found_by_whole_name_or_number(client, company, person, asked):
    client.force_login(person)

    reply = client.get("/companies/claim/", {"q": asked})

    assert list(reply.context["found"]) == [company]


@pytest.mark.parametrize("asked", ["Røg", "ApS", "Måling", "9900", ""])
def test_not_found_by_a_few_letters(client, company, person, asked):
    client.force_login(person)

    reply = client.get("/companies/claim/", {"q": asked})

    assert list(reply.context["found"]) == []


def test_what_somebody_speaks_for_is_not_found(client, company, person):
    CompanyMemberFactory(company=company)
    client.force_login(person)

    assert client.get("/companies/claim/", {"q": company.name}).context["found"] == []
    assert client.get(f"/companies/claim/{company.slug}/").status_code == 404


def test_the_letter_goes_to_the_address_on_file_which_the_page_never_shows(client, company, person):
    client.force_login(person)

    page = client.get(f"/companies/claim/{company.slug}/").content.decode()
    reply = client.post(f"/companies/claim/{company.slug}/", {"way": "letter"}, follow=True)

    assert Letter.objects.get().recipient == "post@rogvand.example"
    assert "rogvand.example" not in page + reply.content.decode()


def test_opening_the_link_proves_nothing_the_button_does_once(client, company, person):
    client.force_login(person)
    client.post(f"/companies/claim/{company.slug}/", {"way": "letter"})
    url = link()

    client.get(url, follow=True)
    assert owners(company) == []
    client.post("/companies/claim/prove/")

    assert owners(company) == [person]
    client.get(url)
    assert client.get("/companies/claim/prove/").status_code == 410


def test_the_token_is_stored_hashed(company, person):
    claim = actions.claim_by_letter(company=company, by=person)

    assert claim.token_hash not in Letter.objects.get().text


def test_a_link_too_old_proves_nothing(company, person):
    claim = actions.claim_by_letter(company=company, by=person)
    assert claim.expires_at - timezone.now() < timedelta(days=3, seconds=1)
    Claim.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    with pytest.raises(CompanyProblem):
        actions.prove_claim(claim=claim, by=person)

    assert owners(company) == []


def test_the_link_is_for_who_claimed(client, company, person):
    client.force_login(person)
    client.post(f"/companies/claim/{company.slug}/", {"way": "letter"})
    client.force_login(UserFactory())

    client.get(link())
    client.post("/companies/claim/prove/")

    assert owners(company) == []


def test_a_second_link_replaces_the_first(company, person):
    first = actions.claim_by_letter(company=company, by=person).token_hash

    second = actions.claim_by_letter(company=company, by=person).token_hash

    assert [claim.token_hash for claim in Claim.objects.all()] == [second]
    assert first != second


def test_three_letters_a_day_are_enough(company):
    for _turn in range(3):
        actions.claim_by_letter(company=company, by=UserFactory())

    with pytest.raises(CompanyProblem):
        actions.claim_by_letter(company=company, by=UserFactory())


def test_the_manager_confirms(client, company, person, manager):
    actions.claim_by_manager(company=company, message="I founded it.", by=person)
    assert Notice.objects.get(user=manager).kind == "claim-waiting"
    client.force_login(manager)
    claim = client.get("/companies/claims/").context["claims"][0]

    client.post(f"/companies/claims/{claim.pk}/", {"answer": "confirm"})

    assert owners(company) == [person]
    assert Notice.objects.get(user=person).kind == "claim-confirmed"


def test_the_manager_refuses(client, company, person, manager):
    claim = actions.claim_by_manager(company=company, message="", by=person)
    client.force_login(manager)

    client.post(f"/companies/claims/{claim.pk}/", {"answer": "refuse"})

    claim.refresh_from_db()
    assert (claim.state, owners(company)) == (ClaimState.REFUSED, [])


def test_never_otherwise(company, person, manager):
    """Not oneself, not a partner, not another cluster's manager, not a manager nobody asked."""
    cluster = company.cluster_memberships.get().cluster
    own = actions.claim_by_manager(company=company, message="", by=person)
    MembershipFactory(user=person, organisation=cluster)
    partner = MembershipFactory(organisation=cluster, role=MemberRole.PARTNER).user
    other = MembershipFactory().user

    for somebody in (person, partner, other):
        with pytest.raises(CompanyProblem):
            actions.confirm_claim(claim=own, by=somebody)
    by_letter = actions.claim_by_letter(company=company, by=UserFactory())
    with pytest.raises(CompanyProblem):
        actions.confirm_claim(claim=by_letter, by=manager)

    assert owners(company) == []


def test_what_one_claim_wins_the_others_lose(company, person, manager):
    won = actions.claim_by_manager(company=company, message="", by=person)
    lost = actions.claim_by_letter(company=company, by=UserFactory())

    actions.confirm_claim(claim=won, by=manager)

    lost.refresh_from_db()
    assert (lost.state, lost.token_hash) == (ClaimState.REFUSED, None)
    with pytest.raises(CompanyProblem):
        actions.claim_by_letter(company=company, by=UserFactory())


def test_claims_are_for_managers_only(client):
    client.force_login(MembershipFactory(role=MemberRole.PARTNER).user)

    assert client.get("/companies/claims/").status_code == 404
