"""A worker looks for garbage seldom, from the moment it is set up and before it has a pool."""

import subprocess
import sys

from config.garbage import SELDOM

WORKER = """
import gc
from celery.signals import worker_init
import config.celery
worker_init.send(sender=None)
print(gc.get_threshold()[0], gc.get_freeze_count() > 0)
"""


def test_a_worker_looks_for_garbage_seldom():
    said = subprocess.run(
        [sys.executable, "-c", WORKER], capture_output=True, text=True, check=True
    )

    assert said.stdout.split() == [str(SELDOM), "True"]
