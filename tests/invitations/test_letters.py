"""What the letters say, in which language, and what they must not say."""

import re

import pytest
from django.utils import translation

from challenges.models import Challenge
from challenges.wording import deadline_written_out
from companies.models import Company
from invitations.actions import tell_invited
from invitations.emails import preview
from invitations.models import Invitation
from invitations.tokens import hash_of
from invitations.wording import told_reasons
from mail.actions import suppress
from mail.models import Letter
from mail.models import hash_of as hash_of_address

pytestmark = pytest.mark.django_db
LINK = re.compile(r"/invitations/answer/([\w-]+)/")


def plain(text: str) -> str:
    return text.replace("\u200b", "")


def test_the_letter_says_who_asks_why_by_when_and_what_happens_on_yes(invited, challenge):
    row = invited()

    letter = Letter.objects.get(kind="invite-company")

    assert letter.subject == f"Invitation from {challenge.lab.name}: {challenge.title}"
    text = plain(letter.text)
    assert "Hello Sensorværket," in text
    assert "Harbour Municipality is looking for a solution" in text
    assert "Fjord Energy Cluster sees that you are interested" in text
    assert f"until {deadline_written_out(challenge, language='en')}." in text
    assert [f"- {reason.text}" in text for reason in told_reasons(row, "en")] == [True] * 3


@pytest.mark.parametrize("language, point", [("en", "."), ("da", ",")])
def test_the_points_in_the_letter_add_up_to_its_score(invited, language, point):
    row = invited(language=language)

    text = plain(Letter.objects.get(kind="invite-company").text)

    numbers = [int(whole + tenth) for whole, tenth in re.findall(rf"(\d+)\{point}(\d)\b", text)]
    *parts, total = numbers[:5]
    assert total == sum(parts) == row.total


def test_both_bodies_carry_the_link_whose_hash_is_stored(invited):
    row = invited()

    letter = Letter.objects.get(kind="invite-company")

    (in_text,) = LINK.findall(letter.text)
    (in_html,) = LINK.findall(letter.html)
    assert in_text == in_html
    assert hash_of(in_text) == row.token_hash


def test_the_letter_can_be_stopped_by_one_click(invited):
    invited()

    letter = Letter.objects.get(kind="invite-company")

    assert letter.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert letter.headers["List-Unsubscribe"].strip("<>") in letter.text


@pytest.mark.parametrize("language, written_in", [("da", "da"), ("nb", "nb"), ("de", "en")])
def test_the_letter_is_in_the_companys_language_if_we_speak_it(invited, language, written_in):
    invited(language=language)

    assert Letter.objects.get(kind="invite-company").language == written_in


def test_the_deadline_names_its_zone(challenge):
    challenge.time_zone = "Europe/Copenhagen"
    challenge.deadline = "2026-07-03T10:00:59.999999Z"
    challenge.save()
    challenge.refresh_from_db()

    with translation.override("da"):
        told = deadline_written_out(challenge, language="en")

    assert told == "3 July 2026, 12:00 CEST"


def test_typed_words_never_become_links(challenge, invited):
    Challenge.objects.update(title="Visit http://evil.example/now", question="Or evil.example")

    invited()

    letter = Letter.objects.get(kind="invite-company")
    assert "evil.example" not in letter.subject + letter.text + letter.html


def test_the_preview_is_the_letter_but_for_its_links(invited, manager):
    row = Invitation.objects.select_related("challenge__lab__cluster", "company").get(
        pk=invited().pk
    )

    draft = preview(row, asker=manager)

    letter = Letter.objects.get(kind="invite-company")
    assert without_links(draft.text) == without_links(letter.text).rstrip("\n") + "\n"
    assert draft.subject == letter.subject


def without_links(text: str) -> str:
    return re.sub(r"http\S+", "", text)


@pytest.mark.parametrize("event", ["extended", "reopened", "closed", "withdrawn"])
def test_news_reach_those_invited_once_per_occasion(invited, challenge, event):
    invited()
    Challenge.objects.update(withdrawn_reason="The money went elsewhere")
    challenge.refresh_from_db()

    for occasion in ("first", "first", "second"):
        tell_invited(challenge=challenge, event=event, occasion=occasion)

    letters = Letter.objects.filter(kind=f"challenge-{event}")
    assert letters.count() == 2
    assert challenge.title in plain(letters[0].text)


def test_the_letter_of_a_withdrawn_challenge_gives_the_reason_and_no_link(invited, challenge):
    invited()
    Challenge.objects.update(withdrawn_reason="The money went elsewhere")
    challenge.refresh_from_db()

    tell_invited(challenge=challenge, event="withdrawn", occasion="now")

    letter = Letter.objects.get(kind="challenge-withdrawn")
    assert "The money went elsewhere" in letter.text
    assert challenge.get_absolute_url() not in letter.text + letter.html


def test_no_news_to_those_who_declined_or_stopped(invited, challenge):
    declined, stopped = invited("Declined"), invited("Stopped")
    Invitation.objects.filter(pk=declined.pk).update(status="declined")
    company = Company.objects.get(pk=stopped.company_id)
    suppress(address_hash=hash_of_address(company.email), list_name="invitations")

    tell_invited(challenge=challenge, event="closed", occasion="now")

    assert not Letter.objects.filter(kind="challenge-closed").exists()
