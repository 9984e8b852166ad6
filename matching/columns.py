"""Companies as columns: whole blocks of the database read as arrays, without an object a row.

What a company states is translated here as `matching.profiles` translates one company; a test
holds the two together.
"""

import io
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import connection
from django.db.models import F, Func, IntegerField
from django.db.models.expressions import CombinedExpression
from numpy.typing import NDArray

from matching.scoring import TERMS_VERSION, Point, TermVector
from matching.scoring.arrays import Ints
from matching.scoring.corpus import TRL_LEVELS, CodeMatrix, as_sets

Fields = Sequence[bytes]

HEADER = 19  # of a binary COPY: signature, flags, length of the extension
NO_ID = 1 << 62
BLOCK_BITS = 13  # companies of 8192 successive ids are read, and renewed, together

# Order matters only where it is said: each subquery sorts once for all its columns.
_COMPANIES = """
SELECT string_agg(int8send(id), ''), string_agg(int4send(revision), ''),
    string_agg(float8send(coalesce(lat, 'NaN')), ''),
    string_agg(float8send(coalesce(lon, 'NaN')), ''),
    string_agg(country, E'\\n'), string_agg(size_class, E'\\n'),
    string_agg(array_to_string(themes, ' '), E'\\n'),
    string_agg(array_to_string(capabilities, ' '), E'\\n'),
    string_agg(array_to_string(countries_served, ' '), E'\\n'),
    string_agg(array_to_string(languages_of_work, ' '), E'\\n'),
    string_agg(int4send(octet_length(vector) / 10), ''),
    string_agg(substring(vector FOR octet_length(vector) / 10 * 8), ''),
    string_agg(substring(vector FROM octet_length(vector) / 10 * 8 + 1), ''),
    string_agg(profile_hash, E'\\n')
FROM (
    SELECT company.*, terms.vector, terms.profile_hash
    FROM companies_company AS company JOIN matching_profileterms AS terms
        ON terms.company_id = company.id AND terms.revision = company.revision
    WHERE company.is_active AND terms.version = %(version)s
        AND company.id >= %(low)s AND company.id < %(high)s
        AND (hashint8(company.id) & 2147483647) %% %(step)s = 0
    ORDER BY company.id
) AS row
"""

_TERMS = """
SELECT string_agg(int8send(company_id), ''), string_agg(int4send(revision), ''),
    string_agg(profile_hash, E'\\n'),
    string_agg(int4send(octet_length(vector) / 10), ''),
    string_agg(substring(vector FOR octet_length(vector) / 10 * 8), ''),
    string_agg(substring(vector FROM octet_length(vector) / 10 * 8 + 1), '')
FROM (
    SELECT terms.*
    FROM matching_profileterms AS terms JOIN companies_company AS company
        ON company.id = terms.company_id AND company.revision = terms.revision
    WHERE terms.version = %(version)s AND terms.company_id = ANY(%(companies)s)
) AS row
"""

_STATES = """
SELECT string_agg(int8send(id), ''), string_agg(int4send(revision), ''),
    string_agg(int4send(readings), '')
FROM (
    SELECT company.id, company.revision, coalesce(terms.readings, 0) AS readings
    FROM companies_company AS company LEFT JOIN matching_profileterms AS terms
        ON terms.company_id = company.id
    WHERE company.is_active
    ORDER BY company.id
) AS row
"""

_SOLUTIONS = """
SELECT string_agg(int8send(company_id), ''), string_agg(int4send(coalesce(trl, 0)), ''),
    string_agg(array_to_string(capabilities, ' '), E'\\n'),
    string_agg(array_to_string(countries_served, ' '), E'\\n')
FROM (
    SELECT * FROM companies_solution
    WHERE company_id >= %(low)s AND company_id < %(high)s
        AND (hashint8(company_id) & 2147483647) %% %(step)s = 0
    ORDER BY company_id, id
) AS row
"""

_REFERENCES = """
SELECT string_agg(int8send(company_id), ''),
    string_agg(boolsend(confirmed_at IS NOT NULL), '')
FROM companies_reference
WHERE company_id >= %(low)s AND company_id < %(high)s
    AND (hashint8(company_id) & 2147483647) %% %(step)s = 0
"""


