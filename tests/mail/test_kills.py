"""A worker killed while the mail server already has the letter."""

import os
import signal
import subprocess
import sys
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection

from mail.actions import recover_left_behind
from mail.delivery import drain
from mail.models import Letter

LETTERS = 24
KILLS = 2


def start_worker(email_url: str) -> subprocess.Popen:
    database = connection.settings_dict
    password = f":{database['PASSWORD']}" if database["PASSWORD"] else ""
    environment = {
        **os.environ,
        "DATABASE_URL": (
            f"postgres://{database['USER']}{password}@{database['HOST']}:{database['PORT']}"
            f"/{database['NAME']}"
        ),
        "EMAIL_URL": email_url,
    }
    program = "import django; django.setup(); from mail.delivery import drain; drain()"
    return subprocess.Popen([sys.executable, "-c", program], env=environment, cwd=settings.BASE_DIR)


@pytest.mark.django_db(transaction=True)
def test_killed_workers_lose_nothing_and_send_nothing_twice(sink, queue_hello):
    for number in range(LETTERS):
        queue_hello(f"p{number:02}@firm.example")
    accepted = 0
    worker = None

    def kill_after_accepting(address):
        nonlocal accepted
        accepted += 1
        if accepted % 4 == 0:
            os.kill(worker.pid, signal.SIGKILL)

    sink.on_data = kill_after_accepting

    for _kill in range(KILLS):
        worker = start_worker(settings.EMAIL_URL)
        assert worker.wait(timeout=60) == -signal.SIGKILL
        recover_left_behind(silent_for=timedelta(0))
    sink.on_data = lambda address: None
    drain()

    states = list(Letter.objects.values_list("state", flat=True))
    assert sorted(set(sink.recipients)) == sorted(sink.recipients)
    assert states.count("in_doubt") == KILLS
    assert states.count("sent") == LETTERS - KILLS
