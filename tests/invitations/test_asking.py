"""What else the page behind the link takes: a question, and somebody else it may be for."""

import re
from datetime import UTC, datetime, timedelta
from importlib import import_module

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.models import Notice
from challenges.actions import answer_question
from challenges.models import Challenge, Question
from companies.actions import retire_company
from companies.choices import Visibility
from companies.models import Company, ReaderWishes
from invitations import actions
from invitations.choices import BY_HAND, NominationState, Status
from invitations.models import Invitation, Nomination
from invitations.pacing import in_pause, letters_lately
from invitations.problems import InvitationProblem
from mail.actions import suppress
from mail.choices import LetterState
from mail.models import Letter, hash_of
from tests.factories import (
    AccountFactory,
    ChallengeFactory,
    CompanyFactory,
    CompanyMemberFactory,
)

pytestmark = pytest.mark.django_db
TOMORROW = timezone.localdate() + timedelta(days=1)
COLLEAGUE = {
    "answer": "pass_on",
    "kind": "colleague",
    "whom": "Bo Lund",
    "address": "bo@sensorvaerket.example",
    "why": "Click http://evil.example now",
}
COMPANY = {**COLLEAGUE, "kind": "company", "whom": "Kabelro", "address": ""}


@pytest.fixture
def link(invited):
    row = invited()
    letter = Letter.objects.get(kind="invite-company")
    return re.search(r"/invitations/answer/[\w-]+/", letter.text).group(), row


@pytest.fixture
def nomination(link) -> Nomination:
    """Of a colleague in a country where one may write to a person at work."""
    Company.objects.filter(pk=link[1].company_id).update(country="FI")
    return actions.nominate(
        invitation=link[1],
        kind="colleague",
        name="Bo Lund",
        email="bo@sensorvaerket.example",
        reason="Click http://evil.example now",
        by=None,
    )


# A question.


def test_a_question_reaches_the_managers_and_is_no_answer(reader, link, manager):
    path, row = link

    page = reader.post(path, {"answer": "ask", "question": "May we see it?"}, follow=True)

    row.refresh_from_db()
    assert (row.status, Question.objects.get().text) == (Status.QUEUED, "May we see it?")
    assert "Your question is with the cluster manager" in page.content.decode()
    assert [one.kind for one in Notice.objects.of(manager)] == ["question_asked"]


def test_the_company_gets_the_answer_by_letter_once(reader, link, manager):
    path, row = link
    reader.post(path, {"answer": "ask", "question": "May we see it?"})
    question = Question.objects.get()

    answer_question(question=question, text="Yes.", language="en", by=manager)
    actions.bring_answers(question_ids=[question.pk])

    (letter,) = Letter.objects.filter(kind="question-answered")
    assert letter.recipient == row.company.email


def test_a_company_that_has_left_since_gets_no_answer(reader, link, manager):
    path, row = link
    reader.post(path, {"answer": "ask", "question": "May we see it?"})
    retire_company(company=row.company, by=None)

    answer_question(question=Question.objects.get(), text="Yes.", language="en", by=manager)

    assert not Letter.objects.filter(kind="question-answered").exists()


@pytest.mark.parametrize("typed", ["", " ", "x" * 1001])
def test_a_refused_question_stays_in_the_form(reader, link, typed):
    path, _row = link

    page = reader.post(path, {"answer": "ask", "question": typed})

    assert page.status_code == 422
    assert typed.strip() in page.content.decode()
    assert not Question.objects.exists()


def test_the_same_question_twice_is_one_and_five_a_day_are_enough(link):
    _path, row = link
    for n in (0, 0, 1, 2, 3, 4):
        actions.ask(invitation=row, text=f"Question {n}", language="en", by=None)

    with pytest.raises(InvitationProblem, match="enough for today"):
        actions.ask(invitation=row, text="One more", language="en", by=None)
    assert Question.objects.count() == 5


# Passing on.


def test_passing_on_writes_to_nobody(reader, link, manager):
    path, row = link
    letters = Letter.objects.exclude(kind="notice").count()

    page = reader.post(path, COLLEAGUE, follow=True)

    row.refresh_from_db()
    found = Nomination.objects.get()
    assert (found.name, found.email) == ("Bo Lund", "bo@sensorvaerket.example")
    assert (row.status, found.state) == (Status.QUEUED, NominationState.WAITING)
    assert Letter.objects.exclude(kind="notice").count() == letters
    assert "Thank you for passing it on" in page.content.decode()
    assert [one.kind for one in Notice.objects.of(manager)] == ["nomination_made"]


