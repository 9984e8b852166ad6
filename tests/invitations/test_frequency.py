"""One letter in seven days: what is decided meanwhile waits and leaves together."""

import itertools
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from challenges.actions import close
from challenges.models import Challenge
from companies.models import Company
from invitations import actions
from invitations.choices import Refusal, Status
from invitations.models import Invitation, Reminder
from invitations.pacing import in_pause, last_letters
from invitations.tokens import hash_of
from invitations.wording import told_reasons
from mail.actions import claim_batch, record_fate, suppress
from mail.choices import LetterState
from mail.delivery import drain
from mail.models import Letter
from mail.models import hash_of as hash_of_address
from matching.actions import explain_waiting, request_runs, score_challenge
from matching.models import MatchRun
from tests.factories import ChallengeFactory
from tests.mail.conftest import sink  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def seven_days(settings):
    settings.LETTER_DAYS = 7


@pytest.fixture
def another(challenge, manager):
    """Makes challenges of the same lab and invites a company to them by hand."""

    def make(company, **fields) -> Invitation:
        more = ChallengeFactory(
            open=True, lab=challenge.lab, themes=["sensors_grid"], threshold=10, **fields
        )
        (run,) = request_runs(challenge_ids=[more.pk])
        score_challenge(run=MatchRun.objects.get(pk=run))
        explain_waiting(may_go_on=lambda: True)
        (row,) = actions.propose(challenge=more, company_ids=[company.pk], by=manager)
        actions.send(challenge=more, invitation_ids=[row.pk], by=manager)
        row.refresh_from_db()
        return row

    return make


def deliver(row: Invitation, state: str = LetterState.SENT) -> None:
    """What the worker does with the letter, and what then is told."""
    letter = Letter.objects.get(pk=row.letter_id)
    letter.state, letter.claim, letter.claimed_at = "claimed", letter.pk, timezone.now()
    letter.save()
    Letter.objects.filter(pk=letter.pk).update(state="sending")
    fate = LetterState.SENT if state == LetterState.BOUNCED else state
    assert record_fate(letter=letter, fate=fate)
    if state == LetterState.BOUNCED:
        assert record_fate(letter=letter, fate=state)
    actions.record_fates(letters=[(row.letter_id, state)])


def a_week_ago(row: Invitation) -> None:
    Invitation.objects.filter(pk=row.pk).update(sent_at=timezone.now() - timedelta(days=7))


@pytest.fixture
def held(invited, another):
    """A company with a letter of just now, and three challenges that asked for it since."""
    first = invited()
    deliver(first)
    return first, [another(first.company, title=f"Call {number}") for number in range(3)]


def test_a_second_invitation_within_seven_days_waits(held):
    _first, rows = held

    assert [row.status for row in rows] == [Status.HELD] * 3
    assert list(Letter.objects.values_list("pk", flat=True)) == [Letter.objects.get().pk]
    assert actions.write_next_letters() == 0


def test_after_seven_days_all_of_them_are_one_letter(held):
    first, rows = held
    a_week_ago(first)

    assert (actions.write_next_letters(), actions.write_next_letters()) == (1, 0)

    (letter,) = Letter.objects.filter(kind="invite-digest")
    rows = list(Invitation.objects.filter(pk__in=[row.pk for row in rows]))
    assert {(row.status, row.letter_id) for row in rows} == {(Status.QUEUED, str(letter.pk))}
    assert letter.subject == "3 challenges that fit you"
    assert letter.list_name == "invitations"
    assert letter.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert letter.headers["List-Unsubscribe"].startswith("<http")


