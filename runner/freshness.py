"""Whether an earlier start already prepared all that this one needs.

Migrating nothing and collecting nothing still costs a start of Django, which is most of the time a
second start takes.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from runner.checkout import ROOT
from runner.state import State


def is_prepared(state: State) -> bool:
    return state.prepared is not None and state.prepared == mark_of(state)


def note_prepared(state: State) -> None:
    state.prepared = mark_of(state)


def mark_of(state: State, root: Path = ROOT) -> str | None:
    """Changes with the packages, the migrations, the static files and our own database cluster.

    None when something of it is missing: an operator's database may have been changed elsewhere.
    """
    needed = [state.postgres / "PG_VERSION", root / "staticfiles" / ".stamp"]
    if not all(path.exists() for path in needed):
        return None
    digest = hashlib.sha256()
    for path in [needed[0], *sorted(sources(root))]:
        status = path.stat()
        digest.update(f"{path} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def sources(root: Path) -> Iterator[Path]:
    yield root / "requirements.lock"
    yield from root.glob("*/migrations/*.py")
    for folder in (root / "static", *root.glob("*/static")):
        yield from folder.rglob("*.*")
