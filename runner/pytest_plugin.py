"""Gives every pytest run its own PostgreSQL, Valkey and mail sink.

Loaded by `-p` in pyproject.toml, because pytest-django reads the settings before any conftest.py
is imported. Does nothing when DATABASE_URL is set: then the tests use that server. Workers of
xdist inherit the addresses of the run; each gets a Valkey database of its own.
"""

import os
from contextlib import ExitStack

import pytest

from runner.checkout import ROOT
from runner.throwaway import throwaway
from runner.translations import compile_all

servers = ExitStack()


def pytest_addoption(parser: pytest.Parser) -> None:
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright keeps a loop running
    (ROOT / "staticfiles").mkdir(exist_ok=True)  # its absence is a warning, and so an error
    if worker := os.environ.get("PYTEST_XDIST_WORKER"):
        use_own_valkey_database(int(worker.removeprefix("gw")) + 1)
    elif "DATABASE_URL" not in os.environ:
        compile_all()
        os.environ.update(servers.enter_context(throwaway()))


def pytest_unconfigure() -> None:
    servers.close()


def use_own_valkey_database(number: int) -> None:
    server = os.environ["REDIS_URL"].rsplit("/", 1)[0]
    os.environ["REDIS_URL"] = f"{server}/{number}"
