"""A nursery of workers: `python -m tests.faults.postmen`, one line on stdin for each of them.

Django is loaded once, and each worker is a fork of two processes in a group of its own, so that
twenty kills do not cost twenty starts. Answers each line with the number of the group. The tests
of the broker start the real Celery worker instead.
"""

import os
import signal
import sys
import time

import django


def drain_for_ever() -> None:
    from mail.delivery import drain

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
        print(new_group(), flush=True)  # noqa: T201 - it speaks to the test
