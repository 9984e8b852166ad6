"""Letters that came back or were called unwanted: what managers see, and what they can do."""

from datetime import timedelta

import pytest
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from companies.actions import trust_address
from companies.choices import GroundKind
from companies.problems import CompanyProblem
from invitations import actions, tasks
from invitations.choices import Refusal, Status
from invitations.fates import fates_of, tallies_of
from invitations.models import Invitation
from invitations.problems import InvitationProblem
from mail.actions import come_back, complain, suppress
from mail.choices import StopReason
from mail.models import Letter, Suppression, hash_of
from tests.invitations.test_fates import let_it

pytestmark = pytest.mark.django_db


def lose(row: Invitation, status: str = "5.1.1") -> Invitation:
    """It was sent and came back, and the task has heard of it."""
    let_it(row, "sent")
    come_back(letter=Letter.objects.get(pk=row.letter_id), status=status)
    tasks.record_fates([row.letter_id])
    row.refresh_from_db()
    return row


def anger(row: Invitation) -> Invitation:
    let_it(row, "sent")
    complain(letter=Letter.objects.get(pk=row.letter_id))
    tasks.record_fates([row.letter_id])
    row.refresh_from_db()
    return row


def test_the_tab_shows_both_fates_and_can_be_narrowed_to_each(client, challenge, manager, invited):
    lost, angry = lose(invited("Gone")), anger(invited("Angry"))
    client.force_login(manager)
    tab = reverse("invitations:challenge", args=[challenge.slug])

    pages = {fate: client.get(tab, {"status": fate}) for fate in ("came_back", "unwanted")}

    names = {fate: [row.one.name for row in it.context["rows"]] for fate, it in pages.items()}
    assert names == {"came_back": ["Gone"], "unwanted": ["Angry"]}
    assert "The reader reported the letter as unwanted." in pages["unwanted"].text
    assert {pk: fate.value for pk, fate in fates_of([lost, angry]).items()} == {
        lost.pk: "bounced",
        angry.pk: "complained",
    }


def test_results_count_them_by_reason(invited):
    lose(invited("Gone"))
    anger(invited("Angry"))

    (refused,) = tallies_of(Invitation.objects.all(), "/")

    assert refused.label == "Not sent, or came back"

    assert [(part.label, part.count, part.url) for part in refused.parts] == [
        ("The letter could not be delivered.", 1, "/?status=came_back"),
        ("The reader reported the letter as unwanted.", 1, "/?status=unwanted"),
    ]


def test_a_complaint_is_an_objection_of_the_company_written_down_once(invited):
    row = anger(invited("Angry"))
    tasks.record_fates([row.letter_id])

    grounds = row.company.grounds.filter(kind=GroundKind.COMPLAINED)
    assert [(one.since, one.recorded_by) for one in grounds] == [(timezone.localdate(), None)]


def test_an_objection_by_complaint_outlives_a_new_address(invited, manager):
    row = anger(invited("Angry"))
    row.company.email = "new@angry.example"
    row.company.save()

    row = actions.propose_again(invitation=row, by=manager)
    actions.send(challenge=row.challenge, invitation_ids=[row.pk], by=manager)

    row.refresh_from_db()
    assert (row.status, row.refused_because) == (Status.REFUSED, Refusal.OBJECTED)


def test_a_complaint_about_a_reminder_is_an_objection_too(invited, challenge):
    row = let_it(invited("Angry"), "sent")
    challenge.remind_after = 1
    challenge.save()
    Invitation.objects.update(sent_at=timezone.now() - timedelta(days=9))
    actions.remind_silent(challenge=challenge, by=None)
    for state in ("claimed", "sending"):
        Letter.objects.filter(kind="invite-reminder").update(
            state=state, claim=F("id"), claimed_at=timezone.now()
        )
    reminder = Letter.objects.get(kind="invite-reminder")

    complain(letter=reminder)
    tasks.record_fates([str(reminder.pk)])

    assert row.company.grounds.filter(kind=GroundKind.COMPLAINED).exists()


def test_an_answer_stays_whatever_becomes_of_the_letter(invited):
    row = let_it(invited("Keen"), "sent")
    actions.answer(invitation=row, interested=True, by=None)

    complain(letter=Letter.objects.get(pk=row.letter_id))
    tasks.record_fates([row.letter_id])

    row.refresh_from_db()
    assert row.status == Status.INTERESTED