def test_a_digest_arrives_in_words_and_as_html(held, sink):  # noqa: F811 - the fixture
    """Looked at where it matters: in the mail server that took it."""
    first, _rows = held
    a_week_ago(first)
    actions.write_next_letters()

    drain(seconds=20)

    (message,) = [one for one in sink.taken if one["Subject"] == "3 challenges that fit you"]
    text = message.get_body(("plain",)).get_content()
    html = message.get_body(("html",)).get_content()
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    for number in range(3):
        assert text.count(f"Call {number}") == html.count(f">Call {number}<") == 1
    links = [word for word in text.split() if "/invitations/answer/" in word]
    assert len(set(links)) == 3
    assert all(link in html for link in links)
    assert set(Letter.objects.filter(kind="invite-digest").values_list("state", flat=True)) == {
        LetterState.SENT
    }


def test_the_best_comes_first_and_each_has_its_own_link(held, reader):
    first, rows = held
    for row, total in zip(rows, (300, 900, 600), strict=True):
        row.challenge.matches.update(total=total)
    a_week_ago(first)

    actions.write_next_letters()

    text = Letter.objects.get(kind="invite-digest").text
    places = [text.index(f"Call {number}") for number in (1, 2, 0)]
    assert places == sorted(places)
    assert "90.0 of 100 points" in text
    links = [word for word in text.split() if "/invitations/answer/" in word]
    tokens = [link.rstrip("/").rpartition("/")[2] for link in links]
    found = Invitation.objects.filter(token_hash__in=[hash_of(token) for token in tokens])
    assert {row.pk for row in found} == {row.pk for row in rows}
    page = reader.get(reverse("invitations:answer", args=[tokens[0]])).content.decode()
    assert "Call 1" in page


@pytest.mark.parametrize(
    "fate, status",
    [
        (LetterState.SENT, Status.SENT),
        (LetterState.FAILED, Status.REFUSED),
        (LetterState.BOUNCED, Status.REFUSED),
    ],
)
def test_the_fate_of_the_letter_is_that_of_every_invitation_in_it(held, fate, status):
    first, rows = held
    a_week_ago(first)
    actions.write_next_letters()
    rows[0].refresh_from_db()

    deliver(rows[0], fate)

    found = Invitation.objects.filter(pk__in=[row.pk for row in rows])
    assert set(found.values_list("status", flat=True)) == {status}


def test_one_that_waited_alone_gets_an_ordinary_letter(invited, another):
    first = invited()
    deliver(first)
    row = another(first.company)
    a_week_ago(first)

    actions.write_next_letters()

    row.refresh_from_db()
    assert Letter.objects.get(pk=row.letter_id).kind == "invite-company"
    assert Letter.objects.get(pk=row.letter_id).reply_to == "marta@fjord.example"


def test_what_was_withdrawn_meanwhile_is_not_in_it(held, manager):
    first, rows = held
    close(challenge=rows[0].challenge, by=manager)
    actions.withdraw(invitation=rows[1], by=manager)
    a_week_ago(first)

    actions.write_next_letters()

    found = [Invitation.objects.get(pk=row.pk) for row in rows]
    assert [row.status for row in found] == [Status.EXPIRED, Status.WITHDRAWN, Status.QUEUED]
    assert not Letter.objects.filter(kind="invite-digest").exists()


def test_taking_one_out_of_a_letter_that_waits_gives_the_others_a_new_one(held, manager):
    first, rows = held
    a_week_ago(first)
    actions.write_next_letters()

    actions.withdraw(invitation=rows[0], by=manager)
    found = [Invitation.objects.get(pk=row.pk) for row in rows]
    statuses = [row.status for row in found]
    actions.write_next_letters()

    assert statuses == [Status.WITHDRAWN, Status.HELD, Status.HELD]
    old, new = Letter.objects.filter(kind="invite-digest").order_by("created_at")
    assert (old.state, new.state) == (LetterState.CANCELLED, LetterState.QUEUED)
    assert new.subject == "2 challenges that fit you"


def test_a_company_that_stopped_such_letters_meanwhile_gets_none(held):
    first, rows = held
    a_week_ago(first)
    suppress(address_hash=hash_of_address(first.company.email), list_name="invitations")

    assert actions.write_next_letters() == 0

    found = Invitation.objects.filter(pk__in=[row.pk for row in rows])
    assert set(found.values_list("status", "refused_because")) == {
        (Status.REFUSED, Refusal.STOPPED)
    }


