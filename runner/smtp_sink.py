"""A mail server that delivers nowhere: it keeps the newest letters as files.

Run as a program: python -m runner.smtp_sink PORT FOLDER
"""

import asyncio
import signal
import sys
import time
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from runner.checkout import ROOT
from runner.ports import exchange
from runner.processes import Program

KEPT = 500


class Folder:
    """Writes each letter to one file, named so that they sort by arrival."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.count = 0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.count += 1
        path = self.folder / f"{time.time_ns():020d}-{self.count}.eml"
        content = envelope.original_content or b""
        path.write_bytes(
            b"X-Envelope-To: " + ", ".join(envelope.rcpt_tos).encode() + b"\r\n" + content
        )
        for old in sorted(self.folder.glob("*.eml"))[:-KEPT]:
            old.unlink(missing_ok=True)
        return "250 Kept"


async def serve(port: int, folder: Path) -> None:
    loop = asyncio.get_running_loop()
    finished = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, finished.set)
    handler = Folder(folder)
    server = await loop.create_server(
        lambda: SMTP(handler, enable_SMTPUTF8=True, loop=loop), "127.0.0.1", port
    )
    async with server:
        await finished.wait()


def program(folder: Path, *, port: int, log: Path, environment: dict[str, str]) -> Program:
    return Program(
        name="Mail sink",
        command=[sys.executable, "-P", "-m", "runner.smtp_sink", str(port), str(folder)],
        log=log,
        folder=ROOT,
        environment=environment,
        is_ready=lambda: exchange(port, b"QUIT\r\n").startswith(b"220"),
    )


def url(port: int) -> str:
    return f"smtp://127.0.0.1:{port}"


if __name__ == "__main__":
    letters = Path(sys.argv[2])
    letters.mkdir(parents=True, exist_ok=True, mode=0o700)
    asyncio.run(serve(int(sys.argv[1]), letters))
