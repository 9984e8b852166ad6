"""What a score meant until now."""

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from matching.learning import LEAST_IN_BAND, Band, band_at, bands_of

ONE = st.tuples(st.integers(0, 1000), st.booleans(), st.booleans())
ASKED = st.lists(ONE, max_size=300)


@given(ASKED)
def test_bands_rise_are_large_enough_and_lose_nobody(asked):
    bands = bands_of(asked)

    assert bool(bands) == (len(asked) >= LEAST_IN_BAND)
    assert sum(band.asked for band in bands) in (0, len(asked))
    assert all(band.asked >= LEAST_IN_BAND for band in bands)
    rates = [band.applied / band.asked for band in bands]
    assert rates == sorted(rates)
    assert all(low.high <= high.low for low, high in pairwise(bands))


@given(ASKED, st.randoms())
def test_the_order_in_which_they_are_told_changes_nothing(asked, random):
    assert bands_of(random.sample(asked, len(asked))) == bands_of(asked)


@given(st.lists(ONE, min_size=LEAST_IN_BAND, max_size=300))
def test_whoever_was_asked_lies_in_a_band(asked):
    bands = bands_of(asked)

    assert all(band_at(total, bands) for total, _, _ in asked)


def test_of_ten_at_a_level_as_many_come_as_really_do():
    draw = np.random.default_rng(1)
    totals = draw.integers(0, 1001, 20_000)
    came = draw.random(20_000) < totals / 1000

    bands = bands_of((int(total), bool(c), bool(c)) for total, c in zip(totals, came, strict=True))

    assert len(bands) == 10
    assert all(abs(band.of_ten - (band.low + 50) / 100) <= 0.5 for band in bands)


def test_nineteen_are_not_enough():
    assert bands_of([(700, True, True)] * 19) == ()
    assert bands_of([(700, True, True)] * 20) == (Band(700, 800, 20, 20, 20),)


def test_a_higher_score_never_promises_less():
    lower, higher = [(500, True, True)] * 30, [(900, True, False)] * 30

    assert bands_of(lower + higher) == (Band(500, 1000, 60, 60, 30),)


def test_where_nobody_was_ever_asked_nothing_is_said():
    bands = bands_of([(500, True, True)] * 30)

    assert (band_at(499, bands), band_at(600, bands)) == (None, None)
    assert band_at(599, bands).of_ten == 10