def test_no_notice_of_it_holds_a_word_that_was_typed(reader, link):
    reader.post(link[0], COLLEAGUE)

    notices = Letter.objects.filter(kind="notice")
    assert notices.exists()
    assert not [one for one in notices if "Bo Lund" in one.text or "Click" in one.text]


def test_a_known_name_is_asked_about_and_nothing_typed_is_lost(reader, link, new_company):
    path, _row = link
    new_company("Kabelro", visibility=Visibility.PUBLIC)

    page = reader.post(path, COMPANY)

    text = page.content.decode()
    assert page.status_code == 422
    assert "Say whether it is one of these companies." in text
    assert "Click http://evil.example now" in text
    assert not Nomination.objects.exists()


def test_a_known_company_is_chosen_by_its_name(reader, link, new_company):
    path, _row = link
    company = new_company("Kabelro", visibility=Visibility.PUBLIC)

    reader.post(path, {**COMPANY, "chosen": str(company.pk)})

    found = Nomination.objects.get()
    assert (found.company, found.email) == (company, "")


def test_names_that_the_reader_may_not_know_are_not_told(reader, link, new_company):
    path, _row = link
    hidden = new_company("Kabelro", visibility=Visibility.CLUSTER)

    page = reader.post(path, COMPANY)
    reader.post(path, {**COMPANY, "chosen": str(hidden.pk)})

    assert "Is it one of these?" not in page.content.decode()
    assert not Nomination.objects.filter(company=hidden).exists()


@pytest.mark.parametrize("left_out", ["address", "whom", "kind"])
def test_without_an_address_or_a_name_nobody_is_named(reader, link, left_out):
    page = reader.post(link[0], {**COLLEAGUE, left_out: ""})

    assert page.status_code == 422
    assert not Nomination.objects.exists()


def test_one_invitation_is_passed_on_three_times_at_most(link):
    _path, row = link
    for n in (0, 0, 1, 2):
        actions.nominate(
            invitation=row, kind="colleague", name=f"N{n}", email=f"n{n}@firm.example", by=None
        )

    with pytest.raises(InvitationProblem, match="often enough"):
        actions.nominate(
            invitation=row, kind="colleague", name="N3", email="n3@firm.example", by=None
        )


@pytest.mark.parametrize("answer", [COLLEAGUE, {"answer": "ask", "question": "Still open?"}])
def test_an_invitation_taken_back_takes_nothing_more(reader, link, manager, answer):
    path, row = link
    actions.withdraw(invitation=row, by=manager)

    page = reader.post(path, answer)

    assert page.status_code == 409
    assert not Nomination.objects.exists()
    assert not Question.objects.exists()


def test_the_manager_reads_it_on_the_tab_and_follows(reader, nomination, manager, challenge):
    reader.force_login(manager)
    tab = reverse("invitations:challenge", args=[challenge.slug])
    url = reverse("invitations:decide_nomination", args=[nomination.pk])

    before = reader.get(tab).content.decode()
    reader.post(url, {"accept": "1"})

    assert "Bo Lund" in before
    assert "Click http://evil.example now" in before
    assert "Bo Lund" not in reader.get(tab).content.decode()
    (letter,) = Letter.objects.filter(kind="nominate")
    assert letter.recipient == "bo@sensorvaerket.example"
    assert letter.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_the_letter_names_its_source_and_holds_nothing_that_was_typed(nomination, manager):
    actions.accept_nomination(nomination=nomination, by=manager)

    letter = Letter.objects.get(kind="nominate")
    whole = f"{letter.subject}{letter.text}{letter.html}"
    assert "Sensorværket gave us your address" in letter.text
    assert "evil.example" not in whole
    assert "Bo Lund" not in whole


def test_a_known_company_becomes_a_proposal(link, manager, challenge, new_company, scored):
    _path, row = link
    company = new_company("Kabelro")
    scored()
    found = actions.nominate(
        invitation=row, kind="company", name="Kabelro", company=company, by=None
    )

    actions.accept_nomination(nomination=found, by=manager)

    proposed = Invitation.objects.get(company=company)
    assert (proposed.status, proposed.proposed_by) == (Status.PROPOSED, manager)


@pytest.mark.parametrize("kind, here, there", [("colleague", "DK", "FI"), ("company", "FI", "DK")])
def test_nobody_is_written_to_whom_the_gate_refuses(link, manager, kind, here, there):
    """A law that wants a request first: a colleague's is here, another company's where it is."""
    Company.objects.filter(pk=link[1].company_id).update(country=here)
    found = actions.nominate(
        invitation=link[1],
        kind=kind,
        name="Bo",
        email="bo@ukendt.example",
        country=there,
        by=None,
    )

    with pytest.raises(InvitationProblem, match="We may not write to this address"):
        actions.accept_nomination(nomination=found, by=manager)

    assert not Letter.objects.filter(kind="nominate").exists()


