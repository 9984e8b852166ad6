import pytest
from django.utils.translation import override

from matching.scoring import PARTS, Condition, Finding, Quote, Reason, State
from matching.scoring.eligibility import RULES
from matching.wording import (
    CONDITION_LABELS,
    CRITERION_LABELS,
    SENTENCES,
    missing,
    points,
    sentence,
    top_reasons,
)

COVERED = {"covered": ["grid_sensors", "fault_detection"], "missing": ["drones"]}
CLOSE = Reason("text_close", words=["waste", "sorting"])
IN_RANGE = Reason("trl_in_range", trl=7, low=6, high=9)
AT_HOME = Reason("market_home", country="NO", home="NO", presence=True, km=40)
SERVED = Reason("market_served", country="NO", home="SE", presence=False, km=None)
CONFIRMED = Reason("references_confirmed", confirmed=1, references=2, client_types=["utility"])
FITS = Reason("size_fits", size_class="small")
CASES = [
    (
        CLOSE,
        "Describes what the challenge asks for: waste, sorting",
    ),
    (Reason("text_related", words=["waste"]), "Describes related work: waste"),
    (
        Reason("text_distant", words=["waste"]),
        "Has a little in common with the challenge: waste",
    ),
    (Reason("text_unrelated"), "Describes something else than the challenge asks for"),
    (Reason("text_not_stated"), "The profile has no text yet"),
    (
        Reason("capabilities_covered", **COVERED, must_have=3, must_have_covered=2, required=3),
        "Covers 2 of 3 must-have capabilities: Grid sensors, Fault detection",
    ),
    (Reason("capabilities_none", missing=[]), "Covers none of the capabilities asked for"),
    (Reason("capabilities_not_stated"), "Capabilities are not stated"),
    (Reason("themes_shared", shared=["applied_ai"]), "Works in the theme: Applied AI and data"),
    (Reason("themes_differ", shared=[], missing=["smart_home"]), "Works in other themes"),
    (Reason("theme_not_stated"), "Themes are not stated"),
    (IN_RANGE, "TRL 7, within 6–9"),
    (Reason("trl_gap", trl=4, low=6, high=9, steps=2), "TRL 4, 2 steps outside 6–9"),
    (Reason("trl_not_stated"), "TRL is not stated"),
    (
        AT_HOME,
        "Based in Norway, about 40 km from the living lab",
    ),
    (
        SERVED,
        "Serves Norway",
    ),
    (
        Reason("market_not_served", country="NO", home="SE", presence=False, km=None),
        "Does not say that it serves Norway",
    ),
    (
        Reason("market_distance", country="", home="NO", presence=True, km=40),
        "About 40 km from the living lab",
    ),
    (
        Reason("market_not_served", country="DK", home="DE", presence=True, km=30),
        "About 30 km from the living lab, but does not say that it serves Denmark",
    ),
    (Reason("market_not_stated"), "Country and countries served are not stated"),
    (
        CONFIRMED,
        "2 references, 1 confirmed by the client; clients: Utility",
    ),
    (
        Reason("references_claimed", confirmed=0, references=1, client_types=["municipality"]),
        "1 reference, not confirmed yet; clients: Municipality",
    ),
    (Reason("track_record_not_stated"), "No references are stated"),
    (Reason("languages_shared", shared=["da", "en"]), "Works in Danish, English"),
    (
        Reason("languages_differ", missing=["da"]),
        "Does not name a language of work of this challenge: Danish",
    ),
    (Reason("languages_not_stated"), "Languages of work are not stated"),
    (
        FITS,
        "Small enterprise, which the challenge is meant for",
    ),
    (
        Reason("size_differs", size_class="large", wanted=["micro", "small"]),
        "Large enterprise; the challenge is meant for: Micro enterprise, Small enterprise",
    ),
    (Reason("size_not_stated"), "Size is not stated"),
    (
        Reason("granted", share=1.0, share_found=0.3, found=Reason("trl_not_stated").to_data()),
        "TRL is not stated; contested by the company, and all points granted",
    ),
    (
        Reason("granted", share=0.5, share_found=0.0, found=Reason("themes_differ").to_data()),
        "Works in other themes; contested by the company, and half of the points granted",
    ),
    (
        Reason("raised_by_manager"),
        "Points that the cluster manager gave by hand, on top of what was computed",
    ),
    (Reason("must_not_opt_out_met"), "The company takes part in matching"),
    (Reason("must_not_opt_out_not_met"), "The company does not take part in matching"),
    (Reason("must_country_met", country="NO", wanted=["NO"]), "Based in Norway"),
    (
        Reason("must_country_not_met", country="SE", wanted=["NO", "DK"]),
        "Based in Sweden; the challenge is for companies from Norway, Denmark",
    ),
    (
        Reason("must_country_not_stated", country="", wanted=["NO"]),
        "To be checked: the country is not stated",
    ),
    (
        Reason("must_size_met", size_class="small", wanted=["small"]),
        "Small enterprise, which the challenge is meant for",
    ),
    (
        Reason("must_size_not_met", size_class="large", wanted=["small"]),
        "Large enterprise; the challenge is meant for: Small enterprise",
    ),
    (
        Reason("must_size_not_stated", size_class="", wanted=["small"]),
        "To be checked: the size is not stated",
    ),
    (Reason("must_trl_met", trls=[7], low=6, high=9), "A solution is within TRL 6–9"),
    (Reason("must_trl_not_met", trls=[3, 4], low=6, high=9), "TRL 3, 4; 6–9 is a must"),
    (
        Reason("must_trl_not_stated", trls=[], low=6, high=9),
        "To be checked: TRL is not stated, 6–9 is a must",
    ),
    # Of companies without a name for the reader.
    (Reason("trl_within", low=6, high=9), "A solution is within TRL 6–9"),
    (Reason("trl_outside", low=6, high=9), "No solution is within TRL 6–9"),
    (Reason("market_there", country="NO"), "Based in Norway, or serves it"),
    (Reason("references_with_clients"), "Has references that clients confirmed"),
    (Reason("references_without_clients"), "Has references, not confirmed yet"),
    (Reason("size_within"), "Of a size the challenge is meant for"),
    (
        Reason("size_outside", wanted=["micro", "small"]),
        "Of no size the challenge is meant for: Micro enterprise, Small enterprise",
    ),
    (
        Reason("must_country_within", wanted=["NO", "DK"]),
        "Based in a country the challenge is for: Norway, Denmark",
    ),
    (
        Reason("must_country_outside", wanted=["NO", "DK"]),
        "Based in no country the challenge is for: Norway, Denmark",
    ),
    (
        Reason("must_trl_outside", low=6, high=9),
        "No solution is within TRL 6–9, which is a must",
    ),
]


