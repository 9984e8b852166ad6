"""A mail server with a will of its own: it can be slow, greylist, reject, hang up and hang.

It speaks just enough SMTP and costs little, so that what is measured is the sender. It runs in a
thread of its own; as a program it takes every letter: `python -m benchmarks._sink PORT DELAY LOG`.
"""

import asyncio
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

LONGEST = 10 * 1024 * 1024
TAKEN = b"250 Taken"


@dataclass(frozen=True)
class Accepted:
    recipient: str
    message_id: str
    connection: int
    at: float


class Sink:
    """`on_rcpt` and `on_data` may answer something else than yes, for one address.

    `on_data` is asked once the letter is here; None as its answer hangs up without a word.
    `on_accept` hears of a letter that was taken, before the client does.
    """

    def __init__(self, *, delay: float = 0.0) -> None:
        self.delay = delay
        self.accepted: list[Accepted] = []
        self.asked: Counter[str] = Counter()
        self.connections = 0
        self.on_rcpt: Callable[[str], bytes] = lambda _address: TAKEN
        self.on_data: Callable[[str], bytes | None] = lambda _address: TAKEN
        self.on_accept: Callable[[int], None] = lambda _number: None
        self.hangs: Callable[[str], float] = lambda _address: 0.0

    @property
    def recipients(self) -> list[str]:
        return [one.recipient for one in self.accepted]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        number = self.connections
        try:
            await self._converse(reader, writer, number)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _converse(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int
    ) -> None:
        writer.write(b"220 sink\r\n")
        recipient = ""
        while line := await reader.readline():
            verb = line[:4].upper()
            if verb == b"RCPT":
                recipient = line.partition(b"<")[2].partition(b">")[0].decode().lower()
                self.asked[recipient] += 1
                answer: bytes | None = self.on_rcpt(recipient)
            elif verb == b"DATA":
                writer.write(b"354 Go on\r\n")
                answer = await self._take(reader, recipient, number)
            elif verb == b"QUIT":
                writer.write(b"221 Bye\r\n")
                return
            else:
                answer = b"250 OK"
            if answer is None:
                writer.transport.abort()
                return
            writer.write(answer + b"\r\n")

    async def _take(
        self, reader: asyncio.StreamReader, recipient: str, number: int
    ) -> bytes | None:
        message = await reader.readuntil(b"\r\n.\r\n")
        if self.delay:
            await asyncio.sleep(self.delay)
        answer = self.on_data(recipient)
        if answer is None or answer.startswith(b"250"):
            self.accepted.append(
                Accepted(recipient, message_id_of(message), number, time.monotonic())
            )
            self.on_accept(len(self.accepted))
        if seconds := self.hangs(recipient):
            await asyncio.sleep(seconds)
        return answer


def message_id_of(message: bytes) -> str:
    head = message.partition(b"\r\n\r\n")[0]
    lines = (line for line in head.split(b"\r\n") if line.lower().startswith(b"message-id:"))
    return next(lines, b"").partition(b":")[2].strip().decode()


@contextmanager
def running(sink: Sink, *, port: int) -> Iterator[str]:
    """The address of the sink, which runs in a thread of its own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    starting = asyncio.start_server(sink.serve, "127.0.0.1", port, limit=LONGEST)
    server = asyncio.run_coroutine_threadsafe(starting, loop).result(timeout=10)
    try:
        yield f"smtp://127.0.0.1:{port}"
    finally:
        asyncio.run_coroutine_threadsafe(_end(server), loop).result(timeout=10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(timeout=10)
        loop.close()


async def _end(server: asyncio.Server) -> None:
    """Without this a client that waits for an answer would be waited for."""
    server.close()
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


async def _main(port: int, delay: float, log: Path) -> None:
    """One line for each letter, written before the client hears of it."""
    sink = Sink(delay=delay)
    with log.open("a", buffering=1) as lines:
        sink.on_accept = lambda _number: print(sink.accepted.pop().recipient, file=lines)
        server = await asyncio.start_server(sink.serve, "127.0.0.1", port, limit=LONGEST)
        async with server:
            await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_main(int(sys.argv[1]), float(sys.argv[2]), Path(sys.argv[3])))
