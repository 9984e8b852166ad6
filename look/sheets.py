"""Tables to take along: CSV and XLSX in which nothing a person typed becomes a formula."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import chain
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils.exceptions import IllegalCharacterError

Cell = str | int | float | Decimal | date | datetime | None
CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LIVE = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")


def inert(value: Cell) -> Cell:
    """Numbers and dates stay; a text that a spreadsheet might run is made a plain text."""
    if not isinstance(value, str):
        return value
    text = value.replace("\r\n", "\n").replace("\r", "\n")
    if text.lstrip(" \u00a0").startswith(LIVE) or text.startswith(("\t", "\n")):
        return f"'{text}"
    return text


def csv_response(name: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> HttpResponse:
    """A download that opens in a spreadsheet with its letters right."""
    content = "".join(_csv_lines(header, rows)).encode()
    return HttpResponse(content, CSV_TYPE, headers=_headers(f"{name}.csv"))


def csv_stream(
    name: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> StreamingHttpResponse:
    """The same, sent row by row while the rest is still being made."""
    lines = (line.encode() for line in _csv_lines(header, rows))
    return StreamingHttpResponse(lines, content_type=CSV_TYPE, headers=_headers(f"{name}.csv"))


def _csv_lines(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    line = io.StringIO()
    writer = csv.writer(line)
    line.write("\ufeff")
    for row in chain([header], rows):
        writer.writerow([inert(value) for value in row])
        yield line.getvalue()
        line.seek(0)
        line.truncate()


def xlsx_response(name: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> HttpResponse:
    """The same as a workbook of one sheet."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Labmatch")
    sheet.freeze_panes = "A2"
    sheet.append([_cell(sheet, title, bold=True) for title in header])
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    out = io.BytesIO()
    book.save(out)
    return HttpResponse(out.getvalue(), XLSX_TYPE, headers=_headers(f"{name}.xlsx"))


def _cell(sheet: Any, value: Cell, *, bold: bool = False) -> WriteOnlyCell:
    if isinstance(value, datetime):
        value = value.replace(tzinfo=None)
    try:
        cell = WriteOnlyCell(sheet, value=inert(value))
    except IllegalCharacterError:
        printable = "".join(letter for letter in str(value) if letter.isprintable())
        cell = WriteOnlyCell(sheet, value=inert(printable))
    if isinstance(cell.value, str):
        cell.data_type = "s"
    if bold:
        cell.font = Font(bold=True)
    return cell


def _headers(name: str) -> dict[str, str]:
    disposition = f'attachment; filename="{name}"'
    return {"Content-Disposition": disposition, "X-Content-Type-Options": "nosniff"}
