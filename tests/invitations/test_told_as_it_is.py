"""What pages say of invitations is true for whoever reads them, and is said once."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from challenges.models import Challenge
from challenges.wording import deadline_written_out
from companies.choices import Visibility
from companies.models import Company
from invitations import actions
from invitations.choices import BY_HAND, Status
from invitations.models import Invitation, Relay
from labs.models import LivingLab
from mail.choices import LetterState
from mail.models import Letter
from matching.models import Match
from matching.scoring import Reason
from tests.factories import (
    AccountFactory,
    AdministratorFactory,
    CompanyMemberFactory,
    MembershipFactory,
)
from tests.invitations.conftest import write_queued

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


@pytest.fixture
def colleague(challenge) -> User:
    """Another manager of the challenge."""
    return MembershipFactory(organisation=challenge.lab.cluster, user=AccountFactory()).user


def left(row: Invitation, day: datetime) -> Letter:
    letter = Letter.objects.get(pk=row.letter_id)
    for state in (LetterState.CLAIMED, LetterState.SENDING):
        Letter.objects.filter(pk=letter.pk).update(state=state, claim=letter.pk, claimed_at=day)
    Letter.objects.filter(pk=letter.pk).update(state=LetterState.SENT, sent_at=day)
    return letter


def looked_at(client, row: Invitation) -> tuple[str, str]:
    """The page with the letter, and the letter in its frame."""
    match = Match.objects.get(challenge=row.challenge_id, company=row.company_id)
    place = [row.challenge.slug, match.pk]
    page = client.get(reverse("invitations:letter", args=place))
    frame = client.get(reverse("invitations:letter_html", args=place))
    return unescape(words(page)), frame.content.decode()


def test_a_letter_that_left_is_shown_as_it_left(client, colleague, challenge, invited):
    row = invited()
    letter = left(row, datetime(2026, 5, 3, 12, tzinfo=UTC))
    Invitation.objects.update(status=Status.SENT, sent_at=timezone.now(), note="A new word.")
    deadline = deadline_written_out(challenge, language="en")
    Challenge.objects.update(deadline=challenge.deadline + timedelta(days=40))
    client.force_login(colleague)

    page, frame = looked_at(client, row)

    assert "as it left on 3 May 2026" in page
    assert deadline in letter.text
    for shown in (page, frame):
        assert deadline in shown
        assert "A new word" not in shown


def test_its_author_stays_its_author(client, manager, colleague, challenge, new_company, scored):
    company = new_company()
    scored()
    (row,) = actions.propose(challenge=challenge, company_ids=[company.pk], by=manager)
    note = "We met in Esbjerg"
    actions.send(challenge=challenge, invitation_ids=[row.pk], note=note, by=manager)
    write_queued()
    row.refresh_from_db()
    client.force_login(colleague)

    page, frame = looked_at(client, row)

    assert "as it was written" in page
    for shown in (page, frame):
        assert "A word from Marta Holm" in shown
        assert colleague.name not in shown.partition("A word from")[2]


def test_whoever_looks_at_a_letter_cannot_answer_or_stop_letters_by_it(client, colleague, sent):
    letter = Letter.objects.get(pk=sent.letter_id)
    secrets = set(re.findall(r"/(?:answer|stop)/([^/]+)/", letter.text + letter.html))
    client.force_login(colleague)

    shown = "".join(looked_at(client, sent))

    assert len(secrets) == 2
    assert [one for one in secrets if one in shown] == []
    assert "/invitations/answer/preview/" in shown
    assert "/letters/stop/preview/" in shown


def test_who_may_not_know_the_company_does_not_see_its_letter(client, colleague, sent):
    sent.company.cluster_memberships.all().delete()
    Company.objects.update(visibility=Visibility.CLUSTER)
    client.force_login(colleague)

    page, frame = looked_at(client, sent)

    assert "as it would read now" in page
    for shown in (page, frame):
        assert sent.company.name not in shown


def test_what_left_together_with_others_or_by_hand_is_told_so(client, manager, sent):
    client.force_login(manager)
    Letter.objects.update(kind="invite-digest", text="Two challenges that fit you.")
    together, _frame = looked_at(client, sent)
    Invitation.objects.update(letter_id=BY_HAND)
    by_hand, _frame = looked_at(client, sent)

    assert "in one letter about several challenges" in together
    assert "Two challenges that fit you." not in together
    assert "asked by its own cluster organisation and not by a letter from here" in by_hand
    for page in (together, by_hand):
        assert "as it left on" not in page


def test_a_score_that_changed_since_is_told(client, manager, sent):
    client.force_login(manager)

    before, _frame = looked_at(client, sent)
    Invitation.objects.update(total=sent.total + 10)
    after, _frame = looked_at(client, sent)

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
