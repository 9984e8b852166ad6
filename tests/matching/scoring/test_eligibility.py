import pytest

from matching.scoring import (
    Brief,
    Profile,
    Solution,
    State,
    corpus_by_words,
    score,
    take_snapshot,
    terms_of,
)
from tests.judged import judge

SILENT = Profile(1)


def conditions(brief, profile):
    vectors = [terms_of(profile.passages)]
    corpus = corpus_by_words([profile], vectors, take_snapshot(vectors, version="test"))
    return judge(score(brief=brief, corpus=corpus), profile)


@pytest.mark.parametrize(
    "brief, met, not_met",
    [
        (
            Brief(1, countries=("DK", "NO"), countries_are_must=True),
            Profile(1, country="NO"),
            Profile(1, country="SE", countries_served=("DK",)),
        ),
        (
            Brief(1, size_classes=("micro", "small")),
            Profile(1, size_class="micro"),
            Profile(1, size_class="large"),
        ),
        (
            Brief(1, trl_min=6, trl_max=7, trl_is_must=True),
            Profile(1, solutions=(Solution(1, trl=3), Solution(2, trl=7))),
            Profile(1, solutions=(Solution(1, trl=5), Solution(2, trl=8))),
        ),
    ],
    ids=["country", "size", "trl"],
)
def test_condition_is_met_not_met_or_to_be_checked(brief, met, not_met):
    judgements = [conditions(brief, profile) for profile in (met, not_met, SILENT)]

    assert [judgement.conditions[1].state for judgement in judgements] == list(State)
    assert [judgement.is_eligible for judgement in judgements] == [True, False, True]
    assert [len(judgement.to_check) for judgement in judgements] == [0, 0, 1]


def test_company_that_opted_out_is_not_eligible():
    judgement = conditions(Brief(1), Profile(1, opted_out=True))

    assert [condition.code for condition in judgement.not_met] == ["must_not_opt_out"]


def test_range_that_is_no_must_is_no_condition():
    judgement = conditions(Brief(1, trl_min=6, countries=("DK",)), Profile(1, country="SE"))

    assert [condition.code for condition in judgement.conditions] == ["must_not_opt_out"]


def test_a_brief_stored_when_briefs_said_more_is_still_read():
    brief = Brief(1, languages_of_work=("da",), trl_min=6, trl_is_must=True)
    older = {**brief.to_data(), "is_open": True, "languages_are_must": False}

    assert Brief.from_data(older) == Brief.from_data(brief.to_data()) == brief
