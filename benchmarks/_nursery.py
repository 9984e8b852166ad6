"""Workers that drain the outbox as the product's worker does, and are cheap to kill.

As a program, a nursery: one line on stdin for each worker, `python -m benchmarks._nursery`. Django
is loaded once, and each worker is a fork of two processes in a group of its own, so that a hundred
kills do not cost a hundred starts. It answers each line with the number of the group. Where the
broker matters, the real Celery worker is used instead (`benchmarks._postmen`).
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import django

from runner.checkout import ROOT


class Worker:
    """Groups of two processes each. The group is killed, as a host that loses its power."""

    def __init__(self, environment: Mapping[str, str], log: Path) -> None:
        self.log = log
        self.errors = log.open("ab")
        self.nursery = subprocess.Popen(
            [sys.executable, "-P", "-m", "benchmarks._nursery"],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            text=True,
        )
        self.groups: list[int] = []

    def start(self) -> int:
        """One more group."""
        assert self.nursery.stdin
        assert self.nursery.stdout
        self.nursery.stdin.write("one\n")
        self.nursery.stdin.flush()
        self.groups.append(int(self.nursery.stdout.readline()))
        return self.groups[-1]

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
        while self.is_alive():
            time.sleep(0.01)
        self.groups.clear()

    def close(self) -> None:
        self.end()
        self.nursery.kill()
        self.nursery.communicate()
        self.errors.close()


def drain_for_ever() -> None:
    """Whoever rings does the work, so that what a letter's fate sets off is killed as well."""
    from config.celery import app  # noqa: PLC0415 - Django is ready by now
    from mail.delivery import drain  # noqa: PLC0415

    app.conf.task_always_eager = True
    while True:
        drain(seconds=5)
        time.sleep(0.1)


def new_group() -> int:
    leader = os.fork()
    if leader == 0:
        os.setsid()
        os.fork()
        drain_for_ever()
    return leader


if __name__ == "__main__":
    django.setup()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for _line in sys.stdin:
        print(new_group(), flush=True)