def test_held_invitations_fill_places_and_count_for_the_company(held):
    _first, rows = held

    assert Invitation.objects.for_challenge(rows[0].challenge).with_place().count() == 1
    assert Invitation.objects.asking_since(timezone.localdate()).count() == 4


def test_a_letter_that_came_back_keeps_no_other_waiting(invited, another):
    first = invited()
    deliver(first, LetterState.BOUNCED)

    assert another(first.company).status == Status.QUEUED


def test_the_tab_says_when_it_leaves(client, manager, held):
    _first, rows = held

    client.force_login(manager)

    page = client.get(
        reverse("invitations:challenge", args=[rows[0].challenge.slug])
    ).content.decode()

    assert "In the next letter" in page
    assert "leaves with others" in page


def test_a_manager_who_sends_is_told_that_it_waits(client, manager, held):
    _first, rows = held
    Invitation.objects.filter(pk=rows[0].pk).delete()
    challenge = rows[0].challenge
    ids = [rows[0].company_id]
    (row,) = actions.propose(challenge=challenge, company_ids=ids, by=manager)
    client.force_login(manager)

    address = reverse("invitations:send", args=[challenge.slug])
    page = client.post(address, {"i": row.pk, "note": ""}, follow=True).content.decode()

    assert "1 company had a letter lately; its invitation is in its next one." in page
    assert "in the post" not in page.partition("<table")[0]


@pytest.mark.django_db(transaction=True)
def test_two_challenges_at_the_same_moment_write_one_letter(invited, another, manager, settings):
    settings.LETTER_DAYS = 0
    first = invited()
    rows = [first, *(another(first.company) for _number in range(3))]
    settings.LETTER_DAYS = 7
    Letter.objects.all().delete()
    Invitation.objects.all().delete()
    ids = []
    for row in rows:
        challenge = Challenge.objects.get(pk=row.challenge_id)
        (new,) = actions.propose(challenge=challenge, company_ids=[row.company_id], by=manager)
        ids.append((challenge, new.pk))

    def send(pair: tuple[Challenge, int]) -> None:
        actions.send(challenge=pair[0], invitation_ids=[pair[1]], by=None)
        connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(send, ids))

    statuses = sorted(Invitation.objects.values_list("status", flat=True))
    assert statuses == [Status.HELD] * 3 + [Status.QUEUED]
    assert Letter.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_four_workers_write_one_next_letter(held):
    first, _rows = held
    a_week_ago(first)

    def work(_number: int) -> int:
        written = actions.write_next_letters()
        connection.close()
        return written

    with ThreadPoolExecutor(4) as pool:
        written = list(pool.map(work, range(4)))

    assert sum(written) == 1
    assert Letter.objects.filter(kind="invite-digest").count() == 1


def test_over_four_weeks_no_company_gets_two_letters_within_seven_days(
    invited, another, time_machine
):
    """A new challenge asks for it every day, and the clock rings every six hours."""
    start = datetime(2026, 11, 2, 9, tzinfo=UTC)
    time_machine.move_to(start, tick=False)
    first = invited()
    company = first.company
    deliver(first)
    Challenge.objects.update(deadline=start + timedelta(days=90))
    for day in range(1, 28):
        time_machine.move_to(start + timedelta(days=day), tick=False)
        another(company, deadline=start + timedelta(days=90))
        for hours in (0, 6, 12, 18):
            time_machine.move_to(start + timedelta(days=day, hours=hours), tick=False)
            actions.write_next_letters()
            for row in Invitation.objects.filter(status=Status.QUEUED):
                row.refresh_from_db()
                if row.status == Status.QUEUED:
                    deliver(row)

    moments = sorted(Letter.objects.filter(state="sent").values_list("sent_at", flat=True))
    gaps = [after - before for before, after in itertools.pairwise(moments)]
    assert len(moments) == 4
    assert min(gaps) >= timedelta(days=7)
    assert Invitation.objects.filter(status=Status.SENT).count() == 1 + 7 + 7 + 7


