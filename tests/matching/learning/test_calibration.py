"""What a score meant until now."""

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from matching.learning import LEAST_COMPANIES, LEAST_IN_BAND, Asked, Band, band_at, bands_of

ONE = st.builds(Asked, st.integers(0, 1000), st.integers(1, 15), st.booleans(), st.booleans())
ASKED = st.lists(ONE, max_size=300)


def several(number: int, total: int, *, applied: bool, companies: int = 10) -> list[Asked]:
    return [Asked(total, n % companies, True, applied) for n in range(number)]


def are_enough(asked: list[Asked]) -> bool:
    companies = {one.company for one in asked}
    return len(asked) >= LEAST_IN_BAND and len(companies) >= LEAST_COMPANIES


@given(ASKED)
def test_bands_rise_are_large_enough_and_lose_nobody(asked):
    bands = bands_of(asked)

    assert bool(bands) == are_enough(asked)
    assert sum(band.asked for band in bands) in (0, len(asked))
    assert all(are_enough([one for one in asked if band_at(one.total, [band])]) for band in bands)
    rates = [band.applied / band.asked for band in bands]
    assert rates == sorted(rates)
    assert all(low.high <= high.low for low, high in pairwise(bands))


@given(ASKED, st.randoms())
def test_the_order_in_which_they_are_told_changes_nothing(asked, random):
    assert bands_of(random.sample(asked, len(asked))) == bands_of(asked)


@given(st.lists(ONE, min_size=LEAST_IN_BAND, max_size=300).filter(are_enough))
def test_whoever_was_asked_lies_in_a_band(asked):
    bands = bands_of(asked)

    assert all(band_at(one.total, bands) for one in asked)


def test_of_ten_at_a_level_as_many_come_as_really_do():
    draw = np.random.default_rng(1)
    totals = draw.integers(0, 1001, 20_000)
    came = draw.random(20_000) < totals / 1000

    bands = bands_of(
        Asked(int(total), company, bool(c), bool(c))
        for company, (total, c) in enumerate(zip(totals, came, strict=True))
    )

    assert len(bands) == 10
    assert all(abs(band.of_ten - (band.low + 50) / 100) <= 0.5 for band in bands)


def test_nineteen_are_not_enough():
    assert bands_of(several(19, 700, applied=True)) == ()
    assert bands_of(several(20, 700, applied=True)) == (Band(700, 800, 20, 20, 20),)


def test_nine_companies_are_not_enough_however_often_they_are_asked():
    few = several(200, 700, applied=True, companies=9)

    assert bands_of(few) == ()
    assert bands_of([*few, *several(20, 300, applied=False)]) == (Band(300, 800, 220, 220, 200),)


def test_a_higher_score_never_promises_less():
    lower, higher = several(30, 500, applied=True), several(30, 900, applied=False)

    assert bands_of(lower + higher) == (Band(500, 1000, 60, 60, 30),)


def test_where_nobody_was_ever_asked_nothing_is_said():
    bands = bands_of(several(30, 500, applied=True))

    assert (band_at(499, bands), band_at(600, bands)) == (None, None)
    assert band_at(599, bands).of_ten == 10
