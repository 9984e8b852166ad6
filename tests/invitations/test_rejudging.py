"""What waits in the outbox is judged again: when its company changes, and before it leaves."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Notice
from challenges.actions import close, reopen
from companies.actions import retire_company, update_profile
from companies.choices import Source
from companies.models import ReaderWishes
from invitations import actions, tasks
from invitations.actions import set_rule
from invitations.choices import NominationState, Refusal, Status
from invitations.models import Invitation, Nomination, Reminder
from mail.actions import (
    begin_sending,
    claim_batch,
    put_back,
    record_fate,
    release,
    send_again,
    tell_fates,
)
from mail.choices import UNWANTED, LetterState
from mail.models import Letter
from matching.actions import override
from matching.choices import OverrideKind
from tests.factories import AccountFactory, ChallengeFactory

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


def test_whoever_left_gets_no_news(invited, challenge):
    """Neither when it is written, nor if it was written before they left."""
    early, late = invited("Early"), invited("Late")
    Letter.objects.update(state=LetterState.CANCELLED)
    Invitation.objects.update(status=Status.SENT, sent_at=timezone.now())
    change(early, "gone")

    told = actions.tell_invited(challenge=challenge, event="extended", occasion="then")
    change(late, "gone")
    has_waited()

    assert told == 1
    assert claim_batch() == []


def to_be_tried_again() -> None:
    """The worker has it, the mail server says later, and five minutes have passed."""
    letters = claim_batch()
    assert len(letters) == 1
    assert put_back(letter=letters[0], error="451 later")
    Letter.objects.filter(state=LetterState.QUEUED).update(next_attempt_at=timezone.now())


@pytest.fixture
def reminded(invited, challenge, manager):
    row = invited()
    Letter.objects.update(state=LetterState.CANCELLED)
    Invitation.objects.update(status=Status.SENT, sent_at=timezone.now())
    actions.remind_silent(challenge=challenge, by=manager)
    row.refresh_from_db()
    return row


@pytest.mark.parametrize("waits", [timedelta(0), timedelta(hours=1)])
def test_a_reminder_taken_up_as_its_reader_answers_does_not_leave_after(reminded, waits):
    (letter,) = claim_batch()
    actions.answer(invitation=reminded, interested=True, by=None)
    put_back(letter=letter, error="451 later")
    Letter.objects.filter(pk=letter.pk).update(
        next_attempt_at=timezone.now(), created_at=timezone.now() - waits
    )

    assert [one.kind for one in claim_batch()] == ["notice"]

    tasks.sweep_fates()
    assert not Reminder.objects.exists()
    reminded.refresh_from_db()
    assert reminded.status == Status.INTERESTED


def test_a_reminder_of_somebody_silent_is_tried_again(reminded):
    to_be_tried_again()

    assert [letter.kind for letter in claim_batch()] == ["invite-reminder"]


def test_a_reminder_that_nobody_knows_of_any_more_does_not_leave(reminded):
    Reminder.objects.all().delete()
    has_waited()

    assert claim_batch() == []


@pytest.mark.parametrize("what", ["opted_out", "gone", "withdrawn"])
def test_a_letter_is_judged_again_at_its_second_attempt(invited, manager, what):
    """However young it is: nothing could stop it while the worker had it."""
    row = invited()
    (letter,) = claim_batch()
    if what == "withdrawn":
        actions.withdraw(invitation=row, by=manager)
    else:
        change(row, what)
        tasks.look_again([row.company_id])
    put_back(letter=letter, error="451 later")
    Letter.objects.filter(pk=letter.pk).update(next_attempt_at=timezone.now())

    assert claim_batch() == []


def test_so_is_one_that_its_worker_gave_back_untried(invited):
    row = invited()
    letters = claim_batch()
    change(row, "opted_out")
    tasks.look_again([row.company_id])
    release(letters=letters)

    assert claim_batch() == []


def test_a_letter_nothing_stands_against_is_tried_again(invited):
    row = invited()
    to_be_tried_again()

    assert [letter.related_id for letter in claim_batch()] == [str(row.pk)]


@pytest.fixture
def nominated(invited, manager, challenge):
    """A letter to somebody whom an invited company named, in a country where one may write."""
    row = invited(country="NO")
    found = actions.nominate(
        invitation=row, kind="colleague", name="Bo", email="info@kabelro.example", by=None
    )
    actions.accept_nomination(nomination=found, by=manager)
    Letter.objects.exclude(related_noun="nomination").update(state=LetterState.CANCELLED)
    has_waited()
    return Letter.objects.get(related_noun="nomination")


def test_a_letter_to_somebody_nominated_leaves_while_all_is_as_it_was(nominated):
    assert claim_batch() == [nominated]


@pytest.mark.parametrize(
    "change",
    [
        lambda one: close(challenge=one, by=AccountFactory()),
        lambda one: (
            type(one)
            .objects.filter(pk=one.pk)
            .update(deadline=timezone.now() - timedelta(minutes=1))
        ),
        lambda one: set_rule(
            country="NO",
            kind="generic",
            rule="request",
            since=timezone.localdate(),
            source="Our counsel",
            by=None,
        ),
    ],
)
def test_a_letter_to_somebody_nominated_that_waits_is_judged_again(nominated, challenge, change):
    """It waits over a weekend; nobody is asked to look at a challenge that closed on Saturday."""
    change(challenge)

    assert claim_batch() == []
    nominated.refresh_from_db()
    assert (nominated.state, nominated.last_error) == (LetterState.FAILED, UNWANTED)


@pytest.mark.parametrize("wish", ["company", "reader"])
def test_a_letter_to_somebody_nominated_is_not_too_many_because_of_itself(
    invited, manager, new_company, wish
):
    """Whoever reads there wants one letter a month: this is the one."""
    row = invited(country="NO")
    there = new_company("Kabelro", country="NO", is_member=False, source=Source.IMPORTED)
    if wish == "company":
        update_profile(company=there, fields={"letters_per_month": 1}, by=None)
    else:
        ReaderWishes.objects.create(user=AccountFactory(email=there.email), letters_per_month=1)
    found = actions.nominate(
        invitation=row, kind="colleague", name="Bo", email=there.email, by=None
    )
    actions.accept_nomination(nomination=found, by=manager)
    has_waited()

    claimed = claim_batch()

    assert there.email in [letter.recipient for letter in claimed]


def stopped(challenge) -> None:
    """It came up while the challenge was closed, and somebody reopens it."""
    close(challenge=challenge, by=AccountFactory())
    assert "nomination" not in [letter.related_noun for letter in claim_batch()]
    tell_fates()
    challenge.refresh_from_db()
    reopen(challenge=challenge, deadline=timezone.now() + SOON, by=AccountFactory())


@pytest.mark.parametrize("is_heard", [True, False])
def test_a_nomination_whose_letter_was_stopped_waits_for_the_manager_again(
    nominated, manager, client, challenge, is_heard
):
    stopped(challenge)
    if is_heard:
        tasks.record_fates([str(nominated.pk)])
    else:
        tasks.sweep_fates()

    row = Nomination.objects.get()
    assert (row.state, row.letter_id) == (NominationState.WAITING, "")
    assert "nomination_came_back" in [one.kind for one in Notice.objects.of(manager)]
    assert actions.letters_not_heard_of() == []
    client.force_login(manager)
    page = client.get(reverse("invitations:challenge", args=[challenge.slug])).content.decode()
    assert "The letter to them did not leave; decide once more." in page


def test_followed_again_it_is_written_anew_and_only_that_letter_leaves(
    nominated, manager, client, challenge
):
    stopped(challenge)
    tasks.sweep_fates()
    client.force_login(manager)
    url = reverse("invitations:decide_nomination", args=[Nomination.objects.get().pk])

    page = client.post(url, {"accept": "1"}, follow=True).content.decode()

    send_again(letter=nominated, by=None)
    has_waited()
    letters = Letter.objects.about("nomination").exclude(pk=nominated.pk)
    assert "A letter about the challenge is in the post." in page
    assert [one for one in claim_batch() if one.kind == "nominate"] == [letters.get()]


def test_named_by_two_companies_it_waits_at_both(nominated, invited, manager, challenge):
    """One letter about a challenge goes to an address, whoever gave it."""
    other = actions.nominate(
        invitation=invited("Other", country="NO"),
        kind="colleague",
        name="Bo L.",
        email=nominated.recipient,
        by=None,
    )
    actions.accept_nomination(nomination=other, by=manager)
    assert Letter.objects.about("nomination").count() == 1

    stopped(challenge)
    tasks.sweep_fates()

    assert {one.state for one in Nomination.objects.all()} == {NominationState.WAITING}


def test_one_named_again_after_the_letter_left_is_told_as_it_is(
    nominated, invited, manager, client, challenge
):
    (letter,) = claim_batch()
    begin_sending(letter=letter)
    record_fate(letter=letter, fate=LetterState.SENT)
    other = actions.nominate(
        invitation=invited("Other", country="NO"),
        kind="colleague",
        name="Bo L.",
        email=nominated.recipient,
        by=None,
    )
    client.force_login(manager)
    url = reverse("invitations:decide_nomination", args=[other.pk])

    page = client.post(url, {"accept": "1"}, follow=True).content.decode()

    assert "Whoever reads there has had a letter about this challenge already." in page
    assert Letter.objects.about("nomination").count() == 1


def test_a_letter_whose_nomination_is_decided_anew_does_not_leave(nominated):
    Nomination.objects.update(state=NominationState.WAITING, letter_id="")

    assert claim_batch() == []


def test_a_letter_that_the_mail_server_refused_brings_its_nomination_back(nominated):
    (letter,) = claim_batch()
    record_fate(letter=letter, fate=LetterState.FAILED, error="no such user")

    tasks.record_fates([str(letter.pk)])

    assert Nomination.objects.get().has_come_back
