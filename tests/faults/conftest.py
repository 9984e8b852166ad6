"""Real processes on servers of their own, which may be killed, emptied and restarted.

Each test has its own database (`transaction=True`), worker and mail server; the worker and its
processes form one group, and the group is killed.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as django_settings

from benchmarks._sink import Sink, running
from mail.actions import recover_left_behind
from mail.choices import Priority
from mail.models import Letter
from runner.checkout import ROOT
from runner.ports import free_port
from tests.security.conftest import database_url


class Worker:
    """Drains the outbox as the product's worker does: two processes, one group."""

    def __init__(self, email_url: str, log: Path) -> None:
        self.log = log
        environment = {
            **os.environ,
            "DATABASE_URL": database_url(),
            "REDIS_URL": django_settings.CELERY_BROKER_URL,
            "EMAIL_URL": email_url,
        }
        self.errors = log.open("ab")
        self.nursery = subprocess.Popen(
            [sys.executable, "-P", "-m", "tests.faults.postmen"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            text=True,
        )
        self.groups: list[int] = []

    def start(self) -> None:
        """One more group."""
        self.nursery.stdin.write("one\n")
        self.nursery.stdin.flush()
        self.groups.append(int(self.nursery.stdout.readline()))

    def kill(self) -> None:
        for group in self.groups:
            try:
                os.killpg(group, signal.SIGKILL)
            except ProcessLookupError:
                continue

    def is_alive(self) -> bool:
        return any(Path(f"/proc/{group}").exists() for group in self.groups)

    def end(self) -> None:
        self.kill()
        wait(lambda: not self.is_alive(), seconds=30)
        self.groups.clear()

    def close(self) -> None:
        self.end()
        self.nursery.kill()
        self.nursery.communicate()
        self.errors.close()


@pytest.fixture
def sink() -> Sink:
    return Sink(delay=0.004)


@pytest.fixture
def email_url(sink) -> Iterator[str]:
    with running(sink, port=free_port()) as url:
        yield url


@pytest.fixture
def worker(transactional_db, email_url, tmp_path) -> Iterator[Worker]:
    found = Worker(email_url, tmp_path / "worker.log")
    yield found
    found.close()


def queue_letters(number: int, *, first: int = 0) -> None:
    """Written letters to different people, as many as asked for."""
    Letter.objects.bulk_create(
        Letter(
            key=f"fault:{n}",
            kind="invite-company",
            list_name="invitations",
            recipient=f"p{n:05}@firm.example",
            sender="letters@labmatch.example",
            language="en",
            subject=f"Letter {n}",
            text="Words.\n",
            html="<p>Words.</p>",
            message_id=f"<fault-{n}@labmatch.example>",
            priority=Priority.BULK,
        )
        for n in range(first, first + number)
    )


def states() -> dict[str, int]:
    found: dict[str, int] = {}
    for state in Letter.objects.values_list("state", flat=True):
        found[state] = found.get(state, 0) + 1
    return found


def settled() -> bool:
    """Every letter has a fate."""
    return not Letter.objects.filter(state__in=["queued", "claimed", "sending"]).exists()


def find_left_behind() -> None:
    """What the sweeper does, without its minute and a half of patience."""
    recover_left_behind(silent_for=timedelta(0))


def wait(until: Callable[[], bool], *, seconds: float, log: Path | None = None) -> None:
    give_up = time.monotonic() + seconds
    while not until():
        if time.monotonic() > give_up:
            pytest.fail(
                f"It did not happen in {seconds} s.\n{log.read_text()[-3000:] if log else ''}"
            )
        time.sleep(0.05)