# Working hours.


@pytest.fixture
def friday_evening(settings, time_machine):
    settings.WORKING_HOURS = True
    time_machine.move_to(datetime(2026, 11, 27, 19, tzinfo=UTC), tick=False)


MONDAY = datetime(2026, 11, 30, 7, tzinfo=UTC)


def test_a_letter_written_on_friday_evening_leaves_on_monday_at_eight(friday_evening, invited):
    row = invited()

    assert row.leaves_at == Letter.objects.get().next_attempt_at == MONDAY
    assert not Letter.objects.due().exists()
    assert Letter.objects.due(MONDAY).count() == 1


def test_each_country_has_its_own_hours(friday_evening, challenge, manager, new_company, scored):
    countries = ("DK", "FI", "GB", "GL")
    companies = [new_company(f"Firm {code}", country=code) for code in countries]
    scored()
    rows = actions.propose(
        challenge=challenge, company_ids=[one.pk for one in companies], by=manager
    )

    actions.send(challenge=challenge, invitation_ids=[row.pk for row in rows], by=manager)

    found = Invitation.objects.values_list("company__country", "leaves_at")
    hours = {country: at.hour for country, at in found}
    # In Greenland it is four in the afternoon of Friday: its letter leaves at once.
    assert hours == {"DK": 7, "FI": 6, "GB": 8, "GL": 19}


def test_the_next_letter_is_written_in_working_hours_only(held, settings, time_machine):
    first, _rows = held
    a_week_ago(first)
    settings.WORKING_HOURS = True
    time_machine.move_to(datetime(2030, 11, 30, 12, tzinfo=UTC), tick=False)  # a Saturday
    Challenge.objects.update(deadline=datetime(2031, 1, 1, tzinfo=UTC))

    on_saturday = actions.write_next_letters()
    time_machine.move_to(datetime(2030, 12, 2, 7, tzinfo=UTC), tick=False)
    on_monday = actions.write_next_letters()

    assert (on_saturday, on_monday) == (0, 1)


def test_the_seven_days_begin_when_the_letter_leaves(friday_evening, invited):
    row = invited()

    assert last_letters() == {row.company_id: MONDAY}


def test_in_the_demonstration_letters_leave_at_once(settings, invited):
    """These tests run with LABMATCH_DEBUG, which has the demonstration's defaults."""
    row = invited()

    assert settings.WORKING_HOURS is False
    assert row.leaves_at <= timezone.now()
    assert Letter.objects.due().count() == 1


def test_a_digest_gives_three_reasons_for_each_and_the_words_of_the_strongest(held):
    first, rows = held
    a_week_ago(first)

    actions.write_next_letters()

    letter = Letter.objects.get(kind="invite-digest")
    told = [told_reasons(Invitation.objects.get(pk=row.pk), "en") for row in rows]
    assert [len(reasons) for reasons in told] == [3] * 3
    assert letter.text.count(" points)\n") == 9
    assert letter.text.count("Your profile: “") == letter.html.count("Your profile:</span>") == 3
    assert len(letter.text) < 4000


def test_a_digest_to_what_is_no_address_says_so(held):
    first, rows = held
    a_week_ago(first)
    Company.objects.filter(pk=first.company_id).update(email="post sensor@x.example")

    assert actions.write_next_letters() == 0

    found = Invitation.objects.filter(pk__in=[row.pk for row in rows])
    assert {(row.status, row.refused_because, row.letter_id) for row in found} == {
        (Status.REFUSED, Refusal.NO_ADDRESS, "")
    }


# A letter that has not left yet, however long ago it was meant to.

LONG_AGO = timedelta(days=8)


