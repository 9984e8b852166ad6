"""A first letter to somebody who did not give the address names its source and the rights."""

from datetime import date

import pytest
from django.urls import reverse

from companies.actions import update_profile
from companies.choices import GroundKind, Source
from companies.contacts import contacts_of
from invitations import actions
from invitations.choices import BY_HAND, Status
from invitations.emails import sources_of
from invitations.models import CountryRule, Invitation
from mail.models import Letter
from matching.models import Match
from tests.factories import (
    ChallengeFactory,
    ClusterOrganisationFactory,
    CompanyFactory,
    MembershipFactory,
)
from tests.invitations.conftest import write_queued

pytestmark = pytest.mark.django_db
DAY = date(2026, 1, 1)


@pytest.fixture
def listed(challenge, new_company, scored, manager):
    """A member whose address came with the list of its cluster organisation."""

    def make(**fields):
        company = new_company("Listet", source=Source.IMPORTED, **fields)
        company.grounds.create(kind=GroundKind.IMPORTED, cluster=challenge.lab.cluster)
        scored()
        return company

    return make


def letter_to(challenge, company, manager) -> Letter:
    (row,) = actions.propose(challenge=challenge, company_ids=[company.pk], by=manager)
    (sent,) = actions.send(challenge=challenge, invitation_ids=[row.pk], by=manager)
    write_queued()
    return Letter.objects.get(pk=sent.letter_id)


def test_the_first_letter_names_the_source_and_the_rights(challenge, listed, manager):
    letter = letter_to(challenge, listed(), manager)

    for body in (letter.text, letter.html):
        assert "We have your address from the member list of Fjord Energy Cluster." in body
        assert "GDPR Art. 6(1)(f)" in body
        assert "complain to your data protection authority" in body
        assert "/privacy/" in body


def test_the_second_letter_does_not_repeat_it(challenge, listed, manager, scored):
    company = listed()
    letter_to(challenge, company, manager)
    other = ChallengeFactory(open=True, lab=challenge.lab, themes=["sensors_grid"], threshold=10)

    assert sources_at(company, other) == {}


def test_a_new_address_is_told_where_it_came_from(challenge, listed, manager):
    company = listed()
    letter_to(challenge, company, manager)
    other = ChallengeFactory(open=True, lab=challenge.lab, themes=["sensors_grid"], threshold=10)

    update_profile(company=company, fields={"email": "bo.new@other.example"}, by=None)

    assert sources_at(company, other) == {company.pk: "the member list of Fjord Energy Cluster"}


def test_a_text_passed_on_by_hand_told_nothing_of_sources(challenge, listed):
    company = listed()
    other = ChallengeFactory(open=True, lab=challenge.lab)
    Invitation.objects.create(
        challenge=other, company=company, letter_id=BY_HAND, status=Status.SENT
    )

    assert sources_at(company, challenge) == {company.pk: "the member list of Fjord Energy Cluster"}


def sources_at(company, challenge):
    return sources_of(
        [Invitation(challenge=challenge, company=company)], contacts=contacts_of([company.pk])
    )


def test_who_gave_the_address_itself_is_not_told(challenge, new_company, scored, manager):
    company = new_company()
    scored()

    assert "We have your address" not in letter_to(challenge, company, manager).text


def test_who_took_over_its_profile_is_not_told(challenge, listed, manager):
    company = listed()
    company.grounds.create(kind=GroundKind.CLAIMED)

    assert "We have your address" not in letter_to(challenge, company, manager).text


@pytest.mark.parametrize(
    "kind, more, source",
    [
        (GroundKind.NOMINATED, {}, "a nomination by Canary Cluster"),
        (
            GroundKind.PUBLIC,
            {"source": "the business register"},
            "a public source: the business register",
        ),
        (GroundKind.IMPORTED, {}, "the member list of Canary Cluster"),
    ],
)
def test_every_source_has_its_words(kind, more, source, challenge, listed, new_company):
    company = CompanyFactory(source=Source.IMPORTED)
    cluster = ClusterOrganisationFactory(name="Canary Cluster")
    company.grounds.create(kind=kind, cluster=cluster, **more)

    assert sources_at(company, challenge) == {company.pk: source}


@pytest.mark.parametrize("kind", [GroundKind.NOMINATED, GroundKind.PUBLIC, GroundKind.IMPORTED])
def test_a_source_without_a_name_is_not_named(kind, challenge):
    company = CompanyFactory(source=Source.IMPORTED)
    company.grounds.create(kind=kind)

    assert sources_at(company, challenge) == {company.pk: "another source; ask us which"}


def test_many_cost_as_many_queries_as_one(challenge, new_company, django_assert_num_queries):
    rows = [
        Invitation(challenge=challenge, company=new_company(f"Firma {n}", source=Source.IMPORTED))
        for n in range(20)
    ]

    contacts = contacts_of([row.company_id for row in rows])

    with django_assert_num_queries(2):
        assert len(sources_of(rows, contacts=contacts)) == 20


def test_the_preview_shows_it_too(challenge, listed, manager, client):
    company = listed()
    row = actions.propose(challenge=challenge, company_ids=[company.pk], by=manager)[0]
    client.force_login(manager)

    page = client.get(
        reverse(
            "invitations:letter", args=[challenge.slug, Match.objects.get(company=row.company).pk]
        )
    )

    assert "We have your address from" in page.text


def test_a_preview_without_the_name_keeps_the_source_secret(challenge, new_company, scored, client):
    company = new_company("Hemmelig", is_member=False, source=Source.IMPORTED)
    scored()
    manager = MembershipFactory(organisation=challenge.lab.cluster).user
    client.force_login(manager)

    page = client.get(
        reverse("invitations:letter", args=[challenge.slug, Match.objects.get(company=company).pk])
    )

    assert "We have your address from" not in page.text


def test_a_digest_that_is_the_first_letter_names_them_too(challenge, listed, manager):
    """The letter of before was stopped, so nothing was told yet."""
    company = listed()
    for title in ("One", "Two"):
        other = ChallengeFactory(open=True, lab=challenge.lab, title=title)
        Invitation.objects.create(
            challenge=other, company=company, status=Status.HELD, proposed_by=manager
        )

    assert actions.write_next_letters() == 1

    letter = Letter.objects.get(kind="invite-digest")
    for body in (letter.text, letter.html):
        assert "We have your address from the member list of Fjord Energy Cluster." in body
        assert "GDPR Art. 6(1)(f)" in body
        assert "/privacy/" in body


def test_whoever_is_nominated_reads_the_ground_and_the_rights(invited, manager):
    row = invited()
    nomination = actions.nominate(
        invitation=row, kind="colleague", name="Ida", email="info@sensorer.example", by=None
    )
    CountryRule.objects.create(country="DK", kind="generic", rule="free", since=DAY, source="-")

    actions.accept_nomination(nomination=nomination, by=manager)

    letter = Letter.objects.get(kind="nominate")
    for body in (letter.text, letter.html):
        assert "We have your address from a nomination by Sensorværket." in body
        assert "We use it for this letter and for nothing else." in body
        assert "GDPR Art. 6(1)(f)" in body
        assert "/privacy/" in body
