"""The files of the demonstration, read as they are."""

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parent / "data"
Entry = dict[str, Any]


@lru_cache
def _read(path: Path) -> Entry:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def entries(file: str, table: str) -> list[Entry]:
    """The entries `[[table]]` of one file."""
    return list(_read(DATA / file)[table])


def companies() -> list[Entry]:
    """All invented companies, in the order of their files."""
    files = sorted((DATA / "companies").glob("*.toml"))
    return [entry for path in files for entry in _read(path)["company"]]
