"""config/env.py, .env.example and docs/configuration.md name the same variables and defaults."""

import ast
import os
import re
import subprocess
import sys

import pytest

from runner.checkout import ROOT

NO_ONE_DEFAULT = {
    "SECRET_KEY",
    "LABMATCH_LETTER_DAYS",
    "LABMATCH_OUTBOX_OPEN",
    "LABMATCH_WORKING_HOURS",
}


def variables_of_the_code() -> dict[str, str]:
    """Name -> default as one would write it into the environment."""
    tree = ast.parse((ROOT / "config/env.py").read_text())
    found = {}
    for call in ast.walk(tree):
        if is_read(call):
            default = next(keyword.value for keyword in call.keywords if keyword.arg == "default")
            found[call.args[0].value] = written(default)
    return found


def is_read(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "env"
    )


def written(default: ast.expr) -> str:
    try:
        value = ast.literal_eval(default)
    except ValueError:
        return "computed"
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, list):
        return ",".join(value)
    return str(value)


def variables_of_the_example() -> dict[str, str]:
    lines = (ROOT / ".env.example").read_text()
    return dict(re.findall(r"^(?:# )?([A-Z][A-Z_]+)=(.*)$", lines, re.MULTILINE))


def variables_of_the_page() -> dict[str, str]:
    page = (ROOT / "docs/configuration.md").read_text()
    return dict(re.findall(r"^\| `([A-Z_]+)` \| `?(.*?)`? \|", page, re.MULTILINE))


def with_one_default(variables: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in variables.items() if name not in NO_ONE_DEFAULT}


@pytest.mark.parametrize("described", [variables_of_the_example, variables_of_the_page])
def test_every_variable_is_described(described):
    assert sorted(described()) == sorted(variables_of_the_code())


@pytest.mark.parametrize("described", [variables_of_the_example, variables_of_the_page])
def test_described_defaults_are_the_real_ones(described):
    assert with_one_default(described()) == with_one_default(variables_of_the_code())


def test_only_one_file_of_the_product_reads_the_environment():
    entries = {"config/env.py", "config/celery.py", "config/wsgi.py", "config/asgi.py", "manage.py"}
    apps = [path.parent.name for path in ROOT.glob("*/apps.py")]
    sources = [path for app in apps for path in (ROOT / app).rglob("*.py")]

    readers = {
        str(path.relative_to(ROOT))
        for path in sources
        if re.search(r"\bos\.(environ|getenv)\b", path.read_text())
    }

    assert readers - entries == set()


@pytest.mark.parametrize("key", ["", "too-short"])
def test_production_does_not_start_without_a_secret_key(key):
    environment = {**os.environ, "LABMATCH_DEBUG": "0", "SECRET_KEY": key}

    check = subprocess.run(
        [sys.executable, ROOT / "manage.py", "check"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert check.returncode == 1
    assert "SECRET_KEY is missing or shorter than 32 characters" in check.stderr


@pytest.mark.parametrize("name", ["LABMATCH_INVITATIONS_EACH", "LABMATCH_INVITATIONS_DAYS"])
def test_a_budget_of_nothing_does_not_start(name):
    check = subprocess.run(
        [sys.executable, ROOT / "manage.py", "check"],
        env={**os.environ, name: "0"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert check.returncode == 1
    assert f"{name} is 0; it must be 1 or more." in check.stderr


@pytest.mark.parametrize(
    "name, value",
    [
        ("LABMATCH_BOUNCE_ADDRESS", "a-very-long-mailbox@letters.example"),
        ("LABMATCH_BOUNCE_ADDRESS", "a+b@letters.example"),
        ("LABMATCH_BOUNCE_ADDRESS", "bounces"),
        ("LABMATCH_BOUNCE_SECRET", "short:password"),
        ("LABMATCH_BOUNCE_SECRET", "no-name-but-a-long-password"),
        ("LABMATCH_MAIL_SERVICE", "pigeon"),
    ],
)
def test_a_door_for_letters_that_come_back_is_whole_or_the_product_does_not_start(name, value):
    check = subprocess.run(
        [sys.executable, ROOT / "manage.py", "check"],
        env={**os.environ, name: value},
        capture_output=True,
        text=True,
        check=False,
    )

    assert check.returncode == 1
    assert name in check.stderr
    assert "password" not in check.stderr.replace("name:password, the password", "")