def test_an_unknown_company_is_written_to_where_its_country_allows(reader, link, manager):
    path, _row = link
    unknown = {**COMPANY, "address": "info@ukendt.example"}
    refused = reader.post(path, {**unknown, "country": ""})
    reader.post(path, {**unknown, "country": "FI"})

    actions.accept_nomination(nomination=Nomination.objects.get(), by=manager)

    assert refused.status_code == 422
    assert "Say in which country the company is." in refused.content.decode()
    assert Letter.objects.get(kind="nominate").recipient == "info@ukendt.example"


def test_the_country_of_another_company_is_most_often_the_own_one(reader, link):
    page = reader.get(link[0]).content.decode()

    assert re.search(r'<option value="DK" selected>', page)


def test_nobody_is_written_to_who_stopped_letters(nomination, manager):
    suppress(address_hash=hash_of(nomination.email), list_name="invitations")

    with pytest.raises(InvitationProblem, match="asked not to get"):
        actions.accept_nomination(nomination=nomination, by=manager)

    nomination.refresh_from_db()
    assert nomination.state == NominationState.WAITING


@pytest.mark.parametrize(
    "wish, told",
    [
        ({"letter_themes": ["waste"]}, "wants none about this theme"),
        ({"letter_countries": ["SE"]}, "wants none about this country"),
        ({"no_mail_until": TOMORROW}, "wants none for a while"),
    ],
)
def test_whoever_is_nominated_and_has_an_account_is_asked_as_they_wish(
    nomination, manager, challenge, wish, told
):
    person = AccountFactory(email=nomination.email, no_mail_until=wish.pop("no_mail_until", None))
    ReaderWishes.objects.create(user=person, **wish)
    assert (challenge.themes, challenge.lab.country) == (["sensors_grid"], "DK")

    with pytest.raises(InvitationProblem, match=told):
        actions.accept_nomination(nomination=nomination, by=manager)

    assert not Letter.objects.filter(kind="nominate").exists()


def test_a_company_that_wants_no_invitations_is_not_reached_by_way_of_a_nomination(
    nomination, manager
):
    CompanyFactory(email=nomination.email.upper(), wants_invitations=False)

    with pytest.raises(InvitationProblem, match="wants no invitations by e-mail"):
        actions.accept_nomination(nomination=nomination, by=manager)

    assert not Letter.objects.filter(kind="nominate").exists()


def test_a_company_in_a_pause_is_not_reached_by_way_of_a_nomination(nomination, manager):
    CompanyFactory(email=nomination.email, no_letters_until=TOMORROW)

    with pytest.raises(InvitationProblem, match="Nobody is written to now"):
        actions.accept_nomination(nomination=nomination, by=manager)


def test_a_letter_to_a_colleague_keeps_working_hours(nomination, manager, settings, time_machine):
    settings.WORKING_HOURS = True
    Challenge.objects.update(deadline=datetime(2031, 1, 1, tzinfo=UTC))
    time_machine.move_to(datetime(2030, 11, 30, 12, tzinfo=UTC), tick=False)  # a Saturday

    actions.accept_nomination(nomination=nomination, by=manager)

    monday_in_helsinki = datetime(2030, 12, 2, 6, tzinfo=UTC)
    assert Letter.objects.get(kind="nominate").next_attempt_at == monday_in_helsinki


def test_what_is_not_followed_leaves_no_address_behind(nomination, manager):
    actions.ignore_nomination(nomination=nomination, by=manager)

    nomination.refresh_from_db()
    assert (nomination.state, nomination.email) == (NominationState.IGNORED, "")
    with pytest.raises(InvitationProblem, match="decided already"):
        actions.accept_nomination(nomination=nomination, by=manager)


def test_a_closed_challenge_writes_to_nobody(nomination, manager):
    Challenge.objects.update(status="closed")

    with pytest.raises(InvitationProblem, match="closed"):
        actions.accept_nomination(nomination=nomination, by=manager)


def test_somebody_elses_manager_decides_nothing(reader, nomination):
    reader.force_login(AccountFactory())

    reply = reader.post(reverse("invitations:decide_nomination", args=[nomination.pk]))

    assert reply.status_code == 404


# A letter to somebody nominated is a letter of the company that reads it.


@pytest.fixture
def seven_days(settings):
    settings.LETTER_DAYS = 7


@pytest.fixture
def elsewhere(manager):
    """A company at the address that is nominated, invited to another challenge."""

    def make(sent_at: datetime, **fields) -> Company:
        company = CompanyFactory(email="Bo@sensorvaerket.example", country="FI", **fields)
        Invitation.objects.create(
            challenge=ChallengeFactory(open=True),
            company=company,
            status=Status.SENT,
            letter_id=BY_HAND,
            sent_at=sent_at,
        )
        return company

    return make


