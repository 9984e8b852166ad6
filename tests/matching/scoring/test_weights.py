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


def test_points_share_what_their_criteria_have_and_leave_the_rest():
    weights = DEFAULT_WEIGHTS.with_points({"text": 2, "theme": 1, "size": 0}, version="own-1")

    assert {code: weights.tenths[code] for code in ("text", "theme", "size")} == {
        "text": 287,
        "theme": 143,
        "size": 0,
    }
    assert weights.tenths["trl"] == DEFAULT_WEIGHTS.tenths["trl"]
    assert sum(weights.tenths.values()) == 1000


def test_points_that_stand_where_the_defaults_are_change_nothing():
    points = {code: tenths // 10 for code, tenths in DEFAULT_WEIGHTS.tenths.items()}

    assert DEFAULT_WEIGHTS.with_points(points, version="x").tenths == DEFAULT_WEIGHTS.tenths


@pytest.mark.parametrize("points", [{"text": 0}, {"text": -1, "theme": 5}])
def test_no_points_at_all_and_less_than_none_are_refused(points):
    with pytest.raises(ValueError, match="whole numbers"):
        DEFAULT_WEIGHTS.with_points(points, version="x")
