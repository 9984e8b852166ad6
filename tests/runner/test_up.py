"""`./labmatch up` for real: started, refused, wounded, stopped and killed."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from runner.backing import ADDRESSES
from runner.ports import free_port
from runner.programs import status

pytestmark = [
    pytest.mark.xdist_group("up"),  # one worker, so that the product starts once
    pytest.mark.skipif(sys.platform != "linux", reason="reads /proc"),
]
MARKS = {
    "PostgreSQL": "bin/postgres",
    "Valkey": "valkey-server",
    "Mail sink": "runner.smtp_sink",
    "Web server": "gunicorn",
    "Worker": "config worker --loglevel INFO --concurrency 2",
    "Reader of profiles": "--queues encoding",
    "Beat": "config beat",
}
OUR_VARIABLES = (*ADDRESSES, "SECRET_KEY", "ALLOWED_HOSTS")


@dataclass
class Product:
    """One installation in a temporary folder."""

    data: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-P", "-m", "runner", *arguments]

    def up(self, port: int | None = None) -> list[str]:
        options = ["--empty", "--data", str(self.data), "--port", str(port or self.port)]
        return self.command("up", *options)

    def run(self, command: list[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, env=bare_environment(), capture_output=True, text=True, check=False
        )

    def start(self) -> None:
        output = self.data / "output.txt"
        with output.open("w") as file:
            self.process = subprocess.Popen(self.up(), env=bare_environment(), stdout=file)
        ready = f"Labmatch is ready at http://localhost:{self.port}\n"
        wait_until(lambda: output.read_text().endswith(ready), seconds=180)

    def children(self) -> dict[str, int]:
        commands = {pid: command_of(pid) for pid in children_of(self.process.pid)}
        return {
            name: pid
            for name, mark in MARKS.items()
            for pid, command in commands.items()
            if mark in command
        }

    def works(self) -> bool:
        all_there = self.children().keys() == MARKS.keys()
        return all_there and status(self.port, "/readyz", host="localhost") == 200


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    product = Product(data=tmp_path_factory.mktemp("data"), port=free_port())
    yield product
    if product.process:
        product.process.terminate()
        product.process.wait()


@pytest.fixture
def product(installation: Product) -> Product:
    """The installation, running and whole."""
    if installation.process is None or installation.process.poll() is not None:
        installation.start()
    wait_until(installation.works)
    return installation


def bare_environment() -> dict[str, str]:
    return {
        name: value
        for name, value in os.environ.items()
        if name not in OUR_VARIABLES and not name.startswith("LABMATCH_")
    }


def children_of(process: int) -> list[int]:
    children = Path(f"/proc/{process}/task/{process}/children").read_text()
    return [int(child) for child in children.split()]


def descendants_of(process: int) -> list[int]:
    children = children_of(process)
    return children + [pid for child in children for pid in descendants_of(child)]


def command_of(process: int) -> str:
    try:
        return Path(f"/proc/{process}/cmdline").read_text().replace("\0", " ")
    except FileNotFoundError:
        return ""


def wait_until(condition: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)


def test_second_start_on_the_same_data_is_refused_in_words(product):
    second = product.run(product.up(port=free_port()))

    assert second.returncode == 1
    assert second.stderr.splitlines()[0] == (
        f"Labmatch already uses {product.data}: "
        f"at http://localhost:{product.port}, process {product.process.pid}."
    )


def test_taken_port_is_refused_in_words(product, tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        refused = product.run(product.command("up", "--data", str(tmp_path), "--port", str(port)))

    assert refused.returncode == 1
    assert refused.stderr.startswith(f"Port {port} is taken by another program.")


def test_management_command_works_on_what_runs(product):
    ask = "from django.db import connection as c; print(c.settings_dict['PORT'])"

    answer = product.run(
        product.command("manage", "--data", str(product.data), "shell", "-v0", "-c", ask)
    )

    postgres = command_of(product.children()["PostgreSQL"])
    assert f"port={answer.stdout.strip()} " in postgres


@pytest.mark.parametrize("name", MARKS)
def test_killed_child_is_replaced_and_the_others_go_on(product, name):
    before = product.children()

    os.kill(before[name], signal.SIGKILL)
    wait_until(lambda: product.children().get(name, before[name]) != before[name])
    wait_until(product.works)

    after = product.children()
    assert after | {name: before[name]} == before


def test_term_stops_everything(product):
    everything = [product.process.pid, *descendants_of(product.process.pid)]

    product.process.terminate()

    assert product.process.wait(timeout=20) == 0
    assert [pid for pid in everything if command_of(pid)] == []


def test_killed_supervisor_leaves_no_orphans_and_the_next_start_recovers(product):
    everything = descendants_of(product.process.pid)

    product.process.kill()
    product.process.wait()
    product.start()

    wait_until(product.works)
    assert [pid for pid in everything if command_of(pid)] == []
