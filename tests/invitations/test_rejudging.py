"""What waits in the outbox is judged again: when its company changes, and before it leaves."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from companies.actions import retire_company, update_profile
from invitations import actions, tasks
from invitations.choices import Refusal, Status
from invitations.models import Invitation, Reminder
from mail.actions import claim_batch, send_again, tell_fates
from mail.choices import LetterState
from mail.models import Letter
from matching.actions import override
from matching.choices import OverrideKind
from tests.factories import ChallengeFactory

pytestmark = pytest.mark.django_db

SOON = timedelta(days=60)


def change(row: Invitation, what: str) -> None:
    company = row.company
    if what == "gone":
        retire_company(company=company, by=None)
        return
    fields = {
        "opted_out": {"wants_invitations": False},
        "paused": {"no_letters_until": timezone.localdate() + SOON},
        "theme_unwanted": {"letter_themes": ["hydrogen"]},
    }[what]
    update_profile(company=company, fields=fields, by=None)


def has_waited() -> None:
    """Over a night."""
    Letter.objects.update(created_at=timezone.now() - timedelta(hours=12))


@pytest.mark.parametrize("what", ["opted_out", "paused", "theme_unwanted", "gone"])
def test_a_letter_that_waits_does_not_leave_once_its_company_wants_none(invited, what):
    row = invited()
    other = invited("Other")
    change(row, what)

    tasks.look_again([row.company_id])

    row.refresh_from_db()
    assert (row.status, row.refused_because) == (Status.REFUSED, what)
    assert [letter.related_id for letter in claim_batch()] == [str(other.pk)]


def test_the_manager_reads_why_on_the_tab(invited, client, manager, challenge):
    row = invited()
    change(row, "opted_out")

    actions.look_again(company_ids=[row.company_id])

    client.force_login(manager)
    page = client.get(reverse("invitations:challenge", args=[challenge.slug])).content.decode()
    assert "The company wants no invitations by e-mail." in page


def test_what_nobody_heard_of_is_found_when_the_letter_is_about_to_leave(invited):
    """The broker was away, or the wishes were those of a reader or of a manager."""
    row, other = invited(), invited("Other")
    change(row, "opted_out")
    has_waited()

    claimed = claim_batch()

    letter = Letter.objects.get(pk=row.letter_id)
    assert [one.related_id for one in claimed] == [str(other.pk)]
    assert (letter.state, letter.fate_told) == (LetterState.FAILED, False)
    tasks.sweep_fates()
    tell_fates()
    row.refresh_from_db()
    assert (row.status, row.refused_because) == (Status.REFUSED, Refusal.OPTED_OUT)
    assert actions.letters_not_heard_of() == []


def test_what_is_allowed_again_meanwhile_goes_into_the_next_letter(invited):
    row = invited()
    change(row, "opted_out")
    has_waited()
    claim_batch()
    update_profile(company=row.company, fields={"wants_invitations": True}, by=None)

    tasks.sweep_fates()

    row.refresh_from_db()
    assert (row.status, row.letter_id) == (Status.HELD, "")


def test_a_company_excluded_by_hand_gets_no_letter_that_waited(invited, challenge, manager):
    row = invited()
    override(
        challenge=challenge,
        company=row.company,
        kind=OverrideKind.EXCLUDE,
        reason="A conflict of interest.",
        by=manager,
    )
    has_waited()

    assert claim_batch() == []


def test_a_letter_is_not_too_many_because_of_itself(invited):
    row = invited()
    update_profile(company=row.company, fields={"letters_per_month": 1}, by=None)
    has_waited()

    assert actions.look_again(company_ids=[row.company_id]) == 0
    assert [letter.related_id for letter in claim_batch()] == [str(row.pk)]


def test_what_else_a_stopped_letter_carried_goes_into_the_next(
    challenge, manager, invited, scored, settings
):
    settings.LETTER_DAYS = 7
    row = invited()
    others = [
        ChallengeFactory(open=True, lab=challenge.lab, themes=[theme], title=theme, threshold=1)
        for theme in ("sensors_grid", "hydrogen")
    ]
    held = [
        Invitation.objects.create(
            challenge=other, company=row.company, status=Status.HELD, proposed_by=manager
        )
        for other in others
    ]
    settings.LETTER_DAYS = 0
    assert actions.write_next_letters() == 1
    change(row, "theme_unwanted")

    stopped = actions.look_again(company_ids=[row.company_id])

    assert stopped == 2
    assert [Invitation.objects.get(pk=one.pk).status for one in held] == ["refused", "held"]


def test_a_reminder_that_waits_is_stopped_too(invited, challenge, manager):
    row, other = invited(), invited("Other")
    Invitation.objects.update(status=Status.SENT, sent_at=timezone.now())
    Letter.objects.update(state=LetterState.CANCELLED)
    actions.remind_silent(challenge=challenge, by=manager)
    change(row, "opted_out")
    change(other, "paused")

    actions.look_again(company_ids=[row.company_id])

    assert [one.invitation_id for one in Reminder.objects.all()] == [other.pk]
    has_waited()
    assert claim_batch() == []
    tasks.sweep_fates()
    assert not Reminder.objects.exists()


def test_news_of_a_challenge_is_no_invitation(invited, challenge):
    """Whoever pauses hears that it was withdrawn; whoever objects to letters does not."""
    row, other = invited(), invited("Other")
    Letter.objects.update(state=LetterState.CANCELLED)
    Invitation.objects.update(status=Status.SENT, sent_at=timezone.now())
    actions.tell_invited(challenge=challenge, event="closed", occasion="then")
    change(row, "paused")
    change(other, "opted_out")
    has_waited()

    assert [letter.related_id for letter in claim_batch()] == [str(row.pk)]


def test_what_was_taken_back_does_not_leave_because_somebody_queues_it_again(invited):
    row = invited()
    change(row, "opted_out")
    has_waited()
    claim_batch()
    tasks.sweep_fates()

    send_again(letter=Letter.objects.get(), by=None)

    assert claim_batch() == []


def test_it_costs_the_same_however_many_leave(invited, django_assert_max_num_queries):
    for number in range(3):
        invited(f"Firm {number}")
    has_waited()
    letters = list(Letter.objects.all())

    with django_assert_max_num_queries(14):
        assert actions.letters_not_allowed(letters) == set()
