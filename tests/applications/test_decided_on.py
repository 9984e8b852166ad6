"""What the company reads of an application that is decided on, and of what it did not send."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from applications import actions
from applications.choices import Status
from challenges.models import Challenge
from tests.applications.conftest import end, go, status_of, words_of

pytestmark = pytest.mark.django_db

UNSENT = "Changes that were never sent"
DECIDED = "This application is being decided on"


@pytest.fixture
def edited(sent, freja):
    """Better words, typed and never sent."""
    typed = {"pitch": "Better ears", "price_eur": 12000, "evidence": ""}
    return actions.save_draft(application=sent, content=typed, by=freja)


@pytest.fixture
def over_with_edits(challenge, edited):
    end(challenge, closed=True)
    return edited


def again(challenge):
    """The challenge takes applications once more."""
    later = timezone.now() + timedelta(days=3)
    Challenge.objects.filter(pk=challenge.pk).update(status="open", deadline=later, closed_at=None)


def form_of(row):
    return reverse("applications:edit", args=[row.public_id])


def test_edits_that_were_never_sent_are_read_after_the_step(as_freja, over_with_edits, marta):
    go(actions.shortlist, over_with_edits, marta)

    text = words_of(as_freja.get(over_with_edits.get_absolute_url()))

    assert UNSENT in text
    assert ("Better ears" in text, "12,000 euros" in text) == (True, True)
    assert "See and send the changes" not in text
    assert "Discard the changes" in text


def test_an_answer_that_was_emptied_is_shown_as_such(as_freja, sent, challenge, freja):
    actions.save_draft(application=sent, content={"approach": ""}, by=freja)
    end(challenge, closed=True)

    response = as_freja.get(sent.get_absolute_url())

    assert [(one.name, one.text) for one in response.context["unsent"]] == [("approach", "")]
    assert "How you meet the need —" in words_of(response)


def test_edits_are_read_where_the_deadline_passed_and_nothing_is_decided(as_freja, over_with_edits):
    text = words_of(as_freja.get(over_with_edits.get_absolute_url()))

    assert (UNSENT in text, "Better ears" in text) == (True, True)


def test_while_they_can_be_sent_they_are_in_the_form(as_freja, edited):
    text = words_of(as_freja.get(edited.get_absolute_url()))

    assert (UNSENT in text, "See and send the changes" in text) == (False, True)


def test_in_a_reopened_challenge_no_button_leads_round_in_a_circle(
    as_freja, challenge, over_with_edits, marta
):
    go(actions.shortlist, over_with_edits, marta)
    again(challenge)

    listed = words_of(as_freja.get(over_with_edits.get_absolute_url()))
    go(actions.take_off_shortlist, over_with_edits, marta)
    off = words_of(as_freja.get(over_with_edits.get_absolute_url()))

    assert ("See and send the changes" in listed, "Better ears" in listed) == (False, True)
    assert ("See and send the changes" in off, UNSENT in off) == (True, False)


@pytest.mark.parametrize("steps", [0, 1, 2])
def test_of_a_withdrawn_challenge_nobody_is_looking_closer(as_freja, at, steps):
    row = at(steps)
    Challenge.objects.update(status="withdrawn")

    text = words_of(as_freja.get(row.get_absolute_url()))

    assert "This challenge was withdrawn" in text
    untrue = ("is looking closer", "is on the shortlist", "is chosen for", "pilot with you")
    assert [words for words in untrue if words in text] == []


def test_what_was_never_sent_is_not_called_sent_again(as_freja, draft, challenge):
    end(challenge, closed=True)

    text = words_of(as_freja.get(reverse("applications:withdraw", args=[draft.public_id])))

    assert "it cannot be sent unless the challenge opens again" in text
    assert "sent again" not in text


def typed_into(row, answers, **more):
    return {**answers, "pitch": "Better ears", "revision": row.revision, "writer": "a", **more}


def test_a_form_of_one_on_the_shortlist_offers_no_sending(as_freja, challenge, at, answers):
    row = at(1)
    again(challenge)

    sent = as_freja.post(form_of(row), typed_into(row, answers, send=1))
    wrong = as_freja.post(form_of(row), typed_into(row, answers, contact_email="no"))

    for response in (sent, wrong):
        text = words_of(response)
        assert response.status_code == 422
        assert ("Send the" in text, "Send it until" in text) == (False, False)
        assert text.count(DECIDED) == 1
        assert ("Save without sending" in text, "Save draft" in text) == (True, False)
    assert status_of(row) == Status.SHORTLISTED


def test_a_form_that_was_kept_offers_no_sending(challenge, at, answers, freja):
    row = at(1)
    again(challenge)
    client = Client()
    client.post(form_of(row), typed_into(row, answers))
    client.force_login(freja)

    text = words_of(client.get(form_of(row)))

    assert "Your text is back" in text
    assert ("Send the" in text, text.count(DECIDED)) == (False, 1)


def test_autosave_says_that_it_is_decided_on(as_freja, challenge, at, answers):
    row = at(1)
    again(challenge)

    response = as_freja.post(form_of(row), typed_into(row, answers), headers={"HX-Request": "true"})

    assert DECIDED in words_of(response)


def test_one_on_the_shortlist_is_not_told_to_wait_for_a_letter(as_freja, at, answers):
    """Who is decided on is not written to when the challenge opens again."""
    row = at(1)

    response = as_freja.post(form_of(row), typed_into(row, answers, contact_email="no"))

    text = words_of(response)
    assert ("then we write to you" in text, text.count(DECIDED)) == (False, 1)
    assert "Better ears" in response.content.decode()