@dataclass(frozen=True, eq=False)
class Columns:
    """The companies of a block in the order of their ids, as the arrays of a corpus."""

    ids: Ints
    revisions: NDArray[np.int32]
    hashes: NDArray[np.bytes_]
    vectors: list[TermVector]
    themes: CodeMatrix
    capabilities: CodeMatrix
    languages: CodeMatrix
    countries_served: CodeMatrix
    home: CodeMatrix
    size_class: CodeMatrix
    trl_sets: NDArray[np.int16]
    points: NDArray[np.float64]
    confirmed: NDArray[np.int32]
    claimed: NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Counted:
    """The words of a profile as they were counted."""

    profile_hash: str
    vector: TermVector


@dataclass(frozen=True, eq=False)
class States:
    """What companies are at a moment, in the order of their ids: the revision of each profile, and
    how often encoders have read it.
    """

    ids: Ints
    revisions: NDArray[np.int32]
    readings: NDArray[np.int32]

    def changed_by(self, now: "States") -> list[int]:
        """Ids of those that are something else by now, or were not there before."""
        places = np.searchsorted(self.ids, now.ids)
        known = np.zeros(now.ids.size, dtype=np.bool_)
        inside = np.flatnonzero(places < self.ids.size)
        at = places[inside]
        known[inside] = (
            (self.ids[at] == now.ids[inside])
            & (self.revisions[at] == now.revisions[inside])
            & (self.readings[at] == now.readings[inside])
        )
        changed: list[int] = now.ids[~known].tolist()
        return changed


def read_block(number: int) -> Columns:
    """Active companies with ids of this block whose present words have been counted."""
    return _read(number << BLOCK_BITS, (number + 1) << BLOCK_BITS, 1)


def read_terms(company_ids: Sequence[int]) -> dict[tuple[int, int], Counted]:
    """By company and revision, of those whose present words have been counted."""
    asked = {"version": TERMS_VERSION, "companies": list(company_ids)}
    found = read_row(_TERMS, asked)
    ids = np.frombuffer(found[0], ">i8").tolist()
    revisions = np.frombuffer(found[1], ">i4").tolist()
    hashes = found[2].decode().split("\n") if ids else []
    return {
        (pk, revision): Counted(profile_hash, vector)
        for pk, revision, profile_hash, vector in zip(
            ids, revisions, hashes, _vectors(found[3:]), strict=True
        )
    }


def read_states() -> States:
    """Of all active companies."""
    ids, revisions, readings = read_row(_STATES, {})
    return States(
        np.frombuffer(ids, ">i8").astype(np.int64),
        np.frombuffer(revisions, ">i4").astype(np.int32),
        np.frombuffer(readings, ">i4").astype(np.int32),
    )


def read_sample(step: int) -> Columns:
    """Every so manieth of all of them."""
    return _read(0, NO_ID, step)


def place_in_sample(column: str, step: int) -> CombinedExpression:
    """Nothing for the companies of the sample: the condition of the queries above."""
    return (
        Func(F(column), function="hashint8", output_field=IntegerField()).bitand(2147483647) % step
    )


def _read(low: int, high: int, step: int) -> Columns:
    span = {"low": low, "high": high, "step": step}
    own = read_row(_COMPANIES, {**span, "version": TERMS_VERSION})
    ids = np.frombuffer(own[0], ">i8").astype(np.int64)
    offers = read_row(_SOLUTIONS, span)
    offered, shown = _rows_of(ids, offers[0])
    done = read_row(_REFERENCES, span)
    referred, known = _rows_of(ids, done[0])
    confirmed = np.frombuffer(done[1], np.bool_)[known]
    levels = np.frombuffer(offers[1], ">i4")[shown]
    return Columns(
        ids=ids,
        revisions=np.frombuffer(own[1], ">i4").astype(np.int32),
        hashes=np.array(own[13].split(b"\n") if ids.size else [], dtype="S64"),
        vectors=_vectors(own[10:13]),
        themes=_matrix(ids.size, own[6]),
        capabilities=_matrix(ids.size, own[7], offered, _lines(offers[2], shown)),
        languages=_matrix(ids.size, own[9]),
        countries_served=_matrix(ids.size, own[8], offered, _lines(offers[3], shown)),
        home=_matrix(ids.size, own[4]),
        size_class=_matrix(ids.size, own[5]),
        trl_sets=_levels(ids.size, offered[levels > 0], levels[levels > 0]),
        points=_points(np.frombuffer(own[2], ">f8"), np.frombuffer(own[3], ">f8")),
        confirmed=_counted(referred[confirmed], ids.size),
        claimed=_counted(referred[~confirmed], ids.size),
    )


