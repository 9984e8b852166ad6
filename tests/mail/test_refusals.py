"""Whom the answer of a mail server blames, and what follows from it."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import OperationalError, connection
from django.utils.timezone import now

from mail.actions import is_paused
from mail.actions.pausing import ONLY
from mail.choices import LetterState
from mail.delivery import drain
from mail.health import HEARTBEAT_KEY, letters_leave, standstill
from mail.models import Letter, MailServer, Suppression
from mail.refusals import Blame, blame_in

RELAY_DENIED = "554 5.7.1 Relay access denied"


@pytest.mark.parametrize(
    ("step", "code", "words", "blame"),
    [
        ("RCPT", 550, "5.1.1 <anna@firm.example>: no such user", Blame.ADDRESS),
        ("RCPT", 552, "5.2.2 mailbox full", Blame.ADDRESS),
        ("RCPT", 550, "No such user here", Blame.ADDRESS),
        ("RCPT", 556, "firm.example does not accept mail", Blame.ADDRESS),
        ("RCPT", 554, "5.7.1 <anna@firm.example>: Relay access denied", Blame.US),
        ("RCPT", 550, "relay not permitted", Blame.US),
        ("RCPT", 530, "Sign in first", Blame.US),
        ("RCPT", 553, "5.1.8 sender address rejected", Blame.US),
        ("RCPT", 504, "5.5.2 <here>: Helo command rejected", Blame.US),
        ("RCPT", 554, "No", Blame.LETTER),
        ("RCPT", 550, "5.6.0 this text not", Blame.LETTER),
        ("RCPT", 450, "4.2.0 greylisted", Blame.NOBODY),
        ("RCPT", 421, "4.7.0 too many", Blame.US),
        ("end of DATA", 421, "closing", Blame.US),
        ("end of DATA", 554, "5.7.1 spam", Blame.LETTER),
        ("end of DATA", 550, "5.1.1 no such user", Blame.LETTER),
        ("end of DATA", 452, "", Blame.NOBODY),
    ],
)
def test_whom_an_answer_blames(step, code, words, blame):
    assert blame_in(step=step, code=code, words=words) is blame


def states() -> list[str]:
    return list(Letter.objects.order_by("recipient").values_list("state", flat=True))


@pytest.mark.django_db(transaction=True)
def test_a_server_that_refuses_us_costs_no_address(sink, queue_hello):
    """One wrong setting must not silence everybody whose letter waits."""
    for number in range(25):
        queue_hello(f"p{number:02}@firm.example")
    sink.on_rcpt = lambda address: RELAY_DENIED

    drain()
    drain()

    assert Suppression.objects.count() == 0
    assert set(states()) == {"queued"}
    assert sum(sink.attempts.values()) == 20
    assert is_paused()
    assert Letter.objects.filter(attempts=1, last_error="554 5.7.1 at RCPT").count() == 20


@pytest.mark.django_db(transaction=True)
def test_one_address_with_such_an_answer_holds_up_nobody(sink, queue_hello):
    for name in ("anna", "ben", "carl"):
        queue_hello(f"{name}@firm.example")
    sink.on_rcpt = lambda address: RELAY_DENIED if address.startswith("anna") else None

    drain()

    assert states() == ["queued", "sent", "sent"]
    assert MailServer.objects.get().failures == 0


def letters_left(*, minutes: int) -> None:
    """A worker is there, and the mail server took its last letter so long ago."""
    cache.set(HEARTBEAT_KEY, now().timestamp())
    MailServer.objects.create(pk=ONLY, moved_at=now() - timedelta(minutes=minutes))


@pytest.mark.django_db(transaction=True)
def test_a_server_that_never_took_a_letter_is_red_at_the_first_refusal(sink, queue_hello):
    cache.set(HEARTBEAT_KEY, now().timestamp())
    queue_hello("anna@firm.example")
    sink.on_rcpt = lambda address: RELAY_DENIED
    drain()
    fresh = (standstill(), letters_leave())

    MailServer.objects.update(failing_since=now() - timedelta(seconds=61))

    assert fresh == (None, True)
    assert (standstill().why, standstill().waiting) == ("refused", 1)
    assert letters_leave() is False


@pytest.mark.django_db(transaction=True)
def test_a_server_that_refuses_several_in_a_row_is_shown_in_red(sink, queue_hello, client):
    letters_left(minutes=90)
    for name in ("anna", "ben", "carl"):
        queue_hello(f"{name}@firm.example")
    sink.on_rcpt = lambda address: RELAY_DENIED
    drain()
    fresh = (standstill(), letters_leave())

    MailServer.objects.update(failing_since=now() - timedelta(seconds=61))

    assert fresh == (None, True)
    assert (standstill().why, standstill().waiting) == ("refused", 3)
    assert letters_leave() is False
    assert client.get("/readyz").status_code == 503


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("answer", [RELAY_DENIED, "421 4.3.2 Not now"])
def test_one_refused_recipient_is_no_server_that_takes_nothing(sink, queue_hello, client, answer):
    """By night, when nothing else leaves, its letters alone are tried again and again."""
    letters_left(minutes=90)
    for number in range(4):
        queue_hello("anna@mistyped.example", key=f"hello:{number}")
    sink.on_rcpt = lambda address: answer
    drain()
    MailServer.objects.update(failing_since=now() - timedelta(hours=1))

    drain()

    assert MailServer.objects.get().failures == 4
    assert (standstill(), letters_leave()) == (None, True)
    assert client.get("/readyz").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_who_was_refused_before_another_was_taken_counts_no_longer(sink, queue_hello):
    letters_left(minutes=90)
    for name in ("anna", "ben", "taken", "carl", "dora"):
        queue_hello(f"{name}@firm.example")
        sink.on_rcpt = lambda address: None if address.startswith("taken") else RELAY_DENIED
        drain()
    MailServer.objects.update(failing_since=now() - timedelta(hours=1))

    assert MailServer.objects.get().failures == 2
    assert standstill() is None


@pytest.mark.django_db(transaction=True)
def test_421_at_an_address_puts_off_that_letter_only(sink, queue_hello):
    """Else the first letter of the queue would be the first again, for ever."""
    for name in ("anna", "ben", "carl"):
        queue_hello(f"{name}@firm.example")
    sink.on_rcpt = lambda address: "421 4.3.2 Not now" if address.startswith("anna") else None

    drain()

    assert states() == ["queued", "sent", "sent"]
    anna = Letter.objects.get(recipient="anna@firm.example")
    assert (anna.attempts, anna.last_error) == (1, "421 4.3.2 at RCPT")
    assert anna.next_attempt_at > now() + timedelta(minutes=4)


@pytest.mark.django_db(transaction=True)
def test_421_after_the_letter_is_a_no_and_leaves_no_doubt(sink, queue_hello):
    queue_hello()
    sink.on_data = lambda address: "421 4.3.2 Closing" if not sink.taken else None

    drain()

    letter = Letter.objects.get()
    assert (letter.state, letter.attempts) == (LetterState.QUEUED, 1)
    assert letter.last_error == "421 4.3.2 at end of DATA"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("times", "state", "stopped"), [(1, "failed", 1), (0, "claimed", 0)])
def test_a_refusal_and_what_it_says_of_the_address_are_one(
    sink, queue_hello, times, state, stopped
):
    """A database that restarts between the two is asked again; a kill leaves neither."""
    queue_hello()
    sink.on_rcpt = lambda address: "550 5.1.1 No"
    error = OperationalError("gone") if times else SystemExit(9)
    gone = []

    def die_once(execute, sql, parameters, many, context):
        if 'INSERT INTO "mail_suppression"' in sql and not gone:
            gone.append(sql)
            raise error
        return execute(sql, parameters, many, context)

    with connection.execute_wrapper(die_once), suppress(SystemExit):
        drain()

    assert len(gone) == 1
    assert states() == [state]
    assert Suppression.objects.count() == stopped
