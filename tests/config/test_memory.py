"""A worker deals with memory in bulk, from the moment it is set up and before it has a pool."""

import os
import resource
import subprocess
import sys

from config.memory import SELDOM

WORKER = """
import gc
import resource
import numpy as np
from celery.signals import worker_init
import config.celery

def pages_brought():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    [np.ones(100_000) for _array in range(20)]
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

if {is_worker}:
    worker_init.send(sender=None)
pages_brought()
print(gc.get_threshold()[0], gc.get_freeze_count() > 0, pages_brought())
"""

TUNED = ("MALLOC_", "GLIBC_TUNABLES")


def said(*, is_worker: bool) -> list[str]:
    program = WORKER.format(is_worker=is_worker)
    bare = {name: value for name, value in os.environ.items() if not name.startswith(TUNED)}
    settings = {**bare, "MALLOC_TRIM_THRESHOLD_": "131072"}  # the library's own, held fast
    run = subprocess.run(
        [sys.executable, "-c", program], env=settings, capture_output=True, text=True, check=True
    )
    return run.stdout.split()


def test_a_worker_looks_for_garbage_seldom():
    seldom, frozen, _pages = said(is_worker=True)

    assert (seldom, frozen) == (str(SELDOM), "True")


def test_a_worker_uses_the_memory_of_arrays_again():
    pages = 20 * 100_000 * 8 // resource.getpagesize()

    assert int(said(is_worker=True)[-1]) < pages / 10
    assert int(said(is_worker=False)[-1]) > pages / 2
