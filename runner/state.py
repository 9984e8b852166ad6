"""The state folder: everything one installation keeps, and the lock that makes it one."""

import fcntl
import json
import os
import secrets
import time
from pathlib import Path
from typing import Any

PATIENCE = 20.0


class Refused(Exception):
    """The command cannot run now; the text says why and what to do."""


class State:
    """One state folder, ours alone while `lock` is held.

    The children inherit the lock's descriptor, so it is free only when the last of them is gone.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        # Others may pass through, not look: PostgreSQL's account has its own folder inside.
        self.folder.mkdir(mode=0o711, parents=True, exist_ok=True)
        self.logs = self._made("logs")
        self.media = self._made("media")
        self.letters = self.folder / "letters"
        self.postgres = self.folder / "postgres"
        self.valkey = self.folder / "valkey"
        self._running = self.folder / "running.json"
        self._lock = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)

    def _made(self, name: str) -> Path:
        folder = self.folder / name
        folder.mkdir(mode=0o700, exist_ok=True)
        return folder

    @property
    def lock_descriptor(self) -> int:
        return self._lock

    def lock(self, purpose: str) -> None:
        """Take the folder, or raise Refused. After a killed start, wait for its children to end."""
        deadline = time.monotonic() + PATIENCE
        while not self._try_lock():
            owner = self._owner()
            if alive(owner.get("process")) or time.monotonic() > deadline:
                raise Refused(self._refusal(owner))
            time.sleep(0.2)
        self._running.unlink(missing_ok=True)
        os.ftruncate(self._lock, 0)
        os.pwrite(self._lock, json.dumps({"process": os.getpid(), "purpose": purpose}).encode(), 0)

    def _try_lock(self) -> bool:
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _owner(self) -> dict[str, Any]:
        try:
            owner: dict[str, Any] = json.loads(os.pread(self._lock, 1000, 0))
        except ValueError:
            return {}
        return owner

    def _refusal(self, owner: dict[str, Any]) -> str:
        process = owner.get("process", "unknown")
        if not alive(owner.get("process")):
            return f"Processes of an earlier start still use {self.folder}; try again in a minute."
        return (
            f"Labmatch already uses {self.folder} ({owner.get('purpose')}, process {process}).\n"
            f"Stop it with Ctrl-C where it runs, or with: kill {process}\n"
            "Or start a second one on other data: ./labmatch up --data OTHER --port OTHER"
        )

    def release(self) -> None:
        self._running.unlink(missing_ok=True)
        os.close(self._lock)

    def publish(self, environment: dict[str, str]) -> None:
        """Tell other commands how to reach what runs here."""
        draft = self._running.with_suffix(".new")
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(environment))
        draft.replace(self._running)

    def published(self) -> dict[str, str] | None:
        """The environment of what runs here now, if anything does."""
        if not self._running.exists() or not alive(self._owner().get("process")):
            return None
        environment: dict[str, str] = json.loads(self._running.read_text())
        return environment

    def secret(self, name: str) -> str:
        """A secret that is made once and then kept."""
        file = self.folder / f"{name}.secret"
        if not file.exists():
            draft = file.with_suffix(".new")
            draft.touch(mode=0o600)
            draft.write_text(secrets.token_urlsafe(48))
            draft.replace(file)
        return file.read_text()

    @property
    def content(self) -> str | None:
        """What the first start put here: "demonstration" or "empty"."""
        file = self.folder / "content"
        return file.read_text().strip() if file.exists() else None

    @content.setter
    def content(self, value: str) -> None:
        (self.folder / "content").write_text(f"{value}\n")


def alive(process: int | None) -> bool:
    if process is None:
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
