"""Whole rounds of sharing out places in the database: the first, the next, and one with letters.

`./labmatch bench rounds`: 500 open challenges, 500 companies, 43,000 candidates.
"""

import time

import django

django.setup()

from benchmarks import _world  # noqa: E402
from challenges.models import Challenge  # noqa: E402
from invitations.actions import request_round, share_places  # noqa: E402

SIZE = 500
LETTERS = 20


def main() -> None:
    _world.build()
    _world.grow(before=0, after=SIZE)
    Challenge.objects.update(threshold=0, minimum=1)
    print("| round | seconds | cpu, s | written | suggested |\n|---|---:|---:|---:|---:|")
    measure("first")
    measure("next, nothing new")
    automatic = Challenge.objects.order_by("pk").values("pk")[:LETTERS]
    Challenge.objects.filter(pk__in=automatic).update(policy="automatic")
    measure(f"{LETTERS} challenges become automatic")


def measure(name: str) -> None:
    request_round()
    began, cpu = time.perf_counter(), time.process_time()
    turn = share_places()
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    assert turn is not None
    numbers = f"{seconds:.1f} | {cpu:.1f} | {turn.written:,} | {turn.suggested:,}"
    print(f"| {name} | {numbers} |", flush=True)


if __name__ == "__main__":
    main()
