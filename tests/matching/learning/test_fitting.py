"""Weights learned in worlds where the truth is known."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.learning import Lesson, Lessons, fit_weights, learn
from matching.learning.fitting import curve_of
from matching.learning.trial import auc
from matching.scoring import CRITERIA, DEFAULT_WEIGHTS, Weights
from tests.matching.learning.worlds import DEFAULTS, TRUTH, world

SHARES = st.dictionaries(st.sampled_from(CRITERIA), st.floats(0, 1), min_size=1)
LESSONS = st.lists(
    st.builds(
        Lesson,
        challenge=st.integers(1, 6),
        at=st.floats(0, 100),
        shares=SHARES,
        came=st.booleans(),
        counts=st.sampled_from([0.5, 1.0]),
        chance=st.none() | st.floats(0.01, 1),
    ),
    min_size=1,
    max_size=60,
)


def apart(weights, others) -> float:
    return float(np.abs(weights - others).sum())


@given(LESSONS)
@settings(max_examples=60, deadline=None)
def test_whatever_the_lessons_weights_are_weights(lessons):
    weights = fit_weights(Lessons.build(lessons, CRITERIA), DEFAULTS)

    assert weights.min() >= 0
    assert weights.sum() == pytest.approx(1)


@given(LESSONS, st.randoms())
@settings(max_examples=30, deadline=None)
def test_the_order_in_which_lessons_are_told_changes_nothing(lessons, random):
    told = [Lesson(n, float(n), one.shares, one.came) for n, one in enumerate(lessons)]
    mixed = random.sample(told, len(told))

    one, other = (fit_weights(Lessons.build(some, CRITERIA), DEFAULTS) for some in (told, mixed))

    assert one.tolist() == other.tolist()


@given(SHARES, st.lists(st.integers(0, 50), min_size=8, max_size=8).filter(any))
def test_a_level_is_the_score_the_product_would_give(shares, raw):
    tenths = [value * 1000 // sum(raw) for value in raw]
    tenths[raw.index(max(raw))] += 1000 - sum(tenths)
    spread = Weights("new", dict(zip(CRITERIA, tenths, strict=True))).among(tuple(shares))
    total = sum(int(np.floor(shares[code] * spread[code] + 0.5)) for code in shares)

    (level,) = Lessons.build([Lesson(1, 0, shares, came=True)], CRITERIA).levels(
        np.array(tenths) / 1000
    )

    assert level * 1000 == pytest.approx(total, abs=len(shares))


@pytest.mark.parametrize("seed", range(4))
def test_the_truth_is_approached(seed):
    weights = fit_weights(Lessons.build(world(seed, 1500), CRITERIA), DEFAULTS)

    assert apart(weights, TRUTH) < 0.6 * apart(DEFAULTS, TRUTH)
    assert CRITERIA[int(weights.argmax())] == "theme"


@pytest.mark.parametrize("seed", range(4))
def test_little_experience_moves_little(seed):
    few, many = (
        fit_weights(Lessons.build(world(seed, size), CRITERIA), DEFAULTS) for size in (150, 3000)
    )

    assert apart(few, DEFAULTS) < apart(many, DEFAULTS)


@pytest.mark.parametrize("seed", range(4))
def test_the_learned_beat_the_defaults_on_decisions_they_never_saw(seed):
    trial = learn(world(seed, 1500), DEFAULT_WEIGHTS)

    assert trial.is_better
    assert trial.loss_after < trial.loss_before
    assert sum(trial.tenths.values()) == 1000
    assert (trial.taught, trial.held_back) == (1125, 375)


@pytest.mark.parametrize("size", [200, 800])
def test_where_companies_come_as_a_coin_falls_the_defaults_stay(size):
    trials = [learn(world(seed, size, slope=0), DEFAULT_WEIGHTS) for seed in range(8)]

    assert [trial.is_better for trial in trials if trial] == [False] * 8


@pytest.mark.parametrize("size", [200, 800])
def test_where_the_defaults_are_right_they_stay(size):
    trials = [learn(world(seed, size, DEFAULTS), DEFAULT_WEIGHTS) for seed in range(8)]

    assert [trial.is_better for trial in trials if trial] == [False] * 8


def test_the_same_decisions_give_the_same_trial():
    assert learn(world(1, 400), DEFAULT_WEIGHTS) == learn(world(1, 400), DEFAULT_WEIGHTS)


def test_too_few_decisions_are_no_trial():
    assert learn(world(1, 159), DEFAULT_WEIGHTS) is None
    assert learn(world(1, 160), DEFAULT_WEIGHTS) is not None


def test_decisions_that_are_all_alike_are_no_trial():
    lessons = [Lesson(one.challenge, one.at, one.shares, came=True) for one in world(1, 400)]

    assert learn(lessons, DEFAULT_WEIGHTS) is None


def test_a_criterion_without_weight_gets_none():
    defaults = np.array([0.4, 0.3, 0.0, 0.1, 0.1, 0.05, 0.03, 0.02])

    weights = fit_weights(Lessons.build(world(1, 800), CRITERIA), defaults)

    assert weights[2] == 0


def test_a_curve_never_falls():
    """Here those with the lower shares came."""
    lessons = [Lesson(n, n, {"text": n / 20}, came=n < 10) for n in range(20)]
    built = Lessons.build(lessons, CRITERIA)

    assert curve_of(built, built.levels(DEFAULTS)).slope == 0


def test_the_rarely_asked_count_more_within_reason():
    def counts(*chances):
        lessons = [Lesson(n, n, {"text": 0.5}, True, 1.0, c) for n, c in enumerate(chances)]
        return Lessons.build(lessons, CRITERIA).counts.tolist()

    assert counts(None, None) == [1, 1]
    assert counts(1.0, 0.5) == pytest.approx([2 / 3, 4 / 3])
    assert max(counts(*[1.0] * 99, 0.001)) == 5


def test_order_is_right_as_often_as_pairs_say():
    levels, came = np.array([0.1, 0.4, 0.4, 0.8]), np.array([False, True, False, True])

    assert auc(levels, came) == (1 + 0.5 + 1 + 1) / 4
