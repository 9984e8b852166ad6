"""Servers for one run of tests or of a benchmark, in a temporary folder that goes with them."""

import fcntl
import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from runner import backing
from runner.processes import Supervisor
from runner.state import State

PREFIX = "labmatch-throwaway-"


@contextmanager
def throwaway(*, durable: bool = False) -> Iterator[dict[str, str]]:
    """The environment of a product that runs on servers of its own, started and stopped here."""
    sweep_left_overs()
    state = State(Path(tempfile.mkdtemp(prefix=PREFIX)))
    state.folder.chmod(0o711)
    state.lock("tests")
    supervisor = Supervisor(say=print, kept_open=(state.children_lock,))
    try:
        addresses = backing.start(state, supervisor, given={}, durable=durable)
        yield {**addresses, **settings(state)}
    finally:
        supervisor.stop()
        state.release()
        remove(state.folder)


def settings(state: State) -> dict[str, str]:
    return {
        "SECRET_KEY": secrets.token_urlsafe(48),
        "ALLOWED_HOSTS": "localhost,127.0.0.1",
        "LABMATCH_BASE_URL": "http://localhost:8000",
        "LABMATCH_DEBUG": "1",
        "LABMATCH_DEMO": "0",
        "LABMATCH_MEDIA_ROOT": str(state.media),
        "LABMATCH_BLOCKS_ROOT": str(state.blocks),
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }


def own_environment(throwaway_environment: dict[str, str]) -> dict[str, str]:
    """This process's environment without the settings of an installation of the operator's."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LABMATCH_")}
    return {**kept, **throwaway_environment}


def sweep_left_overs() -> None:
    """Remove folders of runs that were killed: nobody holds their lock any more."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        try:
            old_enough = time.time() - folder.stat().st_mtime > 600
            if old_enough and abandoned(folder / "children.lock"):
                remove(folder)
        except OSError:
            continue


def abandoned(lock: Path) -> bool:
    with lock.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


def remove(folder: Path) -> None:
    cluster = folder / "postgres"
    if cluster.is_symlink():
        shutil.rmtree(cluster.resolve().parent, ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)
