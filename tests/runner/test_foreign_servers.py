"""`./labmatch up` on servers of the operator's: an installation of their own, not a show."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener, urlopen

import pytest

from runner import backing
from runner.backing import ADDRESSES
from runner.ports import free_port
from runner.processes import Supervisor
from runner.programs import status
from runner.state import State

pytestmark = pytest.mark.xdist_group("foreign servers")
OURS = (*ADDRESSES, "SECRET_KEY", "ALLOWED_HOSTS")
BEGIN = "/accounts/first-administrator/"
ADMINISTRATOR = {
    "name": "Ada",
    "email": "ada@here.example",
    "password": "correct horse battery",
    "language": "en",
}
LINK = re.compile(r"\n  http://localhost:\d+(/accounts/first-administrator/[\w-]{40,}/)\n")


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """PostgreSQL, Valkey and a mail server that somebody else runs."""
    folder = tmp_path_factory.mktemp("elsewhere")
    folder.chmod(0o711)
    state, supervisor = State(folder), Supervisor(say=print)
    state.lock("elsewhere")
    try:
        yield backing.start(state, supervisor, given={}, durable=False)
    finally:
        supervisor.stop()
        state.release()


class Start:
    """One `up` on those servers, with what it printed."""

    def __init__(self, folder: Path, servers: dict[str, str], *options: str, **more: str) -> None:
        self.port, self.output = free_port(), folder / "output.txt"
        command = [sys.executable, "-P", "-m", "runner", "up", "--data", str(folder / "data")]
        with self.output.open("w") as file:
            self.process = subprocess.Popen(
                [*command, "--port", str(self.port), *options],
                env={**bare_environment(), **servers, **more},
                stdout=file,
                stderr=subprocess.STDOUT,
            )

    @property
    def said(self) -> str:
        return self.output.read_text()

    def until_ready(self) -> None:
        wait_until(lambda: "Labmatch is ready" in self.said or self.process.poll() is not None)
        assert self.process.poll() is None, self.said

    def status(self, path: str) -> int:
        return status(self.port, path, host="localhost")

    def url(self, path: str) -> str:
        return f"http://localhost:{self.port}{path}"

    def page(self, path: str) -> str:
        with urlopen(self.url(path)) as reply:
            return reply.read().decode()

    def children(self) -> str:
        tasks = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        commands = [Path(f"/proc/{pid}/cmdline").read_text() for pid in tasks.split()]
        return "\n".join(commands)

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=60)


def bare_environment() -> dict[str, str]:
    return {
        name: value
        for name, value in os.environ.items()
        if name not in OURS and not name.startswith("LABMATCH_")
    }


def wait_until(condition: Callable[[], bool], seconds: float = 240) -> None:
    give_up = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < give_up, "it did not happen in time"
        time.sleep(0.1)


@pytest.fixture(scope="module")
def start(servers: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start]:
    first = Start(tmp_path_factory.mktemp("here"), servers)
    try:
        first.until_ready()
        yield first
    finally:
        first.stop()


def test_it_starts_no_server_of_its_own(start):
    children = start.children()

    assert [name for name in ("postgres", "valkey", "smtp_sink") if name in children] == []
    assert start.status("/readyz") == 200


def test_there_is_neither_demonstration_nor_one_click(start):
    sign_in, challenges = start.page("/accounts/login/"), start.page("/challenges/")

    assert "Look around the demonstration" not in sign_in
    assert "Demonstration." not in sign_in
    assert "/accounts/demonstration/" not in sign_in
    assert "No challenge matches these filters" in challenges
    assert start.status("/outbox/") == 404


def test_the_printed_link_makes_an_administrator_over_whom_no_demonstration_is_put(
    start, servers, tmp_path
):
    link = LINK.search(start.said)[1]
    browser = build_opener(HTTPCookieProcessor())
    page = browser.open(start.url(link)).read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]
    answers = {**ADMINISTRATOR, "csrfmiddlewaretoken": token}
    begun = browser.open(start.url(BEGIN), data=urlencode(answers).encode()).read().decode()
    wanted = Start(tmp_path, servers, "--demo")

    assert "This installation" in begun
    assert wanted.process.wait(timeout=240) == 1
    assert "This database holds data already" in wanted.said
    assert "Labmatch is ready" not in wanted.said
