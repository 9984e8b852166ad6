"""What pages say of invitations is true for whoever reads them, and is said once."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from invitations.choices import Status
from invitations.models import Invitation
from labs.models import LivingLab
from mail.models import Letter
from matching.models import Match
from tests.factories import AccountFactory, AdministratorFactory, CompanyMemberFactory

pytestmark = pytest.mark.django_db


def words(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.fixture
def sent(invited) -> Invitation:
    row = invited()
    Invitation.objects.filter(pk=row.pk).update(
        status=Status.SENT, sent_at=timezone.now() - timedelta(days=2)
    )
    row.refresh_from_db()
    return row


def test_a_letter_that_left_is_told_as_it_left_and_that_its_score_has_changed(
    client, manager, challenge, sent
):
    client.force_login(manager)
    match = Match.objects.get()
    address = reverse("invitations:letter", args=[challenge.slug, match.pk])

    before = words(client.get(address))
    Invitation.objects.update(total=sent.total + 10)
    after = words(client.get(address))

    assert "as it left on" in before
    assert "as it would leave now" not in before
    assert "The score has changed since" not in before
    assert "The score has changed since" in after


def test_a_company_reads_that_its_answer_is_waited_for(client, sent):
    member = CompanyMemberFactory(company=sent.company, user=AccountFactory())
    client.force_login(member.user)

    page = client.get(reverse("invitations:list"))

    assert "Waits for your answer" in words(page)
    assert page.content.decode().count(f'href="{sent.get_absolute_url()}"') == 2


def test_the_town_is_said_once(client, sent):
    member = CompanyMemberFactory(company=sent.company, user=AccountFactory())
    client.force_login(member.user)
    lab = LivingLab.objects.get()
    LivingLab.objects.update(name="The grid of Esbjerg", city="Esbjerg")

    named = words(client.get(reverse("invitations:list")))
    LivingLab.objects.update(name="The grid")
    told = words(client.get(reverse("invitations:list")))

    assert lab.pk
    assert "The grid of Esbjerg, Esbjerg" not in named
    assert "The grid, Esbjerg" in told


def test_a_letter_says_the_town_once(sent):
    lab = sent.challenge.lab

    text = Letter.objects.get(kind="invite-company").text

    assert f"in the living lab {lab.name_and_town}:" in text


def test_the_stop_link_of_a_preview_says_that_it_is_one(client):
    page = client.get("/letters/stop/preview/", follow=True)

    assert page.status_code == 200
    assert "This was a preview" in words(page)


def test_an_administrator_is_not_shown_an_empty_funnel(client, db):
    client.force_login(AdministratorFactory())

    page = words(client.get(reverse("invitations:list")))

    assert "No invitations here" in page
    assert "How far it came" not in page
    assert "Invitations to pass on" not in page


def test_a_page_behind_the_last_is_the_last(client, manager, sent):
    client.force_login(manager)

    page = client.get(reverse("invitations:list"), {"page": 999})

    assert page.status_code == 200
    assert page.context["page_obj"].number == 1
