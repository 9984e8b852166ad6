"""The state folder: everything one installation keeps, and the lock that makes it one."""

import fcntl
import json
import os
import secrets
import time
from pathlib import Path

PATIENCE = 20.0


class Refused(Exception):
    """The command cannot run now; the text says why and what to do."""


class State:
    """One state folder, ours alone between `lock` and `release`.

    Two locks: `owner` is held by the command alone and tells whether it lives; `children` is held
    by the command and, because they inherit `children_lock`, by all it started, so that it is free
    only when the last of them is gone.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        # Others may pass through, not look: PostgreSQL's account has its own folder inside.
        self.folder.mkdir(mode=0o711, parents=True, exist_ok=True)
        self.logs = self._made("logs")
        self.media = self._made("media")
        self.blocks = self._made("blocks")
        self.letters = self.folder / "letters"
        self.postgres = self.folder / "postgres"
        self.valkey = self.folder / "valkey"
        self._running = self.folder / "running.json"
        self._owner_lock = self._opened("owner.lock")
        self.children_lock = self._opened("children.lock")

    def _made(self, name: str) -> Path:
        folder = self.folder / name
        folder.mkdir(mode=0o700, exist_ok=True)
        return folder

    def _opened(self, name: str) -> int:
        return os.open(self.folder / name, os.O_RDWR | os.O_CREAT, 0o600)

    def lock(self, purpose: str) -> None:
        """Take the folder, or raise Refused. After a killed start, wait for its children to end."""
        if not taken(self._owner_lock):
            raise Refused(
                f"Labmatch already uses {self.folder}: {self._owner()}.\n"
                "Stop it with Ctrl-C where it runs, or start a second one on other data:\n"
                "  ./labmatch up --data OTHER --port OTHER"
            )
        deadline = time.monotonic() + PATIENCE
        while not taken(self.children_lock):
            if time.monotonic() > deadline:
                raise Refused(
                    f"Processes of an earlier start still use {self.folder}; try again in a minute."
                )
            time.sleep(0.1)
        self._running.unlink(missing_ok=True)
        os.ftruncate(self._owner_lock, 0)
        os.pwrite(self._owner_lock, f"{purpose}, process {os.getpid()}".encode(), 0)

    def _owner(self) -> str:
        return os.pread(self._owner_lock, 1000, 0).decode()

    def release(self) -> None:
        self._running.unlink(missing_ok=True)
        os.close(self.children_lock)
        os.close(self._owner_lock)

    def publish(self, environment: dict[str, str]) -> None:
        """Tell other commands how to reach what runs here."""
        draft = self._running.with_suffix(".new")
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(environment))
        draft.replace(self._running)

    def published(self) -> dict[str, str] | None:
        """The environment of what runs here now, if anything does."""
        if taken(self._owner_lock):
            fcntl.flock(self._owner_lock, fcntl.LOCK_UN)
            return None
        if not self._running.exists():
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
        return self._noted("content")

    @content.setter
    def content(self, value: str) -> None:
        self._note("content", value)

    @property
    def prepared(self) -> str | None:
        """For which sources the database and the static files were last prepared."""
        return self._noted("prepared")

    @prepared.setter
    def prepared(self, value: str | None) -> None:
        self._note("prepared", value or "")

    def _noted(self, name: str) -> str | None:
        file = self.folder / name
        return file.read_text().strip() or None if file.exists() else None

    def _note(self, name: str, value: str) -> None:
        draft = self.folder / f"{name}.new"
        draft.write_text(f"{value}\n")
        draft.replace(self.folder / name)


def taken(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
