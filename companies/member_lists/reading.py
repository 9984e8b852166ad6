"""Bytes of an uploaded file to a table of texts, whatever program wrote it."""

import csv
import io
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from charset_normalizer import from_bytes
from openpyxl import load_workbook

MOST_BYTES = 10 * 1024 * 1024
MOST_ROWS = 20_000
MOST_COLUMNS = 60
MOST_UNPACKED = 150 * 1024 * 1024
SAMPLE = 64 * 1024
SEPARATORS = ";,\t|"
SHOWN = {";": ";", ",": ",", "\t": "tab", "|": "|"}
NAMES = {"cp1252": "Windows-1252", "mac_roman": "Mac Roman", "cp850": "DOS 850"}
# What spreadsheets of Western and Northern Europe write when they do not write Unicode.
ENCODINGS = ("cp1252", "mac_roman", "cp850")
LETTERS = set("æøåäöüßñáéíóúýàèìòùâêîôûëïçðþœÆØÅÄÖÜÑÁÉÍÓÚÝÀÈÌÒÙÂÊÎÔÛËÏÇÐÞŒ–—’“”„«»€°·´®©§²³½")


class Unreadable(Exception):
    """The file is no table we can read; `code` says why."""

    def __init__(self, code: str, **data: Any) -> None:
        super().__init__(code)
        self.code = code
        self.data = data


@dataclass(frozen=True)
class Table:
    """Named columns and rows of texts, each with its line or row number in the file."""

    columns: list[str]
    rows: list[tuple[int, list[str]]] = field(repr=False)
    read_as: str


def read_table(content: bytes) -> Table:
    """Raises Unreadable."""
    if len(content) > MOST_BYTES:
        raise Unreadable("too_large")
    if content.startswith(b"PK\x03\x04"):
        return _table(_workbook_rows(content), "Excel (XLSX)")
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable("old_excel")
    text, encoding = decoded(content)
    separator = separator_of(text)
    return _table(
        _text_rows(text, separator), f"CSV ({NAMES.get(encoding, encoding)}, {SHOWN[separator]})"
    )


def decoded(content: bytes) -> tuple[str, str]:
    """The text and the encoding that makes most sense of it."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _strictly(content, "utf-16"), "UTF-16"
    try:
        return content.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError:
        pass
    if b"\x00" in content:
        raise Unreadable("no_table")
    sample = content[:SAMPLE]
    liked = [match.encoding for match in from_bytes(sample, cp_isolation=list(ENCODINGS))]
    ranked = [*liked, *(one for one in ENCODINGS if one not in liked)]
    best = max(ranked, key=lambda encoding: _plausible(sample.decode(encoding, "replace")))
    return content.decode(best, "replace"), best


def _strictly(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as problem:
        raise Unreadable("no_table") from problem


def _plausible(text: str) -> int:
    """Letters people here write count for a reading, everything odd counts against it."""
    return sum(1 if letter in LETTERS else -2 for letter in text if ord(letter) > 127)


def separator_of(text: str) -> str:
    """The one that cuts most of the first rows into the same number of several cells."""

    def evenness(separator: str) -> tuple[int, int]:
        widths = Counter(len(cells) for _n, cells in _first(_text_rows(text, separator), 30))
        width, rows = max(widths.items(), key=lambda pair: (pair[0] > 1, pair[1]), default=(1, 0))
        return (rows if width > 1 else 0, width)

    return max(SEPARATORS, key=evenness)


def _first(rows: Iterator[tuple[int, list[str]]], most: int) -> Iterator[tuple[int, list[str]]]:
    try:
        for _turn, row in zip(range(most), rows, strict=False):
            yield row
    except Unreadable:
        return


def _text_rows(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        before = 0
        for cells in reader:
            yield before + 1, cells
            before = reader.line_num
    except csv.Error as problem:
        raise Unreadable("broken_line", line=reader.line_num) from problem


def _workbook_rows(content: bytes) -> Iterator[tuple[int, list[str]]]:
    _refuse_bomb(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        rows = sheet.iter_rows(max_row=MOST_ROWS + 50, max_col=MOST_COLUMNS + 1, values_only=True)
        for number, values in enumerate(rows, start=1):
            yield number, [_cell(value) for value in values]
    except Unreadable:
        raise
    except Exception as problem:
        raise Unreadable("broken_workbook") from problem


def _refuse_bomb(content: bytes) -> None:
    """A workbook is a zip file, and a small one may unpack to anything."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except zipfile.BadZipFile as problem:
        raise Unreadable("broken_workbook") from problem
    if unpacked > MOST_UNPACKED:
        raise Unreadable("too_large")


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    return str(value)


def _table(rows: Iterable[tuple[int, list[str]]], read_as: str) -> Table:
    """The first row with anything in it names the columns; empty rows are no rows."""
    filled = ((number, [_tidy(c) for c in cells]) for number, cells in rows)
    filled = ((number, cells) for number, cells in filled if any(cells))
    header = next(filled, None)
    if header is None:
        raise Unreadable("empty")
    names = _without_tail(header[1])
    if len(names) > MOST_COLUMNS:
        raise Unreadable("too_many_columns", most=MOST_COLUMNS)
    columns = [name[:80] or f"({number})" for number, name in enumerate(names, start=1)]
    found: list[tuple[int, list[str]]] = []
    for number, cells in filled:
        if len(found) == MOST_ROWS:
            raise Unreadable("too_many_rows", most=MOST_ROWS)
        found.append((number, _fitted(cells, len(columns))))
    if not found:
        raise Unreadable("no_rows")
    return Table(columns, found, read_as)


def _tidy(cell: str) -> str:
    """Without what a database or a screen cannot hold, and without space around."""
    kept = "".join(c for c in cell if c >= " " or c in "\n\t").replace("\x7f", "")
    return kept.replace("\u00a0", " ").strip()


def _without_tail(cells: list[str]) -> list[str]:
    while cells and not cells[-1]:
        cells = cells[:-1]
    return cells


def _fitted(cells: list[str], width: int) -> list[str]:
    """As many cells as columns; what is beyond the last column is kept there as one."""
    cells = _without_tail(cells)
    return [*cells, *[""] * (width - len(cells))]