def since_long_ago(row: Invitation, state: str = LetterState.QUEUED, **changes: object) -> None:
    """Meant to leave eight days ago, and in this state still."""
    then = timezone.now() - LONG_AGO
    Invitation.objects.filter(pk=row.pk).update(created_at=then, leaves_at=then)
    letters = Letter.objects.filter(pk=row.letter_id)
    letters.update(created_at=then, next_attempt_at=then)
    if state != LetterState.QUEUED:
        letters.update(state=LetterState.CLAIMED, claim=row.letter_id, claimed_at=then)
        letters.update(state=LetterState.SENDING)
        letters.update(state=state, **changes)


def test_a_letter_that_is_stuck_keeps_the_next_waiting(invited, another):
    """The mail server was away for a week: both would leave in the minute it comes back."""
    first = invited()
    since_long_ago(first)

    assert another(first.company).status == Status.HELD
    assert actions.write_next_letters() == 0


def test_a_letter_in_doubt_counts_from_when_it_was_handed_over(invited, another):
    """It may have arrived; and it does not hold others up for ever."""
    lately, long_ago = invited("Lately"), invited("Long ago")
    since_long_ago(lately, LetterState.IN_DOUBT, claimed_at=timezone.now())
    since_long_ago(long_ago, LetterState.IN_DOUBT)

    assert another(lately.company).status == Status.HELD
    assert another(long_ago.company, title="Another").status == Status.QUEUED


def reminded(row: Invitation) -> Reminder:
    deliver(row)
    Invitation.objects.filter(pk=row.pk).update(sent_at=timezone.now() - 2 * LONG_AGO)
    actions.remind_silent(challenge=row.challenge, by=None)
    Reminder.objects.update(leaves_at=timezone.now() - LONG_AGO)
    return Reminder.objects.get()


def test_so_does_a_reminder_that_is_stuck_until_it_is_lost(invited):
    row = invited()
    reminder = reminded(row)
    letters = Letter.objects.filter(pk=reminder.letter_id)

    waiting = in_pause([row.company_id])
    letters.update(state=LetterState.FAILED)

    assert waiting == {row.company_id}
    assert in_pause([row.company_id]) == set()


def test_sent_again_it_leaves_when_the_pause_after_another_is_over(
    invited, another, manager, client
):
    first = invited()
    since_long_ago(first, LetterState.IN_DOUBT)
    other = another(first.company)
    deliver(other)
    client.force_login(manager)

    page = client.post(reverse("invitations:send_again", args=[first.pk]), follow=True)

    letter = Letter.objects.get(pk=first.letter_id)
    other.refresh_from_db()
    first.refresh_from_db()
    assert letter.state == LetterState.QUEUED
    assert letter.next_attempt_at == first.leaves_at == other.sent_at + timedelta(days=7)
    assert "The letter waits: it leaves on" in page.text


def test_sent_again_it_does_not_wait_for_itself(invited, manager):
    first = invited()
    since_long_ago(first, LetterState.IN_DOUBT, claimed_at=timezone.now())

    letter = actions.send_again(invitation=first, by=manager)

    assert letter.next_attempt_at <= timezone.now()
    assert [one.pk for one in claim_batch()] == [letter.pk]


def test_a_reminder_sent_again_keeps_its_days_too(invited, another, manager):
    row = invited()
    reminder = reminded(row)
    letters = Letter.objects.filter(pk=reminder.letter_id)
    then = timezone.now() - LONG_AGO
    letters.update(state=LetterState.CLAIMED, claim=reminder.letter_id, claimed_at=then)
    letters.update(state=LetterState.SENDING)
    letters.update(state=LetterState.IN_DOUBT)
    other = another(row.company)
    deliver(other)

    letter = actions.send_again(invitation=row, by=manager)

    other.refresh_from_db()
    reminder.refresh_from_db()
    assert letter.next_attempt_at == reminder.leaves_at == other.sent_at + timedelta(days=7)
