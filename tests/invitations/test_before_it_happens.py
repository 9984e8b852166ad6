"""What writes letters or cannot be undone is asked first, and says who and how many."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from challenges.models import Challenge
from invitations import actions
from invitations.choices import Status
from invitations.models import Invitation
from mail.choices import LetterState
from mail.models import Letter

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_manager(client, manager):
    client.force_login(manager)
    return client


@pytest.fixture
def tab(challenge):
    return reverse("invitations:challenge", args=[challenge.slug])


@pytest.fixture
def silent(invited):
    def make(name: str) -> Invitation:
        row = invited(name)
        sent_at = timezone.now() - timedelta(days=2)
        Letter.objects.filter(pk=row.letter_id).update(state=LetterState.CANCELLED)
        Invitation.objects.filter(pk=row.pk).update(status=Status.SENT, sent_at=sent_at)
        return row

    return make


def words(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_enter_on_a_ticked_row_continues_with_the_ticked(as_manager, tab, invited, new_company):
    invited("Sent already")
    new_company("Another")

    page = as_manager.get(tab).content.decode()

    form = page[page.index('action="' + tab + 'choose/"') :]
    first = re.search(r"<button[^>]*>(.*?)</button>", form, re.DOTALL)
    assert first is not None
    assert "formaction" not in first[0]
    assert first[1] == "Continue with the ticked"


def test_a_sent_invitation_is_withdrawn_after_a_question_that_names_the_company(
    as_manager, tab, silent
):
    row = silent("Sensorværket")
    address = reverse("invitations:withdraw", args=[row.pk])

    table, asked = as_manager.get(tab).content.decode(), as_manager.get(address)
    before = Invitation.objects.get().status
    told = as_manager.post(address, follow=True)

    assert f'href="{address}"' in table
    assert f'formaction="{address}"' not in table
    assert "Withdraw the invitation to Sensorværket?" in words(asked)
    assert "cannot be invited to this challenge again" in words(asked)
    assert before == Status.SENT
    assert "The invitation to Sensorværket is withdrawn." in words(told)


def test_a_proposal_is_taken_off_at_once_for_it_can_be_put_back(
    as_manager, tab, challenge, new_company, scored
):
    company = new_company("Sensorværket")
    scored()
    (row,) = actions.propose(challenge=challenge, company_ids=[company.pk], by=None)
    address = reverse("invitations:withdraw", args=[row.pk])

    table = as_manager.get(tab).content.decode()
    told = as_manager.post(address, follow=True)

    assert f'formaction="{address}"' in table
    assert "Sensorværket is off the list." in words(told)
    assert reverse("invitations:propose_again", args=[row.pk]) in told.content.decode()


def test_what_was_answered_meanwhile_is_not_asked_about(as_manager, silent):
    row = silent("Sensorværket")
    Invitation.objects.filter(pk=row.pk).update(status=Status.INTERESTED)

    page = as_manager.get(reverse("invitations:withdraw", args=[row.pk]), follow=True)

    assert "nothing to withdraw" in words(page)


@pytest.mark.parametrize("state", [LetterState.CLAIMED, LetterState.SENDING, LetterState.IN_DOUBT])
def test_of_a_letter_that_was_taken_up_nobody_says_that_it_has_not_left(as_manager, invited, state):
    row = invited("Sensorværket")
    letters = Letter.objects.filter(pk=row.letter_id)
    waits = words(as_manager.get(reverse("invitations:withdraw", args=[row.pk])))
    for reached in (LetterState.CLAIMED, LetterState.SENDING, LetterState.IN_DOUBT):
        letters.update(state=reached, claim=row.letter_id, claimed_at=timezone.now())
        if reached == state:
            break
    address = reverse("invitations:withdraw", args=[row.pk])

    asked = words(as_manager.get(address))
    told = words(as_manager.post(address, follow=True))

    assert "The letter has not left and does not leave." in waits
    assert "The letter has not left" not in asked
    assert "The letter may have left already." in asked
    assert "is withdrawn; its letter may have left already." in told


def test_after_withdrawing_the_list_is_filtered_as_before(as_manager, tab, silent, invited):
    row = silent("Sensorværket")
    silent("Another")
    query = "?search=Sensor&status=sent"
    address = reverse("invitations:withdraw", args=[row.pk]) + query

    table = unescape(as_manager.get(tab + query).content.decode())
    asked = unescape(as_manager.get(address).content.decode())
    done = as_manager.post(address)

    assert f'href="{address}"' in table
    assert f'href="{tab}{query}"' in asked
    assert f'action="{address}"' in asked
    assert done.url == tab + query


def test_a_closed_challenge_offers_no_reminders(as_manager, tab, challenge, silent):
    silent("Sensorværket")
    Challenge.objects.update(status="closed")

    page = as_manager.get(reverse("invitations:remind", args=[challenge.slug]), follow=True)

    assert page.redirect_chain == [(tab, 302)]
    assert "nobody can be reminded" in words(page)


def test_reminders_are_shown_before_they_are_written(as_manager, tab, challenge, silent, settings):
    settings.LETTER_DAYS = 0
    for number in range(3):
        silent(f"Firm {number}")
    address = reverse("invitations:remind", args=[challenge.slug])

    table, look = as_manager.get(tab).content.decode(), as_manager.get(address)

    assert f'href="{address}"' in table
    assert f'action="{address}"' not in table
    assert "Remind 3 companies" in words(look)
    assert [name in words(look) for name in ("Firm 0", "Firm 1", "Firm 2")] == [True] * 3
    assert not Letter.objects.filter(kind="invite-reminder").exists()


def test_those_it_is_too_soon_for_are_told_apart(as_manager, challenge, silent, settings):
    settings.LETTER_DAYS = 7
    silent("Firm 0")

    look = as_manager.get(reverse("invitations:remind", args=[challenge.slug]))

    assert "These had a letter too lately" in words(look)
    assert "Nobody can be reminded now" in words(look)
    assert 'method="post" action="' + reverse("invitations:remind", args=[challenge.slug]) not in (
        look.content.decode()
    )
