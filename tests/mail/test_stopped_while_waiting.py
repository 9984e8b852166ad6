"""Whoever stops a list while a letter waits in the outbox does not get that letter."""

import pytest

from mail.actions import claim_batch, suppress, unsuppress
from mail.choices import STOPPED, LetterState
from mail.models import Letter, hash_of

pytestmark = pytest.mark.django_db

ANNA, BEN = "anna@firm.example", "ben@firm.example"


def state_of(letter: Letter) -> tuple[str, str]:
    letter.refresh_from_db()
    return letter.state, letter.last_error


def test_a_stopped_letter_fails_and_the_others_leave(queue_hello):
    anna, ben = queue_hello(ANNA, list_name="news"), queue_hello(BEN, list_name="news")
    suppress(address_hash=hash_of(ANNA), list_name="news")

    claimed = claim_batch()

    assert claimed == [ben]
    assert state_of(anna) == (LetterState.FAILED, STOPPED)


def test_a_batch_of_nothing_but_stopped_letters_is_not_the_end(queue_hello):
    stopped = [queue_hello(f"p{number}@firm.example", list_name="news") for number in range(3)]
    last = queue_hello(BEN, list_name="news")
    for letter in stopped:
        suppress(address_hash=hash_of(letter.recipient), list_name="news")

    assert claim_batch(size=2) == [last]


@pytest.mark.parametrize("list_name, stops", [("news", "other"), ("", "news"), ("", "")])
def test_another_list_and_letters_of_no_list_leave(queue_hello, list_name, stops):
    letter = queue_hello(ANNA, list_name=list_name)
    suppress(address_hash=hash_of(ANNA), list_name=stops)

    assert claim_batch() == [letter]


def test_who_took_the_stop_back_in_time_gets_it(queue_hello):
    letter = queue_hello(ANNA, list_name="news")
    suppress(address_hash=hash_of(ANNA), list_name="news")
    unsuppress(address_hash=hash_of(ANNA), list_name="news")

    assert claim_batch() == [letter]


def test_its_fate_waits_to_be_announced(queue_hello):
    letter = queue_hello(ANNA, list_name="news")
    suppress(address_hash=hash_of(ANNA))

    claim_batch()

    assert list(Letter.objects.with_fate_untold()) == [letter]
