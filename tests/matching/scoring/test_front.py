"""The best that come block by block are the best of all."""

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching.scoring.front import Front, taken

companies = st.lists(
    st.tuples(st.integers(1, 10_000), st.integers(0, 20), st.booleans()),
    max_size=40,
    unique_by=lambda company: company[0],
)


def columns(rows: list) -> dict:
    ids, totals, fits = zip(*rows, strict=True) if rows else ((), (), ())
    return {
        "ids": np.array(ids, dtype=np.int64),
        "totals": np.array(totals, dtype=np.int32),
        "fits": np.array(fits, dtype=np.bool_),
    }


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(companies, st.lists(st.integers(0, 40), max_size=5), st.integers(1, 8))
def test_block_by_block_as_at_once(rows, cuts, number):
    front = Front(number)
    ends = [*sorted(cuts), len(rows)]
    everything = columns(rows)

    for begin, end in zip([0, *ends], ends, strict=False):
        block = taken(everything, np.arange(min(begin, len(rows)), min(end, len(rows))))
        front.add(block, among=block["fits"])

    order = sorted((row for row in rows if row[2]), key=lambda row: (-row[1], row[0]))
    found = front.rows["ids"].tolist() if front.rows else []
    assert found == [row[0] for row in order][:number]
    assert front.seen == len(order)
    assert front.bar == (order[number - 1][1] if len(order) > number else 0)
