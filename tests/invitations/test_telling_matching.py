"""Matching hears what became of every invitation."""

from datetime import timedelta

import pytest
from django.utils import timezone

from challenges.actions import close, reopen
from invitations import actions
from invitations.models import Invitation
from matching.models import RecordedOutcome

pytestmark = pytest.mark.django_db


def told() -> list[tuple[str, str]]:
    return list(RecordedOutcome.objects.in_order().values_list("outcome", "reason"))


@pytest.fixture
def sent(invited) -> Invitation:
    row = invited()
    actions.record_fates(letters=[(row.letter_id, "sent")])
    return row


def test_a_letter_that_only_waits_is_no_invitation_yet(invited):
    invited()

    assert told() == []


def test_a_letter_that_left_is_an_invitation_once(sent):
    actions.record_fates(letters=[(sent.letter_id, "sent")])

    assert told() == [("invited", "")]
    assert RecordedOutcome.objects.get().total == sent.total


def test_a_letter_that_came_back_asked_nobody(sent):
    actions.record_fates(letters=[(sent.letter_id, "bounced")])

    assert told() == [("invited", ""), ("uninvited", "")]


def test_an_invitation_taken_back_asked_nobody(sent, manager):
    actions.withdraw(invitation=sent, by=manager)

    assert told() == [("invited", ""), ("uninvited", "")]


def test_a_letter_taken_back_before_it_left_is_nothing(invited, manager):
    actions.withdraw(invitation=invited(), by=manager)

    assert told() == []


def test_an_answer_its_change_and_its_undoing(sent):
    actions.answer(invitation=sent, interested=False, reason="fit", by=None)
    actions.answer(invitation=sent, interested=True, by=None)
    actions.take_back_answer(invitation=sent, by=None)

    assert told() == [
        ("invited", ""),
        ("declined", "fit"),
        ("interested", ""),
        ("invited", ""),
    ]


def test_an_answer_before_the_letters_fate_was_known_still_counts(invited):
    row = invited()
    actions.answer(invitation=row, interested=True, by=None)

    actions.record_fates(letters=[(row.letter_id, "sent")])

    assert told() == [("interested", "")]


def test_silence_until_the_end_is_told_and_a_reopened_challenge_asks_again(
    sent, challenge, manager
):
    close(challenge=challenge, by=manager)
    actions.expire(challenge=challenge)
    reopen(challenge=challenge, deadline=timezone.now() + timedelta(days=7), by=manager)
    actions.revive(challenge=challenge)

    assert told() == [("invited", ""), ("unanswered", ""), ("invited", "")]
