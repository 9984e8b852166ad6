import pytest

from matching.scoring import (
    Brief,
    Point,
    Profile,
    Reason,
    Reference,
    Solution,
    Spread,
    score,
    take_snapshot,
    terms_of,
)
from matching.scoring.spread import BriefStatistics
from matching.scoring.words import corpus_by_words
from tests.judged import judge as judge_row

ESBJERG = Point(55.47, 8.45)
BRAEDSTRUP = Point(55.97, 9.61)
BARCELONA = Point(41.39, 2.17)
TYPICAL = BriefStatistics({"words": Spread(100, 4_000_000, 200_000_000_000)})


def judge(brief, profile):
    vectors = [terms_of(profile.passages)]
    corpus = corpus_by_words([profile], vectors, take_snapshot(vectors, version="test"))
    return judge_row(score(brief=brief, corpus=corpus, statistics=TYPICAL), profile)


def finding(criterion, brief, profile):
    found = {f.criterion: f for f in judge(brief, profile).findings}[criterion]
    return found.share, found.reason


def test_capabilities_count_a_must_have_twice():
    brief = Brief(1, must_have=("grid_sensors",), nice_to_have=("drones",))
    with_must = Profile(1, capabilities=("grid_sensors",))
    with_nice = Profile(2, capabilities=("drones",))

    shares = [finding("capabilities", brief, profile)[0] for profile in (with_must, with_nice)]

    assert shares == [2 / 3, 1 / 3]


def test_capabilities_of_a_solution_count_like_those_of_the_profile():
    brief = Brief(1, must_have=("grid_sensors", "drones"))
    profile = Profile(
        1, capabilities=("drones",), solutions=(Solution(7, "Node", None, ("grid_sensors",)),)
    )

    share, reason = finding("capabilities", brief, profile)

    assert share == 1
    assert reason == Reason(
        "capabilities_covered",
        covered=["grid_sensors", "drones"],
        missing=[],
        must_have=2,
        must_have_covered=2,
        required=2,
    )


def test_capabilities_quote_the_solution_that_shows_them():
    brief = Brief(1, must_have=("grid_sensors", "drones"))
    profile = Profile(
        1, capabilities=("drones",), solutions=(Solution(7, "Node", None, ("grid_sensors",)),)
    )

    findings = judge(brief, profile).findings

    assert [(q.kind, q.id, q.text, q.words) for q in findings[0].quotes] == [
        ("solution", 7, "Node", ("grid_sensors",))
    ]


def test_capability_asked_twice_counts_once():
    brief = Brief(1, must_have=("drones", "drones"), nice_to_have=("drones", "biogas"))
    profile = Profile(1, capabilities=("drones",))

    assert finding("capabilities", brief, profile)[0] == 2 / 3


def test_theme_shares_what_is_shared():
    brief = Brief(1, themes=("smart_home", "applied_ai"))
    profile = Profile(1, themes=("applied_ai",))

    assert finding("theme", brief, profile) == (
        0.5,
        Reason("themes_shared", shared=["applied_ai"], missing=["smart_home"]),
    )


@pytest.mark.parametrize(
    "trls, share, reason",
    [
        ((7,), 1, Reason("trl_in_range", trl=7, low=6, high=8)),
        ((6, 2), 1, Reason("trl_in_range", trl=6, low=6, high=8)),
        ((9,), 1 - 1 / 3, Reason("trl_gap", trl=9, low=6, high=8, steps=1)),
        ((4,), 1 - 2 / 3, Reason("trl_gap", trl=4, low=6, high=8, steps=2)),
        ((1,), 0, Reason("trl_gap", trl=1, low=6, high=8, steps=5)),
        ((None,), 0, Reason("trl_not_stated")),
        ((), 0, Reason("trl_not_stated")),
    ],
)
def test_trl_falls_by_a_third_with_each_step_outside(trls, share, reason):
    brief = Brief(1, trl_min=6, trl_max=8)
    profile = Profile(1, solutions=tuple(Solution(i, trl=trl) for i, trl in enumerate(trls)))

    assert finding("trl", brief, profile) == (share, reason)


