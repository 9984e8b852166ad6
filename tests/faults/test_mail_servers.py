"""R10 to R13 and the circuit breaker: mail servers that greylist, refuse, hang up and hang."""

import time
from collections import Counter
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import transaction
from django.utils.timezone import now

from benchmarks._kills import queue_letters, settled, states
from mail.actions import is_paused, queue_many
from mail.actions.pausing import ONLY
from mail.delivery import drain
from mail.models import Letter, MailServer, Suppression, hash_of
from mail.tasks import drain_outbox, sweep_outbox
from tests.faults.conftest import ring, wait

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("faults")]

LETTERS = 1_000
BEHIND_THE_HANGING = 100


@pytest.fixture(autouse=True)
def our_sink(settings, email_url):
    settings.EMAIL_URL = email_url


def test_greylisting_is_waited_for_and_costs_one_attempt(hire, sink):
    """R10: the first RCPT of each address is answered 451; five minutes are not waited for here."""
    sink.on_rcpt = lambda address: b"451 Later" if sink.asked[address] == 1 else b"250 OK"
    team = hire()
    queue_letters(LETTERS)
    ring(settings.CELERY_BROKER_URL, drain_outbox)

    tried_once = Letter.objects.filter(state="queued", attempts=1)
    wait(lambda: tried_once.count() == LETTERS, seconds=90, log=team.log)
    early = Letter.objects.filter(next_attempt_at__lt=now() + timedelta(minutes=4)).count()
    arrived = len(sink.accepted)
    Letter.objects.update(next_attempt_at=now())
    ring(settings.CELERY_BROKER_URL, drain_outbox)
    wait(settled, seconds=90, log=team.log)

    assert (early, arrived) == (0, 0)
    assert states() == {"sent": LETTERS}
    assert set(Letter.objects.values_list("attempts", flat=True)) == {2}
    assert set(sink.asked.values()) == {2}
    assert len(set(sink.recipients)) == len(sink.recipients) == LETTERS


def test_each_tenth_refused_is_failed_and_not_written_to_again(hire, sink):
    """R11: a second campaign is sent to all whom it may reach, and knocks at none of the refused.

    Nor does a letter that was in the outbox already when its address was refused.
    """
    sink.on_rcpt = lambda address: b"550 No" if address.endswith("0@firm.example") else b"250 OK"
    team = hire()
    queue_letters(LETTERS)
    ring(settings.CELERY_BROKER_URL, drain_outbox)
    wait(settled, seconds=90, log=team.log)
    first = states()
    refused = set(Letter.objects.filter(state="failed").values_list("recipient", flat=True))
    suppressed = set(Suppression.objects.values_list("address_hash", "reason", "list_name"))

    again = second_campaign()
    ring(settings.CELERY_BROKER_URL, drain_outbox)
    wait(settled, seconds=90, log=team.log)

    assert first == {"sent": 900, "failed": 100}
    assert refused == {f"p{n:05}@firm.example" for n in range(0, LETTERS, 10)}
    assert suppressed == {(hash_of(address), "undeliverable", "") for address in refused}
    assert again == 900
    assert states() == {"sent": 1_800, "failed": 101}
    assert {sink.asked[address] for address in refused} == {1}
    assert Counter(Counter(sink.recipients).values()) == {2: 900}


@transaction.atomic
def second_campaign() -> int:
    """As a room queues one, and one letter that no room would; how many letters that makes."""
    letters = queue_many(
        kind="of no room",
        recipients=Letter.objects.all(),
        key="message_id",
        address="recipient",
        name="recipient_name",
        language="language",
        related_noun="letter",
        list_name="invitations",
    )
    written = Letter.objects.exclude(pk__in=letters).first()
    Letter.objects.filter(pk__in=letters).update(
        subject="Again", text="Words.", html="<p>Words.", headers=written.headers
    )
    queue_letters(1, first=LETTERS)
    Letter.objects.filter(state="queued", key=f"fault:{LETTERS}").update(
        recipient="p00000@firm.example"
    )
    return len(letters)


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
    queue_letters(BEHIND_THE_HANGING)

    worker.start()
    wait(lambda: states().get("sent", 0) >= BEHIND_THE_HANGING - 50, seconds=25, log=worker.log)
    wait(settled, seconds=60, log=worker.log)

    assert states() == {"sent": BEHIND_THE_HANGING - 1, "in_doubt": 1}
    assert worker.is_alive()
    assert len(set(sink.recipients)) == len(sink.recipients) == BEHIND_THE_HANGING


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
