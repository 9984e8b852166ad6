"""Servers that a test may kill and start again, and a line to them that falls silent."""

import asyncio
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from runner import postgres
from runner.backing import own_postgres, own_valkey
from runner.ports import free_port
from runner.processes import Program, Supervisor
from runner.state import State
from runner.throwaway import remove


class Mortal:
    """One server, started again only when the test says so."""

    def __init__(self, url: str, program: Program, supervisor: Supervisor) -> None:
        self.url = url
        self.supervisor = supervisor
        self.child = supervisor.start(program)
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        self.supervisor.wait_until_ready(self.child, seconds=60)

    def die(self, signal_number: int = signal.SIGKILL) -> None:
        self.child.process.send_signal(signal_number)
        self.child.process.wait(timeout=30)

    def rise(self) -> None:
        """As the product's supervisor does it."""
        while self.child.process.poll() is not None:
            self.supervisor.heal()
            time.sleep(0.05)
        self.wait_until_ready()

    def freeze(self, seconds: float) -> threading.Timer:
        """Its kernel goes on taking connections and bytes; it answers when it wakes up."""
        self.child.process.send_signal(signal.SIGSTOP)
        waking = threading.Timer(seconds, self.child.process.send_signal, [signal.SIGCONT])
        waking.start()
        return waking


@contextmanager
def state_folder() -> Iterator[State]:
    folder = Path(tempfile.mkdtemp(prefix="labmatch-mortal-"))
    folder.chmod(0o711)
    try:
        yield State(folder)
    finally:
        remove(folder)


@contextmanager
def mortal_valkey() -> Iterator[Mortal]:
    """Without persistence: it is empty when it rises."""
    with state_folder() as state:
        url, program = own_valkey(state, durable=False)
        configuration = Path(program.command[-1])
        configuration.write_text(configuration.read_text() + "enable-debug-command local\n")
        yield from _kept(url, program)


@contextmanager
def mortal_postgres(template: str) -> Iterator[Mortal]:
    """Durable, and with what the database `template` holds."""
    with state_folder() as state:
        url, program = own_postgres(state, durable=True)
        for one in _kept(url, program):
            copy_database(template, one.url)
            yield one


def _kept(url: str, program: Program) -> Iterator[Mortal]:
    supervisor = Supervisor(say=print)
    try:
        yield Mortal(url, program, supervisor)
    finally:
        supervisor.stop()


def copy_database(source: str, target: str) -> None:
    binaries = postgres.installed_binaries(postgres.unprivileged())
    dumped = subprocess.run(
        [binaries / "pg_dump", "--no-owner", source],
        stdout=subprocess.PIPE,
        check=True,
        env=postgres.ENVIRONMENT,
    )
    subprocess.run(
        [binaries / "psql", "--quiet", "--set=ON_ERROR_STOP=1", target],
        input=dumped.stdout,
        stdout=subprocess.DEVNULL,
        check=True,
        env=postgres.ENVIRONMENT,
    )


class Line:
    """A TCP proxy that can fall silent: it takes connections and bytes and passes nothing on.

    Neither side hears of it, as when a firewall forgets a connection. What was opened before or
    during the silence stays silent for ever; what is opened after it works.
    """

    def __init__(self, server: str) -> None:
        self.server = urlsplit(server)
        self.port = free_port()
        self.is_silent = False
        self.silences = 0
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)

    def fall_silent(self) -> None:
        self.is_silent = True
        self.silences += 1

    def speak(self) -> None:
        self.is_silent = False
        self.silences += 1

    @property
    def url(self) -> str:
        there = f":{self.server.password}@127.0.0.1:{self.port}"
        return self.server._replace(netloc=there).geturl()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there = await asyncio.open_connection("127.0.0.1", self.server.port)
        since = self.silences
        await asyncio.gather(
            self._pass_on(reader, there[1], since), self._pass_on(there[0], writer, since)
        )

    async def _pass_on(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, since: int
    ) -> None:
        try:
            while data := await reader.read(65536):
                if self.silences == since and not self.is_silent:
                    writer.write(data)
        except ConnectionError:
            pass
        finally:
            writer.close()

    async def _end(self) -> None:
        self.open.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def __enter__(self) -> Self:
        self.thread.start()
        starting = asyncio.start_server(self.serve, "127.0.0.1", self.port)
        self.open = asyncio.run_coroutine_threadsafe(starting, self.loop).result(timeout=10)
        return self

    def __exit__(self, *error: object) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self.loop).result(timeout=10)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(timeout=10)
        self.loop.close()