def finding(criterion="trl", tenths=100, reason=IN_RANGE, quotes=()):
    return Finding(criterion, 1000, tenths, tenths / 1000, reason, quotes)


@pytest.mark.parametrize("reason, text", CASES, ids=[text for _, text in CASES])
def test_reason_in_words(reason, text):
    with override("en"):
        assert sentence(reason) == text


def test_every_reason_is_in_the_table():
    assert {reason.code for reason, _ in CASES} == set(SENTENCES)


def test_every_criterion_and_condition_has_a_label():
    assert tuple(CRITERION_LABELS) == PARTS
    assert set(CONDITION_LABELS) == set(RULES)


@pytest.mark.parametrize(
    "data, text",
    [
        (
            {"must_have": 0, "must_have_covered": 0, "required": 3},
            "Covers 2 of 3 nice-to-have capabilities: Grid sensors, Fault detection",
        ),
        (
            {"must_have": 1, "must_have_covered": 1, "required": 3},
            (
                "Covers 1 of 1 must-have and 1 of 2 nice-to-have capabilities: "
                "Grid sensors, Fault detection"
            ),
        ),
    ],
)
def test_capabilities_name_what_was_asked(data, text):
    with override("en"):
        assert sentence(Reason("capabilities_covered", **COVERED, **data)) == text


def test_anonymous_finding_quotes_nothing():
    quoted = finding(reason=CLOSE, quotes=(Quote("profile", "solution", 3, "Our Node"),))

    hidden = quoted.anonymous

    assert (hidden.quotes, dict(hidden.reason.data)) == ((), {})
    assert hidden.tenths == quoted.tenths


def test_top_reasons_are_the_three_that_brought_most():
    findings = (
        finding("text", 90, CLOSE),
        finding("trl", 100, IN_RANGE),
        finding("size", 30, FITS),
        finding("market", 100, SERVED),
        finding("track_record", 0, Reason("track_record_not_stated")),
    )

    with override("en"):
        reasons = top_reasons(findings)

    assert reasons == [
        "TRL 7, within 6–9",
        "Serves Norway",
        "Describes what the challenge asks for: waste, sorting",
    ]


def test_finding_that_brought_nothing_is_no_reason():
    assert top_reasons((finding(tenths=0),)) == []


def test_missing_names_what_was_asked_and_not_found():
    asked = Reason("capabilities_covered", **COVERED, must_have=3, must_have_covered=2, required=3)

    with override("en"):
        assert missing(finding(reason=asked)) == "Missing: Drones and inspection robots"
        assert missing(finding()) == ""


@pytest.mark.parametrize("language, text", [("en", "87.4"), ("da", "87,4"), ("nb", "87,4")])
def test_points_are_written_as_the_reader_writes_them(language, text):
    with override(language):
        assert points(874) == text


def test_condition_survives_storage():
    condition = Condition(
        "must_trl", State.NOT_MET, Reason("must_trl_not_met", trls=[3], low=6, high=9)
    )

    assert Condition.from_data(condition.to_data()) == condition