@pytest.mark.parametrize(
    "profile, share, code",
    [
        (Profile(1, country="DK"), 1, "market_home"),
        (Profile(1, country="SE", countries_served=("DK",)), 1, "market_served"),
        (Profile(1, solutions=(Solution(1, countries_served=("DK",)),)), 1, "market_served"),
        (Profile(1, country="SE"), 0, "market_not_served"),
        (Profile(1), 0, "market_not_stated"),
    ],
)
def test_market_asks_for_the_country_of_the_lab(profile, share, code):
    brief = Brief(1, country="DK")

    found, reason = finding("market", brief, profile)

    assert (found, reason.code) == (share, code)


def test_market_counts_nearness_only_where_work_on_the_site_is_needed():
    near = Profile(1, country="DK", point=BRAEDSTRUP)
    far = Profile(2, country="ES", countries_served=("DK",), point=BARCELONA)
    anywhere = Brief(1, country="DK", point=ESBJERG)
    on_site = Brief(1, country="DK", point=ESBJERG, needs_presence=True)

    shares = [finding("market", brief, p)[0] for brief in (anywhere, on_site) for p in (near, far)]

    assert [round(share, 2) for share in shares] == [1, 1, 0.96, 0.5]


def test_market_names_the_distance():
    brief = Brief(1, country="DK", point=ESBJERG, needs_presence=True)

    reason = finding("market", brief, Profile(1, country="DK", point=BRAEDSTRUP))[1]

    assert reason == Reason("market_home", country="DK", home="DK", presence=True, km=90)


@pytest.mark.parametrize(
    "confirmed, claimed, share",
    [(0, 1, 0.125), (0, 9, 0.25), (1, 0, 0.5), (1, 1, 0.625), (2, 0, 0.75), (3, 0, 1), (30, 9, 1)],
)
def test_confirmed_references_raise_and_claims_hardly(confirmed, claimed, share):
    references = [Reference(i, confirmed=i < confirmed) for i in range(confirmed + claimed)]
    profile = Profile(1, references=tuple(references))

    assert finding("track_record", Brief(1), profile)[0] == share


def test_one_language_in_common_is_enough():
    brief = Brief(1, languages_of_work=("da", "en"))

    findings = [
        finding("languages", brief, profile)
        for profile in (Profile(1, languages=("en", "de")), Profile(2, languages=("de",)))
    ]

    assert findings == [
        (1, Reason("languages_shared", shared=["en"])),
        (0, Reason("languages_differ", missing=["da", "en"])),
    ]


def test_size_fits_or_differs():
    brief = Brief(1, size_classes=("micro", "small"))

    findings = [
        finding("size", brief, profile)
        for profile in (Profile(1, size_class="small"), Profile(2, size_class="large"))
    ]

    assert findings == [
        (1, Reason("size_fits", size_class="small")),
        (0, Reason("size_differs", size_class="large", wanted=["micro", "small"])),
    ]


def test_silence_scores_zero_and_is_named():
    brief = Brief(
        1,
        must_have=("drones",),
        themes=("applied_ai",),
        trl_min=5,
        country="DK",
        languages_of_work=("da",),
        size_classes=("small",),
    )

    judgement = judge(brief, Profile(1))

    assert judgement.total_tenths == judgement.stated_tenths == 0
    assert [finding.reason.code for finding in judgement.findings] == [
        "capabilities_not_stated",
        "theme_not_stated",
        "trl_not_stated",
        "market_not_stated",
        "track_record_not_stated",
        "languages_not_stated",
        "size_not_stated",
    ]


def test_what_the_brief_does_not_ask_brings_no_finding():
    judgement = judge(Brief(1, trl_min=5), Profile(1, solutions=(Solution(1, trl=6),)))

    assert [(f.criterion, f.weight_tenths, f.tenths) for f in judgement.findings] == [
        ("trl", 625, 625),
        ("track_record", 375, 0),
    ]
