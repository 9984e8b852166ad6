"""The page behind the link in the letter, with all its side paths."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.models import Notice
from challenges.models import Challenge
from invitations.actions import withdraw
from invitations.choices import Status
from invitations.models import Invitation
from mail.models import Letter
from tests.factories import AccountFactory, CompanyMemberFactory
from tests.reader import MailReader, page_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def link(invited):
    row = invited()
    letter = Letter.objects.get(kind="invite-company")
    path = re.search(r"/invitations/answer/[\w-]+/", letter.text).group()
    return path, row


def status_of(row: Invitation) -> str:
    return Invitation.objects.get(pk=row.pk).status


def test_the_page_shows_the_challenge_and_why_without_signing_in(reader, link, challenge):
    path, _row = link

    page = reader.get(path)

    text = page.content.decode()
    assert page.status_code == 200
    assert challenge.title in text
    assert "Why you were asked" in text
    assert "We are interested" in text
    assert page["Referrer-Policy"] == "no-referrer"
    assert "no-store" in page["Cache-Control"]


@pytest.mark.parametrize(
    "cookie, account, language", [("", "", "da"), ("nb", "", "nb"), ("", "en", "en")]
)
def test_the_page_speaks_the_language_of_the_letter_unless_another_was_chosen(
    reader, invited, settings, cookie, account, language
):
    invited(language="da")
    letter = Letter.objects.get(kind="invite-company")
    path = re.search(r"/invitations/answer/[\w-]+/", letter.text).group()
    if cookie:
        reader.cookies[settings.LANGUAGE_COOKIE_NAME] = cookie
    if account:
        reader.force_login(AccountFactory(language=account))

    page = reader.get(path, headers={"accept-language": "en-GB,en"})
    typed = reader.post(
        path, {"answer": "on_a_day", "note": ""}, headers={"accept-language": "en-GB,en"}
    )

    assert letter.language == "da"
    for shown in (page, typed):
        assert f'<html lang="{language}">' in shown.content.decode()


def test_fifty_readings_change_nothing(reader, link):
    path, row = link
    before = Invitation.objects.values().get(pk=row.pk)

    for _ in range(50):
        reader.get(path)
    reader.head(path)
    reader.options(path)

    assert Invitation.objects.values().get(pk=row.pk) == before
    assert not Notice.objects.exists()


@pytest.mark.parametrize(
    "pressed, status, reason",
    [
        ("interested", Status.INTERESTED, ""),
        ("declined", Status.DECLINED, ""),
        ("capacity", Status.DECLINED, "capacity"),
        ("fit", Status.DECLINED, "fit"),
    ],
)
def test_one_button_answers(reader, link, pressed, status, reason):
    path, row = link

    reply = reader.post(path, {"answer": pressed, "note": "Thank you"}, follow=True)

    row.refresh_from_db()
    assert reply.redirect_chain == [(page_of(path)[0], 302)]
    assert (row.status, row.decline_reason, row.answer_note) == (status, reason, "Thank you")
    assert "Thank you" in reply.content.decode()


@pytest.mark.parametrize("pressed, days", [("in_a_month", 30), ("in_three_months", 91)])
def test_not_now_takes_one_button(reader, link, pressed, days):
    path, row = link

    page = reader.post(path, {"answer": pressed, "note": "Busy"}, follow=True)

    row.refresh_from_db()
    until = timezone.localdate() + timedelta(days=days)
    assert (row.status, row.not_before, row.answer_note) == (Status.LATER, until, "Busy")
    assert "nobody writes to you about this challenge again" in page.content.decode()


def test_not_now_takes_a_day(reader, link):
    path, row = link
    day = timezone.localdate() + timedelta(days=12)

    reader.post(path, {"answer": "on_a_day", "until": str(day), "note": ""})

    row.refresh_from_db()
    assert (row.status, row.not_before) == (Status.LATER, day)


@pytest.mark.parametrize(
    "typed, told",
    [
        ("", "Choose the day from which we may ask again."),
        ("2020-01-01", "Choose a day that is still to come."),
        ("2999-01-01", "Choose a day within two years."),
        ("next spring", "Write the day as year-month-day"),
    ],
)
def test_a_day_that_cannot_be_is_refused_and_nothing_typed_is_lost(reader, link, typed, told):
    path, row = link

    page = reader.post(path, {"answer": "on_a_day", "until": typed, "note": "Ask in spring"})

    text = page.content.decode()
    assert (page.status_code, status_of(row)) == (422, Status.QUEUED)
    assert told in text
    assert "Ask in spring" in text
    assert not typed or f'value="{typed}"' in text


def test_a_half_typed_day_does_not_stand_in_the_way_of_another_answer(reader, link):
    path, row = link

    reader.post(path, {"answer": "interested", "until": "spring", "note": ""})

    assert status_of(row) == Status.INTERESTED


def test_a_day_after_the_deadline_is_taken_and_says_so(reader, link, challenge):
    path, row = link
    day = timezone.localdate(challenge.deadline) + timedelta(days=1)

    page = reader.post(path, {"answer": "on_a_day", "until": str(day), "note": ""}, follow=True)

    assert status_of(row) == Status.LATER
    assert "The challenge closes before that day" in page.content.decode()


def test_an_answer_needs_no_cookie_and_no_origin(link):
    path, row = link

    reply = MailReader(enforce_csrf_checks=True).post(
        path, {"answer": "interested"}, headers={"origin": "null"}
    )

    assert (reply.status_code, status_of(row)) == (302, Status.INTERESTED)


def test_the_same_answer_twice_is_told_once(reader, link, manager):
    path, _row = link

    for _ in range(2):
        reader.post(path, {"answer": "interested", "note": ""})

    assert Notice.objects.filter(user=manager).count() == 1


def test_an_answer_can_be_taken_back(reader, link):
    path, row = link
    reader.post(path, {"answer": "fit", "note": ""})

    reader.post(path, {"answer": "undo", "note": ""})

    assert status_of(row) == Status.SENT


def test_who_wants_no_such_letters_is_offered_to_stop_them(reader, link):
    path, _row = link

    page = reader.post(path, {"answer": "not_interested", "note": ""}, follow=True)

    assert "/letters/stop/" in page.content.decode()


@pytest.mark.parametrize("posted", [{}, {"answer": "maybe"}, {"answer": ["", "x"]}])
def test_no_answer_at_all_says_so_and_changes_nothing(reader, link, posted):
    path, row = link

    page = reader.post(path, posted)

    assert (page.status_code, status_of(row)) == (422, Status.QUEUED)


def test_a_message_too_long_is_kept_in_the_form(reader, link):
    path, row = link

    page = reader.post(path, {"answer": "interested", "note": "x" * 601})

    assert (page.status_code, status_of(row)) == (422, Status.QUEUED)
    assert "x" * 601 in page.content.decode()


def test_a_withdrawn_invitation_has_its_own_page(reader, link, manager):
    path, row = link
    withdraw(invitation=row, by=manager)

    page = reader.get(path)
    reply = reader.post(path, {"answer": "interested", "note": ""})

    assert "no longer open" in page.content.decode()
    assert (reply.status_code, status_of(row)) == (409, Status.WITHDRAWN)


@pytest.mark.parametrize(
    "status, told",
    [("closed", "This challenge has closed"), ("withdrawn", "This challenge was withdrawn")],
)
def test_a_challenge_that_is_over_has_its_own_page(reader, link, challenge, status, told):
    path, row = link
    Challenge.objects.update(status="closed")
    Challenge.objects.update(status=status)

    page = reader.get(path)
    reply = reader.post(path, {"answer": "interested", "note": ""})

    assert told in page.content.decode()
    assert (reply.status_code, status_of(row)) == (409, Status.QUEUED)


def test_after_the_deadline_nothing_is_answered_even_before_the_clock_closed_it(reader, link):
    path, row = link
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE challenges_challenge SET deadline = clock_timestamp() - interval '1 ms'"
        )

    page = reader.get(path)
    reply = reader.post(path, {"answer": "interested", "note": ""})

    assert "This challenge has closed" in page.content.decode()
    assert (reply.status_code, status_of(row)) == (409, Status.QUEUED)


def test_a_link_whose_letter_did_not_arrive_is_told_apart_from_one_taken_back(reader, link):
    path, row = link
    Invitation.objects.filter(pk=row.pk).update(status=Status.SENT)
    Invitation.objects.filter(pk=row.pk).update(status=Status.REFUSED)

    page = reader.get(path)
    reply = reader.post(path, {"answer": "interested", "note": ""})

    assert "This link is no longer in use" in page.content.decode()
    assert (reply.status_code, status_of(row)) == (409, Status.REFUSED)


@pytest.mark.parametrize(
    "given, told",
    [
        ("interested", "You had answered that you are interested."),
        ("in_a_month", "You had answered “not now”."),
        ("fit", "You had answered that it is not for you."),
    ],
)
def test_a_closed_challenge_remembers_the_answer(reader, link, given, told):
    path, _row = link
    reader.post(path, {"answer": given, "note": ""})
    Challenge.objects.update(status="closed")

    page = reader.get(path).content.decode()

    assert "This challenge has closed" in page
    assert told in page


@pytest.mark.parametrize("token", ["x", "x" * 300, "%00", "æøå"])
def test_an_unknown_link_gets_a_kind_page(reader, db, token):
    page = reader.get(reverse("invitations:answer", args=[token]))

    assert page.status_code == 404
    assert "We do not know this link" in page.content.decode()


def test_the_link_of_a_preview_explains_itself(reader, db):
    page = reader.get(reverse("invitations:answer", args=["preview"]))

    assert page.status_code == 200
    assert "This was a preview" in page.content.decode()


def test_a_colleague_answers_from_the_list_of_invitations(reader, link):
    _path, row = link
    person = AccountFactory()
    CompanyMemberFactory(user=person, company=row.company)
    reader.force_login(person)

    listed = reader.get(reverse("invitations:list"))
    reader.post(row.get_absolute_url(), {"answer": "interested", "note": ""})

    assert row.get_absolute_url() in listed.content.decode()
    assert status_of(row) == Status.INTERESTED


def test_somebody_else_finds_no_such_invitation(reader, link, manager):
    _path, row = link
    stranger = AccountFactory()
    CompanyMemberFactory(user=stranger)
    replies = []
    for person in (stranger, manager):
        reader.force_login(person)
        replies.append(reader.get(row.get_absolute_url()).status_code)
        replies.append(reader.post(row.get_absolute_url(), {"answer": "fit"}).status_code)

    assert replies == [404, 404, 404, 404]
    assert status_of(row) == Status.QUEUED


def test_no_log_line_holds_the_secret_of_a_link(reader, link, caplog):
    path, _row = link

    reader.post(path, {})

    assert not any(path in record.getMessage() for record in caplog.records)
    assert "/invitations/answer/of/<str:name>/" in caplog.text