def _counted(rows: Ints, size: int) -> NDArray[np.int32]:
    return np.bincount(rows, minlength=size).astype(np.int32)


def read_row(query: str, values: Mapping[str, Any]) -> list[bytes]:
    """The one row of a query; a column of no rows is empty."""
    found = io.BytesIO()
    with connection.cursor() as cursor:
        asked = cursor.mogrify(query, values).decode()
        cursor.copy_expert(f"COPY ({asked}) TO STDOUT (FORMAT binary)", found)
    data = found.getvalue()
    (fields,) = struct.unpack_from(">h", data, HEADER)
    row, place = [], HEADER + 2
    for _field in range(fields):
        (size,) = struct.unpack_from(">i", data, place)
        row.append(data[place + 4 : place + 4 + max(size, 0)])
        place += 4 + max(size, 0)
    return row


def _rows_of(ids: Ints, companies: bytes) -> tuple[Ints, NDArray[np.bool_]]:
    """The row of each of the companies, and which of them are in the block at all."""
    wanted = np.frombuffer(companies, ">i8").astype(np.int64)
    if not ids.size:
        return np.empty(0, np.int64), np.zeros(wanted.size, np.bool_)
    places = np.minimum(np.searchsorted(ids, wanted), ids.size - 1)
    known = ids[places] == wanted
    return places[known], known


def _lines(text: bytes, shown: NDArray[np.bool_]) -> list[str]:
    return [line for line, kept in zip(text.decode().split("\n"), shown, strict=False) if kept]


def _matrix(
    size: int, text: bytes, more_rows: Ints | None = None, more: Sequence[str] = ()
) -> CodeMatrix:
    """Lines of codes, one a row, and further lines for the rows named."""
    rows = np.arange(size)
    lines = text.decode().split("\n") if size else []
    if more_rows is not None:
        rows, lines = np.concatenate([rows, more_rows]), [*lines, *more]
    distinct = {line: place for place, line in enumerate(dict.fromkeys(lines))}
    table = CodeMatrix.build([line.split() for line in distinct])
    which = np.array([distinct[line] for line in lines], dtype=np.int64)
    bits = np.zeros((size, len(table.columns)), dtype=np.bool_, order="F")
    places, codes = np.nonzero(table.bits[which]) if which.size else (which, which)
    bits[rows[places], codes] = True
    return CodeMatrix(table.columns, bits)


def _vectors(fields: Fields) -> list[TermVector]:
    sizes = np.frombuffer(fields[0], ">i4")
    ids, counts = np.frombuffer(fields[1], "<i8"), np.frombuffer(fields[2], "<u2")
    ends = np.cumsum(sizes).tolist()
    return [
        TermVector(ids[end - size : end], counts[end - size : end])
        for end, size in zip(ends, sizes.tolist(), strict=True)
    ]


def _levels(size: int, rows: Ints, levels: NDArray[np.int32]) -> NDArray[np.int16]:
    bits = np.zeros((size, TRL_LEVELS), dtype=np.bool_)
    bits[rows, levels - 1] = True
    return as_sets(bits)


def _points(lat: NDArray[np.float64], lon: NDArray[np.float64]) -> NDArray[np.float64]:
    """Place by place with the arithmetic of a single company: sines of arrays may differ."""
    points = np.full((lat.size, 3), np.nan, order="F")
    for row in np.flatnonzero(~(np.isnan(lat) | np.isnan(lon))).tolist():
        points[row] = Point(float(lat[row]), float(lon[row])).on_unit_sphere
    return points
