"""Whether the last start already prepared all that this one needs.

Migrating nothing and collecting nothing still costs a start of Django, which is most of the time a
second start takes.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from runner.checkout import ROOT


def stamp(root: Path = ROOT) -> str | None:
    """Changes with the packages, the migrations and the static files; None when none are there."""
    if not (root / "staticfiles" / ".stamp").exists():
        return None
    digest = hashlib.sha256()
    for path in sorted(sources(root)):
        status = path.stat()
        digest.update(f"{path} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def sources(root: Path) -> Iterator[Path]:
    yield root / "requirements.lock"
    yield from root.glob("*/migrations/*.py")
    for folder in (root / "static", *root.glob("*/static")):
        yield from folder.rglob("*.*")
