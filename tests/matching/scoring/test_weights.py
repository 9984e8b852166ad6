import pytest

from matching.scoring import CRITERIA, DEFAULT_WEIGHTS, Weights


def test_defaults_name_every_criterion():
    assert tuple(DEFAULT_WEIGHTS.tenths) == CRITERIA


def test_weights_that_do_not_sum_to_a_hundred_points_are_refused():
    with pytest.raises(ValueError, match="sum to 1000"):
        Weights("mine", {"text": 500, "trl": 400})


def test_negative_weights_are_refused():
    with pytest.raises(ValueError, match="negative"):
        Weights("mine", {"text": 1100, "trl": -100})


def test_points_of_what_is_not_asked_go_to_the_rest_by_largest_remainder():
    weights = Weights("mine", {"text": 300, "trl": 300, "market": 100, "size": 300})

    assert weights.among(("text", "trl", "market")) == {"text": 429, "trl": 428, "market": 143}


def test_weights_of_nothing_asked_are_zero():
    weights = Weights("mine", {"text": 1000})

    assert weights.among(("trl",)) == {"trl": 0}
