"""Broker and database are emptied, killed, restarted and hang while letters leave."""

import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import redis
from django.conf import settings
from django.db import connection

from benchmarks._kills import find_left_behind, queue_letters, settled, states
from benchmarks._nursery import Worker
from benchmarks._sink import Sink, running
from config.celery import app
from mail.models import Letter
from mail.tasks import drain_outbox
from runner.ports import free_port
from tests.faults.conftest import ring, surroundings, wait
from tests.faults.mortal import Line, Mortal

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("faults")]

LETTERS = 1_000
SHARED = 5_000
IMMEDIATELY = signal.SIGQUIT


@pytest.fixture
def other_sink() -> Sink:
    return Sink(delay=0.004)


@pytest.fixture
def other_worker(transactional_db, other_sink, tmp_path) -> Iterator[Worker]:
    """With a mail server of its own, which tells its letters from those of the first."""
    with running(other_sink, port=free_port()) as url:
        found = Worker(surroundings(url), tmp_path / "other.log")
        yield found
        found.close()


def test_two_teams_share_the_outbox(worker, sink, other_worker, other_sink):
    """R9: two workers of two processes each take their share, and none of the four is idle."""
    worker.start()
    other_worker.start()
    queue_letters(SHARED)

    wait(settled, seconds=180, log=worker.log)

    accepted = [*sink.accepted, *other_sink.accepted]
    shares = [Counter(one.connection for one in each.accepted) for each in (sink, other_sink)]
    assert states() == {"sent": SHARED}
    assert len({one.recipient for one in accepted}) == len(accepted) == SHARED
    assert min(share.total() for share in shares) >= SHARED * 0.2
    assert all(len([n for n in share.values() if n > 50]) >= 2 for share in shares)


def test_an_emptied_broker_loses_no_letter(hire, sink):
    """R3: emptied after 300 of 1,000; the rings of the rest are lost, and the clock finds it."""
    postmen = hire()
    queue_letters(LETTERS)
    ring(settings.CELERY_BROKER_URL, drain_outbox)
    wait(lambda: len(sink.accepted) > 300, seconds=60, log=postmen.log)

    redis.Redis.from_url(settings.CELERY_BROKER_URL).flushdb()
    queue_letters(100, first=LETTERS)
    wait(settled, seconds=60, log=postmen.log)

    assert states() == {"sent": LETTERS + 100}
    assert len(set(sink.recipients)) == len(sink.recipients) == LETTERS + 100


def test_a_broker_that_dies_three_times_loses_no_letter(hire, valkey, sink):
    """R4: killed without persistence, 3 s down each time; the worker is not started again.

    Twice while letters leave. The third time while none waits: the letters that are written
    meanwhile leave as soon as the worker has found the broker again.
    """
    sink.delay = 0.02
    postmen = hire(REDIS_URL=valkey.url)
    process = postmen.process.pid
    queue_letters(LETTERS - 100)
    ring(valkey.url, drain_outbox)

    for number in (200, 500):
        wait(lambda number=number: len(sink.accepted) > number, seconds=60, log=postmen.log)
        be_away(valkey)
        arrived = len(sink.accepted)
        wait(lambda arrived=arrived: len(sink.accepted) > arrived, seconds=20, log=postmen.log)
    wait(settled, seconds=60, log=postmen.log)
    be_away(valkey, meanwhile=lambda: queue_letters(100, first=LETTERS - 100))
    wait(lambda: len(sink.accepted) > LETTERS - 100, seconds=20, log=postmen.log)
    wait(settled, seconds=60, log=postmen.log)

    assert states() == {"sent": LETTERS}
    assert len(set(sink.recipients)) == len(sink.recipients) == LETTERS
    assert postmen.process.poll() is None
    assert postmen.process.pid == process


def be_away(valkey: Mortal, *, meanwhile: Callable[[], None] = lambda: None) -> None:
    valkey.die()
    meanwhile()
    time.sleep(3)
    valkey.rise()


def test_an_immediate_restart_of_the_database_sends_nothing_twice(hire, postgres, sink):
    """R5: after 300 of 1,000; the worker is not started again."""
    postmen = hire(DATABASE_URL=postgres.url)
    queue_letters(LETTERS)
    ring(settings.CELERY_BROKER_URL, drain_outbox)
    wait(lambda: len(sink.accepted) > 300, seconds=60, log=postmen.log)

    postgres.die(IMMEDIATELY)
    arrived, began = len(sink.accepted), time.monotonic()
    postgres.rise()
    connection.close()
    wait(lambda: len(sink.accepted) > arrived + 2, seconds=20, log=postmen.log)
    assert time.monotonic() - began < 20
    wait(lambda: not Letter.objects.filter(state__in=["queued", "claimed"]).exists(), seconds=120)
    find_left_behind()

    found = states()
    assert found.get("in_doubt", 0) <= 2
    assert found["sent"] + found.get("in_doubt", 0) == LETTERS
    assert len(set(sink.recipients)) == len(sink.recipients)
    assert LETTERS - found.get("in_doubt", 0) <= len(sink.recipients)
    assert postmen.process.poll() is None


def test_a_broker_that_hangs_holds_no_worker(hire, valkey, sink):
    """R8: DEBUG SLEEP 8, then a line that falls silent; the worker goes on within a minute."""
    with Line(valkey.url) as line:
        postmen = hire(REDIS_URL=line.url)
        for number, fault in enumerate((sleeping(valkey.url), silent(line))):
            queue_letters(10, first=number * 20)
            ring(valkey.url, drain_outbox)
            wait(settled, seconds=60, log=postmen.log)
            with fault:
                queue_letters(10, first=number * 20 + 10)
            wait(settled, seconds=60, log=postmen.log)

    assert states() == {"sent": 40}
    assert len(set(sink.recipients)) == len(sink.recipients) == 40
    assert postmen.process.poll() is None


def test_a_task_longer_than_the_visibility_timeout_does_nothing_twice(hire, sink):
    """R18: the broker hands tasks out again every 4 s while they still run, to anybody."""
    sink.delay = 0.1
    teams = [hire(app="tests.faults.impatient", clock=False) for _ in range(2)]
    queue_letters(400)
    for _ in range(4):
        ring(settings.CELERY_BROKER_URL, drain_outbox)

    wait(settled, seconds=120, log=teams[0].log)

    started = sum(team.log.read_text().count("drain_outbox[") for team in teams)
    assert started > 4
    assert states() == {"sent": 400}
    assert len(set(sink.recipients)) == len(sink.recipients) == 400


def test_no_task_outlives_the_visibility_timeout():
    """R18."""
    longest = max(task.time_limit or app.conf.task_time_limit for task in app.tasks.values())

    assert longest < app.conf.broker_transport_options["visibility_timeout"]


@contextmanager
def sleeping(broker: str) -> Iterator[None]:
    with redis.Redis.from_url(broker, socket_timeout=20) as client:
        asleep = threading.Thread(target=client.execute_command, args=["DEBUG", "SLEEP", "8"])
        asleep.start()
        time.sleep(0.2)
        yield
        asleep.join()


@contextmanager
def silent(line: Line) -> Iterator[None]:
    line.fall_silent()
    yield
    time.sleep(5)
    line.speak()
