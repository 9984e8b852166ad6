"""Working hours hold when a letter leaves, not only when it is queued."""

from datetime import UTC, datetime, timedelta

import pytest

from invitations import actions
from invitations.hours import not_before
from invitations.models import Invitation, Nomination
from mail.actions import claim_batch, put_back, queue, recover_left_behind, release
from mail.letters import own_url
from mail.models import Letter
from tests.factories import CompanyFactory

pytestmark = pytest.mark.django_db

FRIDAY = datetime(2026, 3, 6, 16, 55, tzinfo=UTC)  # 17:55 in Copenhagen
NIGHT = datetime(2026, 3, 7, 2, 0, tzinfo=UTC)
MONDAY = datetime(2026, 3, 9, 7, 0, tzinfo=UTC)  # 8:00 in Copenhagen


@pytest.fixture(autouse=True)
def friday(settings, time_machine):
    settings.WORKING_HOURS = True
    time_machine.move_to(FRIDAY, tick=False)


@pytest.fixture
def proposed(challenge, manager, new_company, scored) -> Invitation:
    company = new_company()
    scored()
    (row,) = actions.propose(challenge=challenge, company_ids=[company.pk], by=manager)
    actions.send(challenge=challenge, invitation_ids=[row.pk], by=manager)
    return row


def never_taken_up() -> None:
    """No worker was there."""


def taken_up_by_one_that_died() -> None:
    assert claim_batch()
    recover_left_behind(silent_for=timedelta(seconds=-1))


def put_off_by_the_mail_server() -> None:
    (letter,) = claim_batch()
    put_back(letter=letter, error="451 at RCPT")


def given_back_before_a_pause() -> None:
    release(letters=claim_batch(), error="mail server: ConnectionRefusedError")


@pytest.mark.parametrize(
    "delayed",
    [
        never_taken_up,
        taken_up_by_one_that_died,
        put_off_by_the_mail_server,
        given_back_before_a_pause,
    ],
)
def test_a_letter_that_is_late_waits_for_the_next_working_hour(proposed, delayed, time_machine):
    delayed()
    time_machine.move_to(NIGHT, tick=False)
    attempts = Letter.objects.get().attempts

    at_night = claim_batch()
    waiting = Letter.objects.get()
    time_machine.move_to(MONDAY, tick=False)
    on_monday = claim_batch()

    assert at_night == []
    assert (waiting.state, waiting.next_attempt_at) == ("queued", MONDAY)
    assert waiting.attempts == attempts
    assert on_monday == [waiting]


def test_letters_without_a_list_leave_at_any_hour(proposed, time_machine):
    time_machine.move_to(NIGHT, tick=False)
    receipt = queue(
        key="receipt",
        kind="claim-link",
        to="anna@firm.example",
        language="en",
        context={"company": "Anna", "url": own_url("/")},
        related=("company", proposed.company_id),
    )

    assert claim_batch() == [receipt]


def test_one_country_asleep_holds_up_no_other(time_machine):
    time_machine.move_to(FRIDAY + timedelta(hours=2), tick=False)
    here, there = CompanyFactory(country="DK"), CompanyFactory(country="US")
    dane, american = ("company", str(here.pk)), ("company", str(there.pk))

    found = not_before({dane, american, ("company", "999999"), ("something", "else")})

    assert found == {dane: MONDAY}


@pytest.mark.parametrize(
    "kind, country, asleep",
    [("colleague", "", True), ("company", "DK", True), ("company", "US", False)],
)
def test_whoever_was_nominated_is_written_to_by_day(proposed, time_machine, kind, country, asleep):
    """A colleague is where the company is, another company where whoever named it said."""
    time_machine.move_to(FRIDAY + timedelta(hours=2), tick=False)
    row = Nomination.objects.create(invitation=proposed, kind=kind, name="Bo", country=country)
    about = ("nomination", str(row.pk))

    assert not_before({about}) == ({about: MONDAY} if asleep else {})


def test_a_batch_costs_one_query_for_each_noun(proposed, django_assert_num_queries, time_machine):
    about = {("invitation", str(number)) for number in range(proposed.pk, proposed.pk + 50)}

    with django_assert_num_queries(1):
        not_before(about)
