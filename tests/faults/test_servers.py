"""R3, R5, R9: the broker is emptied, database sessions are cut, two teams share the outbox.

200 letters instead of 1,000, and 1,000 instead of 5,000: a loss shows at any number.
"""

import os
from collections import Counter
from collections.abc import Iterator

import pytest
import redis
from django.conf import settings as django_settings
from django.db import connection

from benchmarks._postmen import Postmen
from mail.tasks import drain_outbox, sweep_outbox
from tests.faults.conftest import queue_letters, settled, states, wait
from tests.security.conftest import database_url

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("faults")]

LETTERS = 200


def test_two_teams_share_the_outbox(worker, sink):
    """R9: each of the four processes has its own connection; none stands idle."""
    queue_letters(LETTERS * 5)
    worker.start()
    worker.start()

    wait(settled, seconds=90, log=worker.log)

    shares = Counter(one.connection for one in sink.accepted)
    assert states() == {"sent": LETTERS * 5}
    assert len(set(sink.recipients)) == len(sink.recipients) == LETTERS * 5
    assert len([number for number in shares.values() if number >= LETTERS * 5 * 0.05]) >= 4


@pytest.fixture
def celery_worker(email_url, tmp_path) -> Iterator[Postmen]:
    """The product's own, with the broker as its doorbell."""
    environment = {
        **os.environ,
        "DATABASE_URL": database_url(),
        "REDIS_URL": django_settings.CELERY_BROKER_URL,
        "EMAIL_URL": email_url,
    }
    found = Postmen(environment=environment, log=tmp_path / "celery.log")
    found.start()
    yield found
    found.kill()
    found.wait()


def test_an_emptied_broker_loses_no_letter(celery_worker, sink):
    """R3: the ring for the second half is lost, and the sweeper finds its letters."""
    queue_letters(LETTERS)
    drain_outbox.apply_async()
    wait(lambda: len(sink.accepted) > LETTERS // 3, seconds=90, log=celery_worker.log)

    redis.Redis.from_url(django_settings.CELERY_BROKER_URL).flushdb()
    wait(settled, seconds=60, log=celery_worker.log)
    queue_letters(LETTERS, first=LETTERS)
    sweep_outbox.apply_async()
    wait(lambda: len(sink.accepted) == 2 * LETTERS and settled(), seconds=60)

    assert states() == {"sent": 2 * LETTERS}
    assert len(set(sink.recipients)) == len(sink.recipients) == 2 * LETTERS


def test_sessions_cut_by_the_database_lose_nothing(worker, sink):
    """R5, by ending every session of the workers at once, as an immediate restart does."""
    queue_letters(LETTERS)
    worker.start()
    for share in (4, 2):
        wait(lambda share=share: len(sink.accepted) > LETTERS // share, seconds=60)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE pid <> pg_backend_pid() AND datname = current_database()"
            )
    wait(settled, seconds=60, log=worker.log)

    found = states()
    assert found.get("in_doubt", 0) <= 2
    assert found["sent"] + found.get("in_doubt", 0) == LETTERS
    assert len(set(sink.recipients)) == len(sink.recipients)