def test_a_dead_address_is_told_from_one_that_asked_to_be_left_alone(
    new_company, challenge, manager, scored
):
    reasons = {
        "Dead": StopReason.UNDELIVERABLE,
        "Asked": StopReason.ASKED,
        "Angry": StopReason.COMPLAINED,
    }
    companies = {name: new_company(name) for name in reasons}
    for name, reason in reasons.items():
        suppress(address_hash=hash_of(companies[name].email), reason=reason)
    scored()

    rows = actions.propose(
        challenge=challenge, company_ids=[one.pk for one in companies.values()], by=manager
    )
    actions.send(challenge=challenge, invitation_ids=[row.pk for row in rows], by=manager)

    told = Invitation.objects.values_list("company__name", "refused_because")
    assert dict(told) == {
        "Dead": Refusal.DEAD_ADDRESS,
        "Asked": Refusal.STOPPED,
        "Angry": Refusal.OBJECTED,
    }


# The address works again.


@pytest.fixture
def dead(invited, manager, client):
    row = lose(invited("Gone"))
    client.force_login(manager)
    return row, reverse("companies:trust_address", args=[row.company.slug])


def test_a_manager_reads_why_and_lifts_it_when_the_company_says_so(dead, client, manager):
    row, url = dead
    ledger = reverse("companies:ledger", args=[row.company.slug])

    before = client.get(ledger)
    posted = client.post(url, follow=True)

    assert "Address does not take letters" in before.text
    assert url in before.text
    assert "Letters may go to the address again." in posted.text
    assert url not in posted.text
    assert Suppression.objects.count() == 0
    ground = row.company.grounds.get(kind=GroundKind.REACHABLE)
    assert (ground.recorded_by, ground.cluster) == (manager, row.challenge.lab.cluster)


def test_then_the_invitation_can_be_sent_once_more(dead, client, manager):
    row, url = dead
    client.post(url)

    row = actions.propose_again(invitation=row, by=manager)
    actions.send(challenge=row.challenge, invitation_ids=[row.pk], by=manager)

    row.refresh_from_db()
    assert row.status in (Status.QUEUED, Status.HELD)


def test_a_second_press_says_that_nothing_is_to_be_lifted(dead, client):
    row, url = dead
    client.post(url)

    page = client.post(url, follow=True)

    assert "Letters to the address on file do not come back." in page.text
    assert row.company.grounds.filter(kind=GroundKind.REACHABLE).count() == 1


def test_looking_lifts_nothing(dead, client):
    _row, url = dead

    assert client.get(url).status_code == 405
    assert Suppression.objects.count() == 1


def test_what_its_reader_said_is_not_a_manager_s_to_lift(invited, manager):
    row = anger(invited("Angry"))

    with pytest.raises(CompanyProblem):
        trust_address(company=row.company, cluster=row.challenge.lab.cluster, by=manager)

    assert Suppression.objects.get().reason == StopReason.COMPLAINED


def test_a_new_address_needs_no_lifting(dead, manager):
    row, _url = dead
    row.company.email = "new@gone.example"
    row.company.save()

    row = actions.propose_again(invitation=row, by=manager)
    actions.send(challenge=row.challenge, invitation_ids=[row.pk], by=manager)

    row.refresh_from_db()
    assert row.status in (Status.QUEUED, Status.HELD)


def test_a_letter_that_came_back_is_not_sent_again_by_itself(dead, manager):
    row, _url = dead

    with pytest.raises(InvitationProblem):
        actions.send_again(invitation=row, by=manager)


@pytest.mark.parametrize("kind", ["invite-company", "challenge-closed"])
def test_a_complaint_nobody_heard_of_still_reaches_the_ledger(invited, challenge, kind):
    """The invitation was answered before, and the letter may be one of news."""
    row = let_it(invited("Angry"), "sent")
    actions.answer(invitation=row, interested=True, by=None)
    if kind == "challenge-closed":
        actions.tell_invited(challenge=challenge, event="closed", occasion="then")
    letter = Letter.objects.get(kind=kind)
    for state in ("claimed", "sending"):
        Letter.objects.filter(pk=letter.pk, state__in=["queued", "claimed"]).update(
            state=state, claim=F("id"), claimed_at=timezone.now()
        )
    complain(letter=Letter.objects.get(pk=letter.pk))

    tasks.sweep_fates()
    tasks.sweep_fates()

    assert row.company.grounds.filter(kind=GroundKind.COMPLAINED).count() == 1
    assert actions.letters_not_heard_of() == []