def test_it_waits_for_the_days_between_two_letters(
    nomination, elsewhere, manager, reader, seven_days
):
    yesterday = timezone.now() - timedelta(days=1)
    elsewhere(yesterday)
    reader.force_login(manager)
    url = reverse("invitations:decide_nomination", args=[nomination.pk])

    page = reader.post(url, {"accept": "1"}, follow=True)

    letter = Letter.objects.get(kind="nominate")
    assert letter.next_attempt_at == yesterday + timedelta(days=7)
    assert "The letter waits: it leaves on" in page.content.decode()


@pytest.mark.parametrize("state", ["queued", "sent"])
def test_and_counts_for_them(nomination, manager, seven_days, state):
    company = CompanyFactory(email="Bo@sensorvaerket.example", country="FI")
    other = CompanyFactory(email="", country="FI")
    CompanyMemberFactory(company=other, user__email=nomination.email)

    actions.accept_nomination(nomination=nomination, by=manager)

    if state == "sent":
        left(Letter.objects.get(kind="nominate"))
    ids = [company.pk, other.pk, nomination.invitation.company_id]
    assert in_pause(ids[:2]) == {company.pk, other.pk}
    assert letters_lately(ids) == dict.fromkeys(ids, 1)


def left(letter: Letter) -> None:
    own = Letter.objects.filter(pk=letter.pk)
    own.update(state=LetterState.CLAIMED, claim=letter.pk, claimed_at=timezone.now())
    own.update(state=LetterState.SENDING)
    own.update(state=LetterState.SENT, sent_at=timezone.now())


def test_one_that_never_left_does_not_count(nomination, manager, seven_days):
    company = CompanyFactory(email=nomination.email, country="FI")
    actions.accept_nomination(nomination=nomination, by=manager)
    Letter.objects.filter(kind="nominate").update(state=LetterState.FAILED)

    assert in_pause([company.pk]) == set()


def test_a_company_that_had_its_letters_of_the_month_gets_none(nomination, elsewhere, manager):
    elsewhere(timezone.now() - timedelta(days=20), letters_per_month=1)

    with pytest.raises(InvitationProblem, match="as many letters this month as it wants"):
        actions.accept_nomination(nomination=nomination, by=manager)


def test_two_challenges_that_are_passed_on_to_one_address_write_a_week_apart(
    nomination, manager, seven_days
):
    """Nobody there is a company we know."""
    second = Invitation.objects.create(
        challenge=ChallengeFactory(open=True),
        company=nomination.invitation.company,
        status=Status.SENT,
        letter_id=BY_HAND,
        sent_at=timezone.now(),
    )
    again = actions.nominate(
        invitation=second, kind="colleague", name="Bo", email=nomination.email, by=None
    )
    actions.accept_nomination(nomination=nomination, by=manager)

    actions.accept_nomination(nomination=again, by=manager)

    first, other = Letter.objects.filter(kind="nominate").order_by("next_attempt_at")
    assert other.next_attempt_at >= first.next_attempt_at + timedelta(days=7)


def test_named_twice_for_one_challenge_it_is_one_letter_that_waits_for_nothing(
    nomination, manager, seven_days
):
    again = actions.nominate(
        invitation=nomination.invitation,
        kind="colleague",
        name="Bo L.",
        email=nomination.email,
        by=None,
    )
    actions.accept_nomination(nomination=nomination, by=manager)

    actions.accept_nomination(nomination=again, by=manager)

    (letter,) = Letter.objects.filter(kind="nominate")
    assert letter.next_attempt_at <= timezone.now()


def test_whoever_was_invited_to_the_challenge_is_not_written_to_again(link, manager):
    _path, row = link
    Company.objects.filter(pk=row.company_id).update(country="FI")
    found = actions.nominate(
        invitation=row, kind="colleague", name="Bo", email=row.company.email, by=None
    )

    with pytest.raises(InvitationProblem, match="was invited to this challenge already"):
        actions.accept_nomination(nomination=found, by=manager)

    assert not Letter.objects.filter(kind="nominate").exists()


def test_nominations_of_before_they_knew_their_letter_are_told_which(nomination, manager):
    actions.accept_nomination(nomination=nomination, by=manager)
    letter = Letter.objects.get(kind="nominate")
    Nomination.objects.update(letter_id="")

    with connection.cursor() as cursor:
        cursor.execute(import_module("invitations.migrations.0012_nomination_letter").KNOWN)

    assert Nomination.objects.get().letter_id == str(letter.pk)
