import re

import pytest

from look.markup import most_points, points, score_bar, score_legend_of
from look.score import segments
from tests.look.gallery import PARTS, part, render


def test_parts_lie_end_to_end_and_reach_the_total():
    laid = segments(824, PARTS)

    assert [one.start for one in laid[1:]] == [one.end for one in laid[:-1]]
    assert laid[-1].end == 824


def test_parts_that_do_not_add_up_are_refused():
    with pytest.raises(ValueError, match="add up to 824 tenths, the score says 830"):
        segments(830, PARTS)


def test_drawn_widths_add_up_to_the_total():
    bar = score_bar(824, PARTS)

    assert (
        sum(int(width) for width in re.findall(r'<rect class="s\d" .*?width="(\d+)"', bar)) == 824
    )


def test_part_of_nothing_keeps_its_place_in_the_order():
    parts = [part("a", "A", 0, 100, ""), part("b", "B", 40, 100, "")]

    bar = score_bar(40, parts)

    assert re.findall(r'class="(s\d)"', bar) == ["s2"]


def test_the_legend_of_a_mixed_list_has_every_part_and_tells_no_most_that_differs():
    text = part("text", "Texts", 10, 300, "") | {"order": 1}
    size = part("size", "Size", 10, 100, "") | {"order": 8}
    raised = part("raised", "Raised", 10, 40, "") | {"order": 9}

    legend = score_legend_of([[text], [text, size], [text, size | {"weight_tenths": 50}, raised]])

    assert re.findall(r'class="(s\d)"', legend) == ["s1", "s8", "s9"]
    assert re.findall(r"</svg>(\w+)", legend) == ["Texts", "Size", "Raised"]
    assert re.findall(r"up to (\d+)", legend) == ["30", "4"]
    assert "up to" not in score_legend_of([[text], [size]], tells_most=False)


def test_a_part_keeps_its_colour_whatever_stands_beside_it():
    bar = score_bar(20, [part("a", "A", 10, 300, ""), part("b", "B", 10, 40, "") | {"order": 9}])

    assert re.findall(r'class="(s\d)"', bar) == ["s1", "s9"]


def test_score_without_parts_is_one_plain_bar():
    bar = score_bar(310, [])

    assert re.findall(r'<rect class="(s\d)" width="(\d+)"', bar) == [("s1", "310")]


def test_bar_reads_out_its_parts():
    bar = score_bar(50, [part("trl", "Readiness", 50, 150, "")])

    assert 'role="img" aria-label="Readiness 5.0 of 15"' in bar


@pytest.mark.parametrize(
    ("tenths", "shown", "at_most"), [(824, "82.4", "82.4"), (250, "25.0", "25"), (0, "0.0", "0")]
)
def test_tenths_are_written_as_points(tenths, shown, at_most):
    assert (points(tenths), most_points(tenths)) == (shown, at_most)


def test_full_score_has_a_row_of_words_for_each_criterion():
    html = render('<c-score-detail :total="824" :parts="parts" />', parts=PARTS)

    assert re.findall(r'class="score-why">(.*?)</td>', html) == [one["reason"] for one in PARTS]
