"""Blocks of companies in files beside the worker, for what a database gives only slowly.

The companies of a large platform do not fit into a worker's memory: their blocks pass through, and
come from these files the next time. A file is named after its snapshot, the number of its block and
the state of that block, so that what is out of date is never opened; it goes when its place is
taken. Files hold numbers of profiles, no texts.
"""

import time
from collections.abc import Collection, Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, TypeAlias
from zipfile import BadZipFile

import numpy as np
import structlog
from django.conf import settings
from numpy.typing import NDArray

Arrays: TypeAlias = Mapping[str, NDArray[Any]]

HOUR = 3600  # no file takes so long to be written
NEW = "new"

log = structlog.get_logger(__name__)


def find(snapshot_id: int, number: int, *, state: object) -> Arrays | None:
    """The arrays of this block in this state, if they are there and whole."""
    root = settings.BLOCKS_ROOT
    if root is None:
        return None
    try:
        with (
            (root / _name(snapshot_id, number, state)).open("rb") as file,
            np.load(file, allow_pickle=False) as found,
        ):
            return dict(found)
    except FileNotFoundError:
        return None
    except (OSError, EOFError, ValueError, BadZipFile) as problem:
        log.warning("block_unreadable", block=number, problem=type(problem).__name__)
        return None


def put(snapshot_id: int, number: int, arrays: Arrays, *, state: object) -> None:
    """In the place of its former state. Whole or not at all, and a full disk stops nobody."""
    root = settings.BLOCKS_ROOT
    if root is None:
        return
    path = root / _name(snapshot_id, number, state)
    try:
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write(path, arrays)
        _remove(one for one in root.glob(f"{snapshot_id}-{number}-*") if one != path)
    except OSError as problem:
        log.warning("block_not_kept", block=number, problem=type(problem).__name__)


def keep_only(snapshot_ids: Collection[int]) -> None:
    """Remove the blocks of all other snapshots, and what a killed worker left half written."""
    root = settings.BLOCKS_ROOT
    if root is None:
        return
    for path in root.glob("*-*"):
        owner = path.name.partition("-")[0]
        if owner.isdecimal() and int(owner) not in snapshot_ids:
            _remove([path])
        if owner == NEW and _is_left_over(path):
            _remove([path])


def _is_left_over(path: Path) -> bool:
    try:
        return path.stat().st_mtime < time.time() - HOUR
    except FileNotFoundError:
        return False


def _name(snapshot_id: int, number: int, state: object) -> str:
    return f"{snapshot_id}-{number}-{sha256(repr(state).encode()).hexdigest()[:32]}"


def _write(path: Path, arrays: Arrays) -> None:
    with NamedTemporaryFile(dir=path.parent, prefix=f"{NEW}-", delete=False) as file:
        try:
            np.savez(file, allow_pickle=False, **arrays)
            Path(file.name).rename(path)
        except OSError:
            _remove([Path(file.name)])
            raise


def _remove(paths: Iterable[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)
