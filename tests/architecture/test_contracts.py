"""The import contracts bite: an import planted in a copy of the rooms is found, and named."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from runner.checkout import ROOT

CONFIGURED = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
CONTRACTS = [contract["name"] for contract in CONFIGURED["contracts"]]

# Contract, file, what is planted there, and the words of the report.
PLANTED = [
    (
        "Down by import, up by signal, sideways never",
        "challenges/models/challenge.py",
        "import matching.models",
        "challenges.models.challenge -> matching.models",
    ),
    (
        "Down by import, up by signal, sideways never",
        "challenges/wording.py",
        "import companies.models",
        "challenges.wording -> companies.models",
    ),
    (
        "Inside a room: from the door inwards",
        "labs/models.py",
        "import labs.actions",
        "labs.models -> labs.actions",
    ),
    (
        "Inside a room: from the door inwards",
        "invitations/actions/sending.py",
        "import invitations.tasks",
        "invitations.actions.sending -> invitations.tasks",
    ),
    (
        "Arithmetic is pure",
        "matching/scoring/eligibility.py",
        "import django.conf",
        "matching.scoring.eligibility -> django",
    ),
    (
        "Nothing speaks to the driver",
        "mail/tasks.py",
        "import psycopg2",
        "mail.tasks -> psycopg2",
    ),
    (
        "The product does not know how it is started",
        "config/health.py",
        "import runner.state",
        "config.health -> runner.state",
    ),
]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The rooms and the contracts alone, without what they show, store or translate."""
    folder = tmp_path_factory.mktemp("rooms")
    shutil.copy(ROOT / "pyproject.toml", folder)
    for room in CONFIGURED["root_packages"]:
        shutil.copytree(ROOT / room, folder / room, ignore=lambda _folder, names: unread(names))
    return folder


def unread(names: list[str]) -> set[str]:
    return {name for name in names if "." in name and not name.endswith(".py")} | {"__pycache__"}


def linted(folder: Path) -> str:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    done = subprocess.run(
        command, cwd=folder, env=environment, check=False, capture_output=True, text=True
    )
    return done.stdout + done.stderr


def broken(report: str) -> list[str]:
    return [name for name in CONTRACTS if f"{name} BROKEN" in report]


def test_the_copy_as_it_stands_keeps_every_contract(copy):
    report = linted(copy)

    assert [name for name in CONTRACTS if f"{name} KEPT" in report] == CONTRACTS


def test_each_contract_has_an_import_planted_against_it():
    assert sorted({contract for contract, *_rest in PLANTED}) == sorted(CONTRACTS)


@pytest.mark.parametrize("contract, file, line, words", PLANTED)
def test_a_planted_import_is_found(copy, contract, file, line, words):
    path = copy / file
    before = path.read_text()
    path.write_text(f"{before}\n{line}\n")

    report = linted(copy)

    path.write_text(before)
    assert broken(report) == [contract]
    assert words in report
