"""The rankings of companies follow the scores."""

import numpy as np
from django.db import connection, transaction
from django.db.models import Max
from numpy.typing import NDArray

from challenges.models import Challenge
from matching.choices import RunState
from matching.columns import BLOCK_BITS, read_row
from matching.models import MatchRun
from matching.ranking import SIZE, Columns, Entries, empty, merged, unpacked
from matching.scoring.arrays import Bools, Ints

AT_ONCE = 8192

# Two that merge the same block would each write back what the other does not know. All take the
# blocks in ascending order.
_ONE_AFTER_THE_OTHER = """
SELECT pg_advisory_xact_lock(hashtext('matching.rankings'), block)
FROM unnest(%(blocks)s::integer[]) AS block
"""

_READ = """
SELECT string_agg(int8send(company_id), ''), string_agg(entries, '')
FROM (
    SELECT company_id, entries FROM matching_companyranking
    WHERE company_id = ANY(%(companies)s)
    ORDER BY company_id
) AS row
"""

_WRITE = """
INSERT INTO matching_companyranking AS known (company_id, revision, readings, entries)
SELECT company.id, row.revision, row.readings,
    substring(%(entries)s FROM (row.place::integer - 1) * %(size)s + 1 FOR %(size)s)
FROM unnest(%(companies)s::bigint[], %(revisions)s::integer[], %(readings)s::integer[])
    WITH ORDINALITY AS row(company_id, revision, readings, place)
JOIN companies_company AS company ON company.id = row.company_id AND company.is_active
ORDER BY company.id
ON CONFLICT (company_id) DO UPDATE SET
    entries = excluded.entries,
    revision = CASE WHEN %(are_all)s THEN excluded.revision ELSE known.revision END,
    readings = CASE WHEN %(are_all)s THEN excluded.readings ELSE known.readings END
"""


def rank(columns: Columns, *, runs: Ints, states: Ints | None = None) -> None:
    """Merge new totals into the rankings of these companies.

    `runs` are those the columns were made by; where a newer one has begun, it will say. `states`
    are revision and readings of the profiles, a row each, given when the columns are all open
    challenges; whoever wrote last says what the totals rest on, and is looked at again if that is
    no more what it was.
    """
    are_all = states is not None
    if states is None:
        states = np.zeros((columns.companies.size, 2), dtype=np.int64)
    for start in range(0, columns.companies.size, AT_ONCE):
        end = start + AT_ONCE
        _rank(columns.rows(start, end), runs, states[start:end], are_all=are_all)


@transaction.atomic
def _rank(columns: Columns, runs: Ints, states: Ints, *, are_all: bool) -> None:
    open_now = Challenge.objects.open().values_list("pk", flat=True)
    with connection.cursor() as cursor:
        blocks = np.unique(columns.companies >> BLOCK_BITS).tolist()
        cursor.execute(_ONE_AFTER_THE_OTHER, {"blocks": blocks})
        columns = columns.only(_newest(columns.challenges, runs))
        old = _read(columns.companies)
        new = merged(old, columns, open_now=open_now)
        moved = (new != old).any(axis=1) | are_all
        values = {
            "entries": new[moved].tobytes(),
            "size": SIZE,
            "companies": columns.companies[moved].tolist(),
            "revisions": states[moved, 0].tolist(),
            "readings": states[moved, 1].tolist(),
            "are_all": are_all,
        }
        cursor.execute(_WRITE, values)


def _newest(challenges: NDArray[np.int32], runs: Ints) -> Bools:
    begun = MatchRun.objects.filter(challenge__in=challenges.tolist())
    begun = begun.filter(state__in=(RunState.RUNNING, RunState.DONE))
    last = dict(begun.order_by().values_list("challenge").annotate(Max("pk")))
    return np.array([last.get(challenge, 0) for challenge in challenges.tolist()]) <= runs


def _read(companies: Ints) -> Entries:
    """The rankings as they are, in the order of the companies, which is ascending."""
    ids, entries = read_row(_READ, {"companies": companies.tolist()})
    found = empty(companies.size)
    known = np.frombuffer(ids, ">i8")
    found[np.searchsorted(companies, known)] = unpacked(entries)
    return found
