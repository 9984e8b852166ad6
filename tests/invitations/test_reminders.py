"""Reminders: to those silent only, one at most, and never after an answer."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from challenges.actions import close
from challenges.models import Challenge
from companies.choices import GroundKind
from companies.models import Company
from config.invariants import broken
from invitations import actions, tasks
from invitations.actions.reminding import due_for_reminder
from invitations.choices import BY_HAND, Refusal, Status
from invitations.fates import fates_of, steps_of
from invitations.models import Invitation, Reminder, Reminding
from invitations.progress import counts_of, orders_waiting
from mail.actions import come_back, complain, suppress
from mail.choices import STOPPED, LetterState
from mail.health import Orders
from mail.models import Letter, Suppression, hash_of
from matching.actions import override
from matching.choices import OverrideKind
from tests.factories import ChallengeFactory
from tests.invitations.conftest import write_queued

pytestmark = pytest.mark.django_db


@pytest.fixture
def silent(challenge, invited):
    """Invited so many days ago, and not heard of since. The challenge reminds after a week."""

    def make(name: str = "Sensorværket", *, days: int = 8) -> Invitation:
        row = invited(name)
        sent_at = timezone.now() - timedelta(days=days)
        Letter.objects.filter(pk=row.letter_id).update(state=LetterState.CANCELLED)
        Invitation.objects.filter(pk=row.pk).update(status=Status.SENT, sent_at=sent_at)
        row.refresh_from_db()
        return row

    Challenge.objects.filter(pk=challenge.pk).update(
        remind_after=7, deadline=timezone.now() + timedelta(days=30)
    )
    return make


def reminders() -> int:
    return Letter.objects.filter(kind="invite-reminder").exclude(state="cancelled").count()


def test_whoever_is_silent_for_so_long_gets_one_reminder(silent):
    late, lately = silent("Late"), silent("Lately", days=6)

    written = [actions.remind_due() for _number in range(3)]

    assert written == [1, 0, 0]
    assert list(Reminder.objects.values_list("invitation", flat=True)) == [late.pk]
    assert lately.pk != late.pk


def test_the_letter_is_short_and_leads_to_the_same_page(silent, reader):
    row = silent()

    actions.remind_due()
    write_queued()

    letter = Letter.objects.get(kind="invite-reminder")
    assert letter.subject == f"Still open: {row.challenge.title}"
    assert letter.list_name == "invitations"
    assert letter.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert len(letter.text) < 1500
    (link,) = [word for word in letter.text.split() if "/invitations/answer/" in word]
    path = link[link.index("/invitations/") :]
    reader.post(path, {"answer": "interested"})
    row.refresh_from_db()
    assert row.status == Status.INTERESTED


def test_the_link_of_the_first_letter_keeps_working(silent):
    row = silent()
    before = row.token_hash

    actions.remind_due()

    row.refresh_from_db()
    assert row.token_hash == before


def test_nobody_is_reminded_where_the_challenge_does_not_say_so(silent, challenge):
    silent()
    Challenge.objects.filter(pk=challenge.pk).update(remind_after=None)

    assert actions.remind_due() == 0


@pytest.mark.parametrize("state", ["interested", "declined", "stopped", "excluded", "closed"])
def test_nobody_is_reminded_after_an_answer_a_stop_or_the_end(silent, challenge, manager, state):
    row, other = silent("One"), silent("Other")
    if state in ("interested", "declined"):
        actions.answer(invitation=row, interested=state == "interested", by=None)
    elif state == "stopped":
        suppress(address_hash=hash_of(row.company.email), list_name="invitations")
    elif state == "excluded":
        override(
            challenge=challenge,
            company=row.company,
            kind=OverrideKind.EXCLUDE,
            reason="A conflict of interest.",
            by=manager,
        )
    else:
        close(challenge=challenge, by=manager)

    actions.remind_due()

    reminded = list(Reminder.objects.values_list("invitation", flat=True))
    assert reminded == ([] if state == "closed" else [other.pk])


def test_an_answer_stops_a_reminder_that_has_not_left(silent):
    row = silent()
    actions.remind_due()

    actions.answer(invitation=row, interested=False, by=None)

    assert Letter.objects.get(kind="invite-reminder").state == LetterState.CANCELLED
    assert not Reminder.objects.exists()


@pytest.mark.parametrize("end", ["close", "withdraw"])
def test_the_end_stops_a_reminder_that_has_not_left(silent, challenge, manager, end):
    row = silent()
    actions.remind_due()

    if end == "close":
        close(challenge=challenge, by=manager)
    else:
        actions.withdraw(invitation=row, by=manager)

    assert reminders() == 0


def test_nobody_is_reminded_on_the_last_day(silent, challenge):
    silent()
    Challenge.objects.filter(pk=challenge.pk).update(deadline=timezone.now() + timedelta(hours=23))

    assert actions.remind_due() == 0


def test_a_company_that_had_another_letter_lately_is_reminded_later(silent, settings):
    settings.LETTER_DAYS = 7
    row = silent(days=8)
    other = Invitation.objects.create(
        challenge=Challenge.objects.exclude(pk=row.challenge_id).first() or _another(row),
        company=row.company,
        status=Status.SENT,
        letter_id="other",
        sent_at=timezone.now() - timedelta(days=2),
    )

    too_soon = actions.remind_due()
    looked_at_again = due_for_reminder().count()
    Invitation.objects.filter(pk=other.pk).update(sent_at=timezone.now() - timedelta(days=7))
    hours_ago(7)
    later = actions.remind_due()

    assert (too_soon, looked_at_again, later) == (0, 0, 1)


def _another(row: Invitation) -> Challenge:
    from tests.factories import ChallengeFactory

    return ChallengeFactory(open=True, lab=row.challenge.lab)


def test_a_reminder_is_a_letter_of_its_seven_days(silent, settings):
    settings.LETTER_DAYS = 7
    row = silent()
    actions.remind_due()

    from invitations.pacing import in_pause

    assert in_pause([row.company_id]) == {row.company_id}


def test_a_reminder_keeps_working_hours(silent, settings, time_machine):
    row = silent()
    settings.WORKING_HOURS = True
    Challenge.objects.update(deadline=datetime(2031, 1, 1, tzinfo=UTC))
    time_machine.move_to(datetime(2030, 11, 30, 12, tzinfo=UTC), tick=False)  # a Saturday

    actions.remind_due()

    monday = datetime(2030, 12, 2, 7, tzinfo=UTC)
    assert Letter.objects.get(kind="invite-reminder").next_attempt_at == monday
    assert row.reminder.leaves_at == monday


def test_the_database_allows_no_second_reminder(silent):
    row = silent()
    actions.remind_due()

    with pytest.raises(IntegrityError), transaction.atomic():
        Reminder.objects.create(
            invitation=row, letter_id="x", token_hash="x", leaves_at=timezone.now()
        )


@pytest.mark.django_db(transaction=True)
def test_four_workers_remind_everybody_once(silent):
    for number in range(5):
        silent(f"Firm {number}")

    def work(_number: int) -> int:
        written = actions.remind_due()
        connection.close()
        return written

    with ThreadPoolExecutor(4) as pool:
        written = list(pool.map(work, range(4)))

    assert sum(written) == 5
    assert reminders() == 5


def test_the_fate_of_a_reminder_is_told(silent):
    row = silent()
    actions.remind_due()
    letter = Letter.objects.get(kind="invite-reminder")
    Letter.objects.filter(pk=letter.pk).update(
        state="claimed", claim=letter.pk, claimed_at=timezone.now()
    )
    Letter.objects.filter(pk=letter.pk).update(state="sending")
    Letter.objects.filter(pk=letter.pk).update(state="sent", sent_at=timezone.now())

    tasks.record_fates([str(letter.pk)])

    row.refresh_from_db()
    assert row.reminder.sent_at is not None
    assert row.status == Status.SENT


@pytest.fixture
def reminder(silent) -> Letter:
    """It left, after the letter of invitation."""
    silent("Reminded")
    silent("Silent", days=2)
    actions.remind_due()
    letter = Letter.objects.get(kind="invite-reminder")
    become(letter, "claimed", claim=letter.pk, claimed_at=timezone.now())
    become(letter, "sending")
    become(letter, "sent", sent_at=timezone.now())
    return letter


def become(letter: Letter, state: str, **changes: object) -> None:
    Letter.objects.filter(pk=letter.pk).update(state=state, **changes)


def reminded() -> Invitation:
    return Invitation.objects.get(company__name="Reminded")


def test_a_reminder_that_comes_back_is_seen_and_its_address_stopped(
    reminder, client, manager, challenge
):
    before = [step["count"] for step in steps_of(Invitation.objects.all())]

    come_back(letter=Letter.objects.get(pk=reminder.pk), status="5.1.1")
    tasks.record_fates([str(reminder.pk)])

    row = reminded()
    client.force_login(manager)
    pages = reverse("invitations:challenge", args=[challenge.slug]), reverse("invitations:list")
    tab, table = (client.get(page, {"status": "came_back"}) for page in pages)
    assert (row.status, row.refused_because) == (Status.REFUSED, Refusal.NOT_DELIVERABLE)
    assert [one.one.name for one in tab.context["rows"]] == ["Reminded"]
    assert [one.name for one in table.context["shown"]] == ["Reminded"]
    assert "Came back" in re.sub("<form.*?</form>", "", table.content.decode(), flags=re.DOTALL)
    assert before == [2, 2, 0, 0]
    assert [step["count"] for step in steps_of(Invitation.objects.all())] == [1, 1, 0, 0]
    assert list(Suppression.objects.values_list("address_hash", "list_name", "reason")) == [
        (hash_of(row.company.email), "", "undeliverable")
    ]


@pytest.mark.parametrize(
    ("state", "because"),
    [
        ("bounced", Refusal.NOT_DELIVERABLE),
        ("complained", Refusal.COMPLAINED),
    ],
)
def test_a_lost_reminder_is_found_when_the_bell_was_missed(reminder, state, because):
    become(reminder, state)

    tasks.sweep_fates()

    row = reminded()
    fate = fates_of([row])[row.pk]
    assert (row.status, row.refused_because) == (Status.REFUSED, because)
    assert (fate.noun, fate.value) == ("letter", state)
    assert actions.letters_not_heard_of() == []


def test_a_reminder_reported_as_unwanted_is_an_objection(reminder):
    complain(letter=Letter.objects.get(pk=reminder.pk))
    tasks.record_fates([str(reminder.pk)])

    row = reminded()
    assert (row.status, row.refused_because) == (Status.REFUSED, Refusal.COMPLAINED)
    assert row.company.grounds.filter(kind=GroundKind.COMPLAINED).count() == 1


def test_a_reminder_that_was_refused_at_the_door_is_lost_too(silent):
    silent("Reminded")
    actions.remind_due()
    letter = Letter.objects.get(kind="invite-reminder")
    become(letter, "claimed", claim=letter.pk, claimed_at=timezone.now())
    become(letter, "failed")

    tasks.sweep_fates()

    row = reminded()
    assert row.refused_because == Refusal.NOT_DELIVERABLE
    assert fates_of([row])[row.pk].value == "failed"


def test_a_reminder_in_doubt_is_seen_and_sent_again_from_its_row(
    silent, client, manager, challenge
):
    row, other = silent("Reminded"), silent("Silent", days=2)
    actions.remind_due()
    letter = Letter.objects.get(kind="invite-reminder")
    become(letter, "claimed", claim=letter.pk, claimed_at=timezone.now())
    become(letter, "sending")
    become(letter, "in_doubt")
    client.force_login(manager)
    tab = reverse("invitations:challenge", args=[challenge.slug])
    before = client.get(tab, {"status": "in_doubt"})
    fates = fates_of([row, other])

    page = client.post(reverse("invitations:send_again", args=[row.pk]), follow=True)

    again = Letter.objects.get(pk=letter.pk)
    assert [one.one.name for one in before.context["rows"]] == ["Reminded"]
    assert [fates[one.pk].is_in_doubt for one in (row, other)] == [True, False]
    assert "in the post once more" in page.content.decode()
    assert (again.state, again.message_id) == ("queued", letter.message_id)
    assert reminded().status == Status.SENT


def test_whoever_stops_letters_before_the_reminder_leaves_can_still_answer(silent):
    silent("Reminded")
    actions.remind_due()
    letter = Letter.objects.get(kind="invite-reminder")
    become(letter, "failed", last_error=STOPPED)

    tasks.record_fates([str(letter.pk)])

    assert reminded().status == Status.SENT
    assert actions.letters_not_heard_of() == []


def test_one_invited_anew_does_not_answer_for_the_reminder_of_before(reminder, manager, challenge):
    become(reminder, "bounced")
    tasks.sweep_fates()
    row = actions.propose_again(invitation=reminded(), by=manager)
    was_sent_at = row.sent_at
    Invitation.objects.filter(pk=row.pk).update(status=Status.QUEUED)
    Invitation.objects.filter(pk=row.pk).update(status=Status.SENT, sent_at=timezone.now())

    tasks.sweep_fates()
    tasks.record_fates([str(reminder.pk)])

    assert was_sent_at is None
    assert reminded().status == Status.SENT


# By hand.


@pytest.fixture
def remind(client, manager, challenge):
    client.force_login(manager)

    def press() -> str:
        address = reverse("invitations:remind", args=[challenge.slug])
        return client.post(address, follow=True).content.decode()

    return press


def test_a_manager_reminds_all_who_are_silent_once(silent, remind):
    for number in range(3):
        silent(f"Firm {number}", days=2)

    first, second = remind(), remind()

    assert "3 reminders are in the post." in first
    assert "Nobody is silent" in second
    assert reminders() == 3
    assert "Reminded" in first


def test_a_manager_is_told_of_those_it_is_too_soon_for(silent, remind, settings):
    settings.LETTER_DAYS = 7
    silent(days=2)

    page = remind()

    assert "1 company had a letter too lately" in page
    assert reminders() == 0


def test_a_closed_challenge_reminds_nobody(silent, remind, challenge, manager):
    silent()
    close(challenge=challenge, by=manager)

    assert "not open" in remind()


def test_the_days_are_chosen_with_the_challenge(client, manager, challenge):
    client.force_login(manager)
    address = reverse("challenges:edit", args=[challenge.slug, "invitations"])
    posted = {"policy": "by_hand", "threshold": 10, "minimum": 0, "maximum": 3}

    too_few = client.post(address, {**posted, "remind_after": 2})
    client.post(address, {**posted, "remind_after": 10, "revision": challenge.revision})

    assert too_few.status_code == 422
    challenge.refresh_from_db()
    assert challenge.remind_after == 10
    assert Company.objects.count() == 0


def test_many_are_the_workers_and_the_page_says_so(
    silent, remind, monkeypatch, client, challenge, django_capture_on_commit_callbacks
):
    monkeypatch.setattr("invitations.actions.ordering.AT_ONCE", 2)
    for number in range(3):
        silent(f"Firm {number}", days=2)

    first, second = remind(), remind()

    assert reminders() == 0
    assert "3 reminders are about to be put in the post" in first
    assert "Remind them now" not in first
    assert "3 reminders are about to be put in the post" in second
    with django_capture_on_commit_callbacks(execute=True):
        tasks.carry_out_sendings()
    address = reverse("invitations:challenge", args=[challenge.slug])
    page = client.get(address).content.decode()
    assert reminders() == 3
    assert Reminding.objects.get().written == 3
    assert "3 in the post, 0 had a letter too lately, 0 may not be written to" in page
    assert "about to be put" not in page


def test_a_second_click_leaves_what_the_tab_says_of_reminders(silent, remind):
    silent(days=2)

    first, second = remind(), remind()

    assert "1 in the post" in first
    assert "1 in the post" in second
    assert Reminding.objects.count() == 1


def test_reminders_asked_for_wait_for_nobody_once_the_challenge_closed(
    silent, remind, monkeypatch, challenge, manager, client
):
    monkeypatch.setattr("invitations.actions.ordering.AT_ONCE", 0)
    silent(days=2)
    remind()
    close(challenge=challenge, by=manager)

    tasks.carry_out_sendings()

    page = client.get(reverse("invitations:challenge", args=[challenge.slug])).content.decode()
    assert reminders() == 0
    assert "the challenge had closed before" in page


def test_an_order_to_remind_that_waits_is_an_order_the_doctor_sees(silent, monkeypatch, manager):
    monkeypatch.setattr("invitations.actions.ordering.AT_ONCE", 0)
    row = silent(days=2)

    order = actions.order_reminders(challenge=row.challenge, by=manager)

    assert orders_waiting() == Orders(waiting=1, oldest=order.asked_at)


def test_reminding_costs_the_same_however_many(silent, challenge, manager):
    def statements(number: int) -> int:
        known = Company.objects.count()
        for n in range(number):
            silent(f"Firm {known + n}", days=2)
        with CaptureQueriesContext(connection) as captured:
            actions.remind_silent(challenge=challenge, by=manager)
        return len(captured)

    one, many = statements(1), statements(9)

    assert reminders() == 10
    assert one == many


def test_whom_nobody_may_remind_is_looked_at_some_hours_later(silent):
    row = silent()
    Company.objects.filter(pk=row.company_id).update(wants_invitations=False)
    assert due_for_reminder().count() == 1

    actions.remind_due()

    assert due_for_reminder().count() == 0
    hours_ago(7)
    assert due_for_reminder().count() == 1


def test_a_reminder_put_off_by_another_letter_comes_when_its_days_are_over(
    silent, settings, time_machine
):
    settings.LETTER_DAYS = 7
    row = silent()
    Invitation.objects.create(
        challenge=ChallengeFactory(open=True),
        company=row.company,
        status=Status.DECLINED,
        letter_id=BY_HAND,
        sent_at=timezone.now() - timedelta(days=7) + timedelta(hours=2),
        answered_at=timezone.now(),
    )
    actions.remind_due()
    assert (reminders(), due_for_reminder().count()) == (0, 0)

    time_machine.move_to(timezone.now() + timedelta(hours=2, minutes=1), tick=False)

    assert actions.remind_due() == 1


def hours_ago(hours: int) -> None:
    """That somebody wanted to remind them, the last time."""
    Invitation.objects.update(not_reminded_at=timezone.now() - timedelta(hours=hours))


def test_nobody_is_taken_for_a_reminder_before_the_days_between_letters_are_over(
    silent, challenge, settings
):
    """Or a campaign that reminds after three days would lock all of it every minute of four."""
    settings.LETTER_DAYS = 7
    Challenge.objects.filter(pk=challenge.pk).update(remind_after=3)
    silent("Early", days=6)
    late = silent("Late", days=8)

    assert list(due_for_reminder()) == [late]


def test_who_is_not_to_be_asked_before_a_day_is_not_counted_among_the_silent(silent, challenge):
    silent("Silent")
    waits = silent("Waits")
    Invitation.objects.filter(pk=waits.pk).update(
        not_before=timezone.localdate() + timedelta(days=9)
    )

    assert counts_of(challenge)["silent"] == 1


def test_a_second_try_after_a_reminder_came_back_contradicts_nothing(reminder, manager):
    come_back(letter=Letter.objects.get(pk=reminder.pk), status="5.1.1")
    tasks.record_fates([str(reminder.pk)])
    row = reminded()
    row.company.email = "new@sensor.example"
    row.company.save()

    actions.propose_again(invitation=row, by=manager)
    actions.send(challenge=row.challenge, invitation_ids=[row.pk], by=manager)

    row.refresh_from_db()
    assert (row.status, row.sent_at, row.attempt) == (Status.QUEUED, None, 2)
    assert Reminder.objects.filter(invitation=row).exists()
    assert "A reminder follows an invitation that never left" not in broken()
