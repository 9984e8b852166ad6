"""Matching at 10,000, 100,000 and, asked for, 1,000,000 companies, each with its floor beside it.

`./labmatch bench matching` measures 10,000 and 100,000; `./labmatch bench matching 1000000` the
sizes named, which ascend. Companies are invented, vectors are drawn (`benchmarks/_market.py`).
Workers are real Celery processes; memory is the most they held, all together.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from functools import partial
from typing import Any

import django

# One thread, as a worker has: a library's second one would go on spinning into the next figure.
os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")

django.setup()

import numpy as np  # noqa: E402
from django.core.management import call_command  # noqa: E402

from benchmarks import _market, _neighbours, _pair, _team  # noqa: E402
from challenges.models import Challenge  # noqa: E402
from matching.actions import current_snapshot  # noqa: E402

SIZES = [10_000, 100_000]
LARGEST_TWICE = 100_000  # all again by one worker and by two; larger platforms take too long
CHALLENGES = 500


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("sizes", type=int, nargs="*", default=SIZES)
    parser.add_argument("--challenges", type=int, default=CHALLENGES)
    parser.add_argument("--saves", type=int, default=5, help="of a profile and of a brief")
    given = parser.parse_args()
    sizes: list[int] = given.sizes
    call_command("collectstatic", verbosity=0, interactive=False)
    dice = np.random.default_rng(20261126)
    pool = _market.Pool.draw(dice)
    challenges = _market.challenges(given.challenges, pool=pool, dice=dice)
    before = 0
    found: list[dict[str, Any]] = []
    for size in sizes:
        _market.companies(before=before, after=size, pool=pool, dice=dice)
        before = size
        found.append({"companies": size, **measured(size, challenges, given.saves)})
        tell(found[-1:])
    tell(found)


def measured(size: int, challenges: Sequence[Challenge], saves: int) -> dict[str, Any]:
    current_snapshot(renew=True)
    found: dict[str, Any] = {}
    team = partial(_team.measure, saves=saves, alone=size <= LARGEST_TWICE)
    for part in (team, _pair.measure, _neighbours.measure):
        measured_now = part(challenges)
        for name, figure in measured_now.items():
            print(f"{size:,}: {name}: {figure}", file=sys.stderr, flush=True)
        found |= measured_now
    return found


def tell(found: Sequence[dict[str, Any]]) -> None:
    one, five, fifteen = os.getloadavg()
    names = list(dict.fromkeys(name for row in found for name in row))
    print(f"\nLoad of the machine: {one:.1f}, {five:.1f}, {fifteen:.1f}.\n")
    print("| |" + "|".join(f" {row['companies']:,} " for row in found) + "|")
    print("|---|" + "---:|" * len(found))
    for name in names[1:]:
        print(f"| {name} |" + "|".join(f" {row.get(name, '')} " for row in found) + "|", flush=True)


if __name__ == "__main__":
    main()
