import pytest

from challenges.completeness import ITEMS, completeness_of
from challenges.wording import PARTS

EVERYTHING = dict.fromkeys((item.code for item in ITEMS), True)


def test_whole_brief_is_complete():
    found = completeness_of(EVERYTHING)

    assert (found.percent, found.missing) == (100, ())


def test_empty_brief_names_what_publishing_needs_first():
    found = completeness_of({})

    assert found.percent == 0
    assert found.required == (
        "need", "question", "wanted_outcome", "success_criteria", "must_have",
        "title", "themes", "offer_kind", "deadline",
    )  # fmt: skip
    assert [item.required for item in found.missing] == sorted(
        (item.required for item in ITEMS), reverse=True
    )


@pytest.mark.parametrize("code", [item.code for item in ITEMS])
def test_each_part_counts(code):
    found = completeness_of({**EVERYTHING, code: False})

    assert found.percent < 100
    assert [item.code for item in found.missing] == [code]


def test_every_part_has_words():
    assert {item.code for item in ITEMS} | {"deadline_ahead"} == set(PARTS)
