"""When Python looks for garbage in a process that makes objects by the thousand."""

import gc

SELDOM = 20_000  # new objects; by default it looks after seven hundred, and scoring waits for it


def collect_seldom() -> None:
    """What is loaded by now stays, and is not looked through again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(SELDOM)
