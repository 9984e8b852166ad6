"""A hundred kills of the worker instead of the twenty of every test run.

`./labmatch bench faults [KILLS [LETTERS]]`: 100 and 1,000 unless told. Letters go to a mail server
that takes 4 ms for each.
"""

import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

import django

django.setup()

from benchmarks._kills import send_with_kills  # noqa: E402
from benchmarks._nursery import Worker  # noqa: E402
from benchmarks._sink import Sink, running  # noqa: E402
from runner.ports import free_port  # noqa: E402


def main() -> None:
    kills, letters = [*(int(given) for given in sys.argv[1:]), *(100, 1_000)[len(sys.argv) - 1 :]]
    sink = Sink(delay=0.004)
    with tempfile.TemporaryDirectory() as folder, running(sink, port=free_port()) as url:
        worker = Worker({"EMAIL_URL": url}, Path(folder) / "worker.log")
        try:
            outcome = asdict(send_with_kills(worker, sink, letters=letters, kills=kills))
        finally:
            worker.close()
    names = [name.replace("_", " ") for name in outcome]
    print("| " + " | ".join(names) + " |")
    print("|" + "---:|" * len(names))
    print("| " + " | ".join(f"{value:,.0f}" for value in outcome.values()) + " |")
    held = (
        outcome["duplicates"] == outcome["lost"] == 0
        and outcome["sent"] + outcome["in_doubt"] == letters
        and outcome["in_doubt"] <= 2 * kills
    )
    print("The promise held." if held else "THE PROMISE DID NOT HOLD.")
    sys.exit(not held)


if __name__ == "__main__":
    main()
