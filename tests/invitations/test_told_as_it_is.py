"""What pages say of invitations is true for whoever reads them, and is said once."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from invitations.choices import BY_HAND, Status
from invitations.models import Invitation, Relay
from labs.models import LivingLab
from mail.models import Letter
from matching.models import Match
from matching.scoring import Reason
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


@pytest.fixture
def unexplained(sent) -> Match:
    """Its reasons are nowhere yet: neither in the invitation nor in the match."""
    Invitation.objects.update(reasons=[])
    Match.objects.update(findings=None, conditions=[])
    return Match.objects.get()


def rings(callbacks: list[object]) -> list[str]:
    names = (getattr(one, "name", "") for one in callbacks)
    return [name for name in names if name == "matching.tasks.explain_matches"]


def test_a_letter_that_is_looked_at_again_and_again_wakes_the_worker_once(
    client, manager, challenge, unexplained, django_capture_on_commit_callbacks
):
    client.force_login(manager)
    address = reverse("invitations:letter", args=[challenge.slug, unexplained.pk])

    with django_capture_on_commit_callbacks() as callbacks:
        for _time in range(3):
            client.get(address)

    assert len(rings(callbacks)) == 1


def test_who_is_to_pass_on_what_has_no_reasons_yet_wakes_the_worker(
    client, manager, challenge, new_company, scored, django_capture_on_commit_callbacks
):
    """Where nobody else reads it, nobody else would."""
    company = new_company()
    scored()
    Match.objects.update(findings=None, conditions=[])
    row = Invitation.objects.create(
        challenge=challenge, company=company, status=Status.RELAYED, letter_id=BY_HAND
    )
    relay = Relay.objects.create(
        invitation=row,
        cluster=challenge.lab.cluster,
        why=Reason("needs_request", country="DK", kind="generic").to_data(),
    )
    client.force_login(manager)

    with django_capture_on_commit_callbacks() as callbacks:
        page = words(client.get(relay.get_absolute_url()))

    assert "Its reasons are being written just now." in page
    assert len(rings(callbacks)) == 1
