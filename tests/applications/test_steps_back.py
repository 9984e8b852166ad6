"""A way back is offered where it is possible, and pages say what is not."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from applications.choices import Status
from challenges.models import Challenge
from tests.applications.conftest import door, page_for, press, status_of, words_of

pytestmark = pytest.mark.django_db

PAGES = ["challenge", "read", "compare"]
HELD = "An application on the shortlist or chosen for a pilot cannot be changed"


def again():
    """The challenge takes applications once more."""
    later = timezone.now() + timedelta(days=3)
    Challenge.objects.update(status="open", deadline=later, closed_at=None)


@pytest.mark.parametrize("steps, back", [(1, "take_off_shortlist"), (2, "take_back_pilot")])
def test_in_a_reopened_challenge_a_step_back_is_not_offered_to_be_undone(as_marta, at, steps, back):
    row = at(steps)
    again()

    response = press(as_marta, row, back)

    assert "Kabelro ApS." in response.context["step_taken"]["text"]
    assert (response.context["step_back"], "Undo" in words_of(response)) == ("", False)


def test_a_step_forward_is_undone_also_where_the_challenge_reopened_meanwhile(as_marta, over):
    as_marta.post(door(over, "shortlist"), {"a": str(over.public_id)})
    again()

    page = as_marta.get(page_for(over, "challenge"))
    as_marta.post(page.context["step_back"], {"a": str(over.public_id)})

    assert "Undo" in words_of(page)
    assert status_of(over) == Status.SUBMITTED


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("steps", [0, 1, 2])
def test_in_a_withdrawn_challenge_no_step_is_offered(as_marta, at, page, steps):
    row = at(steps)
    Challenge.objects.update(status="withdrawn")

    response = as_marta.get(page_for(row, page))

    text = words_of(response)
    labels = ("shortlist :", "pilot :", "pilot back :", "ticked ones on the shortlist")
    assert [label for label in labels if label in text] == []
    assert "This challenge was withdrawn, so nothing is decided about its applications." in text


def test_a_challenge_withdrawn_after_a_step_offers_no_undo(as_marta, over):
    as_marta.post(door(over, "shortlist"), {"a": str(over.public_id)})
    Challenge.objects.update(status="withdrawn")

    text = words_of(as_marta.get(page_for(over, "challenge")))

    assert ("On the shortlist now" in text, "Undo" in text) == (True, False)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("steps, said", [(0, False), (1, True), (2, True)])
def test_a_reopened_challenge_says_who_cannot_change_the_application(
    as_marta, at, page, steps, said
):
    row = at(steps)
    again()

    assert (HELD in words_of(as_marta.get(page_for(row, page)))) == said


def test_a_challenge_that_is_over_asks_the_manager_to_write(as_marta, at):
    text = words_of(as_marta.get(page_for(at(1), "read")))

    assert "no letter is sent, so please write to the company yourself." in text
    assert HELD not in text


@pytest.mark.parametrize(
    "name", ["shortlist", "agree_pilot", "take_back_pilot", "take_off_shortlist"]
)
def test_signed_out_meanwhile_the_manager_lands_on_the_list(at, marta, name):
    row = at({"shortlist": 0, "take_back_pilot": 2}.get(name, 1))
    before = status_of(row)
    client = Client()
    address = f"{door(row, name)}?order=company"
    asked = client.post(address, {"a": str(row.public_id), "on": "list"})
    client.force_login(marta)

    page = client.get(address, follow=True)

    assert asked.url.startswith("/accounts/login/?next=")
    assert page.redirect_chain == [(f"{page_for(row, 'challenge')}?order=company", 302)]
    assert "You were signed out, so nothing was changed." in words_of(page)
    assert status_of(row) == before
