"""`./labmatch test`: every check and every test, each step with its time."""

import subprocess
import sys
import time
from dataclasses import dataclass

from runner.browser import chromium
from runner.checkout import ROOT, VENV
from runner.gettext_tools import require_xgettext
from runner.throwaway import own_environment, throwaway
from runner.translations import compile_all

BIN = VENV / "bin"


@dataclass(frozen=True)
class Step:
    name: str
    command: list[str]


STEPS = [
    Step("lint", [f"{BIN}/ruff", "check", "."]),
    Step("format", [f"{BIN}/ruff", "format", "--check", "."]),
    Step("templates", [f"{BIN}/djlint", "templates", "--lint", "--quiet"]),
    Step("types", [f"{BIN}/mypy"]),
    Step("imports", [f"{BIN}/lint-imports"]),
    Step(
        "migrations",
        [sys.executable, str(ROOT / "manage.py"), "makemigrations", "--check", "--dry-run"],
    ),
    Step("tests", [f"{BIN}/pytest", "-n", "2", "--dist", "loadgroup"]),
]


def main(arguments: list[str]) -> int:
    steps = [Step("tests", [f"{BIN}/pytest", *arguments])] if arguments else STEPS
    require_xgettext()
    browser = chromium()
    compile_all()
    with throwaway() as servers:
        environment = {**own_environment(servers), "CHROMIUM": browser}
        results = [(step, *timed(step, environment)) for step in steps]
    report(results)
    return 1 if any(code != 0 for _, code, _ in results) else 0


def timed(step: Step, environment: dict[str, str]) -> tuple[int, float]:
    print(f"\n=== {step.name}: {' '.join(step.command)}", flush=True)
    started = time.monotonic()
    code = subprocess.run(step.command, cwd=ROOT, env=environment).returncode
    return code, time.monotonic() - started


def report(results: list[tuple[Step, int, float]]) -> None:
    print("\n=== summary")
    for step, code, seconds in results:
        print(f"{'passed' if code == 0 else 'FAILED':8}{step.name:12}{seconds:7.1f} s")
