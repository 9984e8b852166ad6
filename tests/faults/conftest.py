"""Real processes on servers of their own, which may be killed, emptied and restarted.

Each test has its own database (`transaction=True`), worker and mail server; the worker and its
processes form one group, and the group is killed.
"""

import os
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import environ
import pytest
from celery import Task
from django.conf import settings as django_settings
from django.db import connection

from benchmarks._nursery import Worker
from benchmarks._postmen import Postmen
from benchmarks._sink import Sink, running
from config.celery import app
from config.invariants import broken
from invitations.tasks import sweep_fates
from mail.actions import recover_left_behind
from runner.ports import free_port
from tests.faults.mortal import Mortal, mortal_postgres, mortal_valkey
from tests.security.conftest import collected, database_url

__all__ = ["collected"]


@pytest.fixture(autouse=True)
def nothing_contradicts_itself(db) -> Iterator[None]:
    """After each test, once its workers are gone and the clock has rung."""
    yield
    assert_sound()


def assert_sound() -> None:
    recover_left_behind(silent_for=timedelta(0))
    sweep_fates()
    assert broken() == {}


@pytest.fixture
def sink() -> Sink:
    return Sink(delay=0.004)


@pytest.fixture
def email_url(sink) -> Iterator[str]:
    with running(sink, port=free_port()) as url:
        yield url


@pytest.fixture
def worker(transactional_db, email_url, tmp_path) -> Iterator[Worker]:
    found = Worker(surroundings(email_url), tmp_path / "worker.log")
    yield found
    found.close()


@pytest.fixture
def hire(email_url, tmp_path) -> Iterator[Callable[..., Postmen]]:
    """Starts the product's own worker, with its clock, on servers that may differ from ours."""
    hired: list[Postmen] = []

    def start(
        *,
        app: str = "config",
        clock: bool = True,
        queues: str = "celery,mail,heart,pages",
        **addresses: str,
    ) -> Postmen:
        number = len(hired)
        found = Postmen(
            environment={**os.environ, **surroundings(email_url), **addresses},
            log=tmp_path / f"celery-{number}.log",
            name=f"postmen{number}",
            clock=tmp_path / f"clock-{number}" if clock else None,
            app=app,
            queues=queues,
        )
        found.start()
        hired.append(found)
        return found

    yield start
    for one in hired:
        one.kill()
        one.wait()


@pytest.fixture
def valkey() -> Iterator[Mortal]:
    with mortal_valkey() as found:
        yield found


@pytest.fixture
def postgres(transactional_db) -> Iterator[Mortal]:
    """The tests' own process uses it too, as long as the test lasts."""
    with mortal_postgres(database_url()) as found:
        connection.close()
        before = dict(connection.settings_dict)
        connection.settings_dict.update(
            environ.Env.db_url_config(found.url), ENGINE=before["ENGINE"]
        )
        try:
            yield found
            connection.close()  # the server may have been restarted under this line
            assert_sound()
        finally:
            connection.close()
            connection.settings_dict.update(before)


def surroundings(email_url: str) -> dict[str, str]:
    """Where the product's processes find the servers of this test."""
    return {
        "DATABASE_URL": database_url(),
        "REDIS_URL": django_settings.CELERY_BROKER_URL,
        "EMAIL_URL": email_url,
    }


def ring(broker: str, task: Task, *arguments: object) -> None:
    """Enqueue a task at a broker which may be another than that of the tests."""
    with app.connection_for_write(broker) as line:
        task.apply_async(arguments, connection=line)


def wait(until: Callable[[], bool], *, seconds: float, log: Path | None = None) -> None:
    give_up = time.monotonic() + seconds
    while not until():
        if time.monotonic() > give_up:
            pytest.fail(
                f"It did not happen in {seconds} s.\n{log.read_text()[-3000:] if log else ''}"
            )
        time.sleep(0.05)
