"""An organisation that was the client of a reference confirms it."""

import pytest
from django.urls import reverse

from accounts.models import Notice
from clusters.choices import MemberRole
from companies import actions
from companies.choices import Visibility
from companies.models import Company, Reference
from companies.problems import CompanyProblem
from tests.factories import (
    CompanyMemberFactory,
    MembershipFactory,
    ReferenceFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def partner():
    return MembershipFactory(role=MemberRole.PARTNER, organisation__name="Port of Varde")


@pytest.fixture
def reference() -> Reference:
    return ReferenceFactory(company__visibility=Visibility.PUBLIC)


@pytest.fixture
def page(client, reference, partner) -> str:
    """Of the company; the partner reads it."""
    client.force_login(partner.user)
    return reference.company.get_absolute_url()


def press(client, reference, partner, **said):
    url = reverse("companies:reference_confirm", args=[reference.company.slug, reference.pk])
    asked = {"organisation": partner.organisation.slug, "revision": reference.revision, **said}
    return client.post(url, asked, follow=True).content.decode()


def test_a_partner_confirms_on_the_page_and_takes_it_back(client, page, reference, partner):
    before = client.get(page).content.decode()
    confirmed = press(client, reference, partner)
    reference.refresh_from_db()
    by = reference.confirmed_by
    taken_back = press(client, reference, partner, do="take_back")

    assert "Port of Varde was the client: confirm" in before
    assert "Confirmed by the client, Port of Varde" in confirmed
    assert by == partner.organisation
    assert "the reference is a claim again" in taken_back
    assert "Confirmed by the client" not in taken_back


def test_the_company_hears_of_it_and_its_profile_is_read_anew(reference, partner):
    member = CompanyMemberFactory(company=reference.company)
    before = Company.objects.get(pk=reference.company_id).revision

    for _ in range(2):
        actions.confirm_reference(
            reference=reference, organisation=partner.organisation, by=partner.user
        )

    assert [one.kind for one in Notice.objects.of(member.user)] == ["reference-confirmed"]
    assert Company.objects.get(pk=reference.company_id).revision == before + 1


def test_visitors_and_the_company_itself_see_who_confirmed_and_no_button(
    client, reference, partner
):
    member = CompanyMemberFactory(company=reference.company)
    actions.confirm_reference(reference=reference, organisation=partner.organisation, by=None)

    visitor = client.get(reference.company.get_absolute_url()).content.decode()
    client.force_login(member.user)
    own = client.get(reference.company.get_absolute_url()).content.decode()

    for text in (visitor, own):
        assert "Confirmed by the client, Port of Varde" in text
        assert "/confirm/" not in text


def test_an_edit_makes_it_a_claim_again(reference, partner):
    actions.confirm_reference(reference=reference, organisation=partner.organisation, by=None)
    same = {"title": reference.title, "place": reference.place}
    other = {"title": "A hundred substations heard"}

    kept = actions.save_reference(
        company=reference.company, fields=same, reference=reference, by=None
    )
    lost = actions.save_reference(
        company=reference.company, fields=other, reference=reference, by=None
    )

    assert kept.confirmed_by == partner.organisation
    assert (lost.confirmed_by, lost.confirmed_at) == (None, None)


def test_what_was_edited_after_it_was_read_is_not_confirmed(client, page, reference, partner):
    Reference.objects.update(revision=reference.revision + 1)

    told = press(client, reference, partner)

    reference.refresh_from_db()
    assert "The reference was edited meanwhile" in told
    assert reference.confirmed_at is None


def test_nobody_confirms_for_a_company_they_speak_for(client, page, reference, partner):
    CompanyMemberFactory(company=reference.company, user=partner.user)

    told = press(client, reference, partner)

    assert "Nobody confirms the references of a company they speak for." in told
    assert not Reference.objects.exclude(confirmed_at=None).exists()


def test_one_organisation_confirms_and_no_other_takes_it_back(reference, partner):
    other = MembershipFactory(role=MemberRole.PARTNER)
    actions.confirm_reference(reference=reference, organisation=partner.organisation, by=None)

    with pytest.raises(CompanyProblem, match="Another organisation"):
        actions.confirm_reference(
            reference=reference, organisation=other.organisation, by=other.user
        )
    actions.take_back_confirmation(
        reference=reference, organisation=other.organisation, by=other.user
    )

    reference.refresh_from_db()
    assert reference.confirmed_by == partner.organisation


def test_a_reference_that_is_gone_is_told(reference, partner):
    Reference.objects.all().delete()

    with pytest.raises(CompanyProblem, match="removed meanwhile"):
        actions.confirm_reference(
            reference=reference, organisation=partner.organisation, by=partner.user
        )


def test_a_company_one_may_not_see_is_not_there(client, page, reference, partner):
    Company.objects.update(visibility=Visibility.CLUSTER)

    url = reverse("companies:reference_confirm", args=[reference.company.slug, reference.pk])
    reply = client.post(url, {"organisation": partner.organisation.slug})

    assert reply.status_code == 404
