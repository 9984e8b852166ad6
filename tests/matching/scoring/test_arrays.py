"""What is among known numbers, and where."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from matching.scoring.arrays import LAST_BITS, Lookup, are_among

# Few numbers with few last bits, so that many share them and are not the same.
numbers = st.builds(
    lambda high, low: high * (LAST_BITS + 1) + low, st.integers(-2, 3), st.integers(0, 3)
)


@given(st.lists(numbers, max_size=30), st.lists(numbers, max_size=30, unique=True))
def test_numbers_are_found_where_they_stand(asked, known):
    known = sorted(known)

    which, places = Lookup.of(np.array(known, np.int64)).places(np.array(asked, np.int64))

    found = dict(zip(which.tolist(), places.tolist(), strict=True))
    assert found == {at: known.index(one) for at, one in enumerate(asked) if one in known}
    assert are_among(np.array(asked, np.int64), np.array(known, np.int64)).tolist() == [
        one in known for one in asked
    ]
