"""R10 to R13 and the circuit breaker: mail servers that greylist, refuse, hang up and hang."""

import time
from datetime import timedelta

import pytest
from django.utils.timezone import now

from benchmarks._kills import queue_letters, settled, states
from mail.actions import is_paused, queue_many
from mail.actions.pausing import ONLY
from mail.delivery import drain
from mail.models import Letter, MailServer, Suppression
from mail.tasks import sweep_outbox
from tests.faults.conftest import wait

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("faults")]

LETTERS = 100


@pytest.fixture(autouse=True)
def our_sink(settings, email_url):
    settings.EMAIL_URL = email_url


def test_greylisting_is_waited_for_and_costs_one_attempt(sink):
    """R10, with 100 letters."""
    sink.on_rcpt = lambda address: b"451 Later" if sink.asked[address] == 1 else b"250 OK"
    queue_letters(LETTERS)

    drain()
    waiting = states()
    early = Letter.objects.filter(next_attempt_at__lt=now() + timedelta(minutes=4)).count()
    Letter.objects.update(next_attempt_at=now())
    drain()

    assert (waiting, early) == ({"queued": LETTERS}, 0)
    assert states() == {"sent": LETTERS}
    assert set(Letter.objects.values_list("attempts", flat=True)) == {2}
    assert len(set(sink.recipients)) == len(sink.recipients) == LETTERS


def test_each_tenth_refused_is_failed_and_not_written_to_again(sink):
    """R11, with 100 letters."""
    sink.on_rcpt = lambda address: b"550 No" if address.endswith("0@firm.example") else b"250 OK"
    queue_letters(LETTERS)

    drain()
    recipients = Letter.objects.all()
    again = queue_many(
        kind="invite-company",
        recipients=recipients,
        key="message_id",
        address="recipient",
        name="recipient_name",
        language="language",
        related_noun="letter",
        list_name="invitations",
    )

    assert states() == {"sent": 90, "failed": 10, "queued": 90}
    assert Suppression.objects.count() == 10
    assert len(again) == 90


def test_a_server_that_hangs_up_after_the_letter_leaves_doubt_and_no_second_copy(sink):
    """R12."""
    sink.on_data = lambda address: None if address.startswith("p00003") else b"250 OK"
    queue_letters(10)

    drain()
    Letter.objects.update(next_attempt_at=now())
    drain()
    sweep_outbox()

    assert states() == {"sent": 9, "in_doubt": 1}
    assert sink.recipients.count("p00003@firm.example") == 1


def test_a_server_that_hangs_holds_one_process_and_the_other_goes_on(worker, sink):
    """R13, hanging 60 s on one letter: the others leave meanwhile."""
    sink.hangs = lambda address: 60.0 if address.startswith("p00001@") else 0.0
    queue_letters(LETTERS)

    worker.start()
    wait(lambda: states().get("sent", 0) >= LETTERS - 50, seconds=25, log=worker.log)
    wait(settled, seconds=60, log=worker.log)

    assert states() == {"sent": LETTERS - 1, "in_doubt": 1}
    assert worker.is_alive()
    assert len(set(sink.recipients)) == len(sink.recipients) == LETTERS


def test_twenty_lost_connections_pause_the_outbox(sink):
    """No letter after the twentieth is put in doubt."""
    sink.on_data = lambda address: None
    queue_letters(60)

    drain()
    drain()

    assert states() == {"queued": 40, "in_doubt": 20}
    assert is_paused()


def test_after_the_pause_one_letter_that_leaves_ends_it(sink):
    MailServer.objects.create(pk=ONLY, failures=20, failing_since=now(), paused_until=now())
    queue_letters(3)

    drain()

    assert states() == {"sent": 3}
    assert MailServer.objects.get().failures == 0


def test_a_server_that_is_away_counts_no_attempt(settings):
    settings.EMAIL_URL = "smtp://127.0.0.1:1"
    queue_letters(3)
    began = time.monotonic()

    drain()

    assert time.monotonic() - began < 5
    assert set(Letter.objects.values_list("state", "attempts")) == {("queued", 0)}
    assert MailServer.objects.get().failures == 1
