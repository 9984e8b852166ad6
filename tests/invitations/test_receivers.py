"""What invitations hear, and that every task may run twice."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from challenges.actions import close, extend, reopen, withdraw
from challenges.choices import Policy
from invitations import actions, tasks
from invitations.choices import Status
from invitations.models import Invitation, NewsForInvited
from mail.choices import LetterState
from mail.models import Letter
from mail.signals import letter_fate_known

pytestmark = pytest.mark.django_db


@pytest.fixture
def work(monkeypatch, django_capture_on_commit_callbacks):
    """Runs what was enqueued for this room, each task twice, as a stumbling worker might."""

    def run(do):
        queued = []
        for name in ("share_places", "record_fates", "tell_invited"):
            task = getattr(tasks, name)
            monkeypatch.setattr(
                task, "delay_on_commit", lambda *args, task=task: queued.append((task, args))
            )
        do()
        for task, args in queued * 2:
            task(*args)
        return [task.name.rpartition(".")[2] for task, _ in queued]

    return run


def test_new_scores_renew_the_proposals(work, challenge, new_company, scored):
    new_company()

    ran = work(scored)

    assert "share_places" in ran
    assert list(Invitation.objects.values_list("status", flat=True)) == [Status.PROPOSED]


def test_with_automatic_policy_scoring_ends_in_one_letter(work, challenge, new_company, scored):
    challenge.policy = Policy.AUTOMATIC
    challenge.save()
    new_company()

    work(scored)

    assert Letter.objects.filter(kind="invite-company").count() == 1


def deliver(letter: Letter) -> None:
    now = timezone.now()
    for state in (LetterState.CLAIMED, LetterState.SENDING, LetterState.SENT):
        letter.state, letter.claim, letter.claimed_at, letter.sent_at = state, letter.pk, now, now
        letter.save()


def test_a_sent_letter_makes_the_invitation_sent(work, invited):
    row = invited()
    letter = Letter.objects.get(pk=row.letter_id)
    deliver(letter)

    work(lambda: letter_fate_known.send(sender=Letter, letter_ids=[letter.pk]))

    row.refresh_from_db()
    assert row.status == Status.SENT
    assert row.sent_at is not None


def test_closing_ends_invitations_and_tells_those_invited(work, invited, challenge, manager):
    row = invited()
    deliver(Letter.objects.get(pk=row.letter_id))

    work(lambda: close(challenge=challenge, by=manager))

    row.refresh_from_db()
    assert row.status == Status.EXPIRED
    assert Letter.objects.filter(kind="challenge-closed").count() == 1


def test_withdrawing_tells_those_whose_invitation_ended(work, invited, challenge, manager):
    row = invited()
    deliver(Letter.objects.get(pk=row.letter_id))
    work(lambda: close(challenge=challenge, by=manager))

    work(lambda: withdraw(challenge=challenge, reason="No site", by=manager))

    assert Letter.objects.filter(kind="challenge-withdrawn").count() == 1


def test_reopening_revives_and_tells(work, invited, challenge, manager):
    row = invited()
    deliver(Letter.objects.get(pk=row.letter_id))
    work(lambda: close(challenge=challenge, by=manager))

    work(lambda: reopen(challenge=challenge, by=manager))

    row.refresh_from_db()
    assert row.status == Status.SENT
    assert Letter.objects.filter(kind="challenge-reopened").count() == 1


def test_closing_a_second_time_is_told_a_second_time(work, invited, challenge, manager):
    row = invited()
    deliver(Letter.objects.get(pk=row.letter_id))
    for _ in range(2):
        work(lambda: close(challenge=challenge, by=manager))
        work(lambda: reopen(challenge=challenge, by=manager))

    assert Letter.objects.filter(kind="challenge-closed").count() == 2


def test_an_extension_is_told_and_ends_nothing(work, invited, challenge, manager):
    row = invited()
    later = challenge.deadline + timedelta(days=7)

    work(lambda: extend(challenge=challenge, deadline=later, by=manager))

    row.refresh_from_db()
    assert row.status == Status.QUEUED
    assert Letter.objects.filter(kind="challenge-extended").count() == 1


def test_tasks_about_what_is_gone_end_quietly(db):
    tasks.tell_invited(1)
    tasks.record_fates(["2b1f3e34-61a5-4f5e-9d6e-6f5a5f3c1f00"])
    tasks.expire_due_invitations()

    assert not Letter.objects.exists()


def moved(row: Invitation, *states: str) -> None:
    """The letter goes this way, and nobody is told."""
    letter = Letter.objects.get(pk=row.letter_id)
    for state in states:
        letter.state, letter.claim, letter.claimed_at = state, letter.pk, timezone.now()
        letter.sent_at, letter.fate_told = timezone.now(), True
        letter.save()


@pytest.mark.parametrize(
    ("fate", "status"),
    [("sent", "sent"), ("failed", "refused"), ("bounced", "refused"), ("complained", "refused")],
)
def test_a_fate_whose_bell_was_missed_is_found(invited, fate, status):
    row = invited()
    moved(row, "claimed", "sending", fate)

    tasks.sweep_fates()

    row.refresh_from_db()
    assert row.status == status
    assert not actions.letters_not_heard_of()


def test_a_letter_that_comes_back_later_is_found_too(invited):
    row = invited()
    moved(row, "claimed", "sending", "sent")
    tasks.sweep_fates()
    moved(row, "bounced")

    tasks.sweep_fates()

    row.refresh_from_db()
    assert row.status == "refused"


def test_letters_on_their_way_and_in_doubt_are_left_alone(invited):
    row = invited()
    for state in ("claimed", "sending", "in_doubt"):
        moved(row, state)
        assert not actions.letters_not_heard_of()


@pytest.fixture
def swept(time_machine):
    """The clock rings so many minutes from now. Returns how many news are left."""
    began = timezone.now()

    def sweep(*, minutes: int) -> int:
        time_machine.move_to(began + timedelta(minutes=minutes))
        tasks.sweep_news()
        return NewsForInvited.objects.count()

    return sweep


@pytest.mark.parametrize(
    "verb, kind",
    [
        (lambda challenge, by: close(challenge=challenge, by=by), "challenge-closed"),
        (
            lambda challenge, by: extend(
                challenge=challenge, deadline=challenge.deadline + timedelta(days=7), by=by
            ),
            "challenge-extended",
        ),
    ],
)
def test_news_whose_ring_was_lost_is_found_by_the_clock(
    verb, kind, invited, challenge, manager, swept, monkeypatch
):
    deliver(Letter.objects.get(pk=invited().letter_id))
    monkeypatch.setattr(tasks.tell_invited, "delay_on_commit", lambda news_id: None)
    verb(challenge, manager)
    monkeypatch.setattr(tasks.tell_invited, "delay_on_commit", tasks.tell_invited)

    assert (swept(minutes=0), Letter.objects.filter(kind=kind).count()) == (1, 0)
    assert (swept(minutes=2), Letter.objects.filter(kind=kind).count()) == (0, 1)
    assert (swept(minutes=4), Letter.objects.filter(kind=kind).count()) == (0, 1)


def test_news_of_a_change_that_was_rolled_back_is_none(invited, challenge, manager):
    deliver(Letter.objects.get(pk=invited().letter_id))

    with transaction.atomic():
        close(challenge=challenge, by=manager)
        transaction.set_rollback(True)

    assert not NewsForInvited.objects.exists()
