"""Claims about any companies and any brief."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching.scoring import (
    CRITERIA,
    DEFAULT_WEIGHTS,
    NOTHING,
    PARTS,
    Amendment,
    Brief,
    BriefStatistics,
    Finding,
    Judgement,
    Passage,
    Point,
    Profile,
    Reference,
    Solution,
    amended,
    best,
    corpus_by_words,
    judge_each,
    score,
    take_snapshot,
    terms_of,
    text_fit,
)
from matching.scoring.changes import best_changes, changes_of
from matching.scoring.whatif import Shares, Terms, invited
from matching.wording import SENTENCES
from tests.judged import judge

THEMES = ("smart_home", "applied_ai", "waste_circular")
CAPABILITIES = ("grid_sensors", "drones", "biogas", "cycling", "parking")
COUNTRIES = ("DK", "NO", "SE", "ES")
LANGUAGES = ("da", "nb", "en")
SIZES = ("micro", "small", "large")
WORDS = (
    "varme", "energi", "sensor", "affald", "avfall", "waste", "grid", "heat", "the", "city", "by",
)  # fmt: skip

several = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def some(codes):
    return st.lists(st.sampled_from(codes), max_size=4).map(tuple)


def maybe(codes):
    return st.sampled_from(("", *codes))


texts = st.lists(st.sampled_from((*WORDS, "waste. Heat", "…")), max_size=14).map(" ".join)
passages = st.lists(
    st.builds(Passage, st.sampled_from(("profile", "solution")), texts, st.sampled_from(LANGUAGES)),
    max_size=3,
).map(tuple)
points = st.none() | st.builds(
    Point, st.floats(-90, 90, allow_nan=False), st.floats(-180, 180, allow_nan=False)
)
trls = st.none() | st.integers(1, 9)
solutions = st.lists(
    st.builds(Solution, st.integers(1, 9), texts, trls, some(CAPABILITIES), some(COUNTRIES)),
    max_size=3,
).map(tuple)
references = st.lists(
    st.builds(Reference, st.integers(1, 9), texts, maybe(("utility",)), st.booleans()), max_size=4
).map(tuple)
profiles = st.builds(
    Profile,
    id=st.integers(1, 10_000),
    themes=some(THEMES),
    capabilities=some(CAPABILITIES),
    solutions=solutions,
    references=references,
    country=maybe(COUNTRIES),
    point=points,
    countries_served=some(COUNTRIES),
    languages=some(LANGUAGES),
    size_class=maybe(SIZES),
    opted_out=st.booleans(),
    passages=passages,
)
companies = st.lists(profiles, min_size=1, max_size=6, unique_by=lambda profile: profile.id)
briefs = st.builds(
    Brief,
    id=st.just(1),
    passages=passages,
    themes=some(THEMES),
    must_have=some(CAPABILITIES),
    nice_to_have=some(CAPABILITIES),
    trl_min=st.none() | st.integers(1, 5),
    trl_max=st.none() | st.integers(5, 9),
    trl_is_must=st.booleans(),
    country=maybe(COUNTRIES),
    point=points,
    needs_presence=st.booleans(),
    countries=some(COUNTRIES),
    countries_are_must=st.booleans(),
    languages_of_work=some(LANGUAGES),
    size_classes=some(SIZES),
    sizes_are_must=st.booleans(),
)


amendments = st.builds(
    Amendment,
    shares=st.dictionaries(st.sampled_from(CRITERIA), st.sampled_from([0.5, 1.0]), max_size=3),
    raised=st.sampled_from([0, 5, 100, 1000]),
)


def snapshot_of(known):
    return take_snapshot([terms_of(profile.passages) for profile in known], version="test")


def run(brief, known, snapshot=None, statistics=None):
    vectors = [terms_of(profile.passages) for profile in known]
    corpus = corpus_by_words(known, vectors, snapshot or snapshot_of(known))
    return score(brief=brief, corpus=corpus, statistics=statistics)


def written(scores, known):
    return {profile.id: judge(scores, profile).to_bytes() for profile in known}


@several
@given(briefs, companies)
def test_one_company_alone_is_judged_as_among_all(brief, known):
    full = run(brief, known)

    for profile in known:
        alone = run(brief, [profile], full.corpus.snapshot, full.statistics)

        assert judge(alone, profile).to_bytes() == judge(full, profile).to_bytes()


@several
@given(briefs, companies)
def test_many_at_once_are_judged_as_one_by_one(brief, known):
    scores = run(brief, known)
    backwards = known[::-1]

    together = [judgement.to_bytes() for judgement in judge_each(scores, backwards)]

    assert together == [judge(scores, profile).to_bytes() for profile in backwards]


@several
@given(briefs, companies)
def test_findings_say_what_the_row_says(brief, known):
    scores = run(brief, known)

    for row, profile in enumerate(known):
        judgement = judge(scores, profile)

        told = {finding.criterion: finding.tenths for finding in judgement.findings}
        assert [told.get(code, 0) for code in PARTS] == scores.parts[row].tolist()
        assert judgement.total_tenths == scores.totals[row]
        assert judgement.is_eligible == scores.eligible[row]


@several
@given(briefs, companies)
def test_parts_add_up_within_their_weights(brief, known):
    scores = run(brief, known)

    for profile in known:
        judgement = judge(scores, profile)

        findings = judgement.findings
        assert sum(finding.tenths for finding in findings) == judgement.total_tenths
        assert all(0 <= finding.tenths <= finding.weight_tenths for finding in findings)
        assert sum(finding.weight_tenths for finding in findings) == 1000
        assert all(finding.tenths == 0 for finding in findings if not finding.is_stated)


@several
@given(briefs, companies, st.randoms(use_true_random=False))
def test_order_of_companies_changes_nothing(brief, known, random):
    shuffled = random.sample(known, len(known))

    first, second = run(brief, known), run(brief, shuffled)

    assert written(first, known) == written(second, known)
    assert first.ids[best(first, 3)].tolist() == second.ids[best(second, 3)].tolist()


@several
@given(briefs, companies, st.lists(st.tuples(st.integers(0, 5), profiles), max_size=5))
def test_edits_one_by_one_equal_a_full_run_under_the_same_snapshot(brief, known, edits):
    first = run(brief, known)
    snapshot, statistics = first.corpus.snapshot, first.statistics
    kept, current = written(first, known), list(known)

    for place, edited in edits:
        row = place % len(current)
        current[row] = replace(edited, id=current[row].id, revision=current[row].revision + 1)
        single = run(brief, [current[row]], snapshot, statistics)
        kept |= written(single, [current[row]])

    assert kept == written(run(brief, current, snapshot, statistics), current)


@several
@given(briefs, companies, st.integers(0, 6))
def test_blocks_scored_apart_equal_one_run(brief, known, cut):
    full = run(brief, known)
    snapshot = full.corpus.snapshot
    blocks = [block for block in (known[:cut], known[cut:]) if block]

    statistics = sum(
        (run(brief, block, snapshot).statistics for block in blocks), start=BriefStatistics({})
    )
    apart = [written(run(brief, block, snapshot, statistics), block) for block in blocks]

    assert statistics == full.statistics
    assert {key: value for block in apart for key, value in block.items()} == written(full, known)


@several
@given(briefs, companies)
def test_conditions_never_change_the_score(brief, known):
    strict = replace(
        brief,
        trl_is_must=True,
        countries_are_must=True,
        sizes_are_must=True,
    )
    loose = replace(
        strict,
        trl_is_must=False,
        countries_are_must=False,
        sizes_are_must=False,
    )
    out = [replace(profile, opted_out=True) for profile in known]

    scores = [run(strict, out), run(loose, known)]

    assert scores[0].parts.tolist() == scores[1].parts.tolist()


@several
@given(briefs, companies, st.sampled_from(CAPABILITIES))
def test_one_more_capability_never_lowers_the_score(brief, known, capability):
    before = run(brief, known)
    able = replace(known[0], capabilities=(*known[0].capabilities, capability))

    after = run(brief, [able, *known[1:]])

    assert after.totals[0] >= before.totals[0]
    assert after.totals[1:].tolist() == before.totals[1:].tolist()


@several
@given(briefs, companies)
def test_judgement_survives_storage_and_has_words(brief, known):
    scores = run(brief, known)

    for profile in known:
        judgement = judge(scores, profile)

        reasons = [entry.reason for entry in (*judgement.findings, *judgement.conditions)]
        assert Judgement.from_data(judgement.to_data()) == judgement
        assert {reason.code for reason in reasons} <= set(SENTENCES)


@several
@given(companies, st.lists(st.integers(0, 1000), min_size=6, max_size=6), st.integers(0, 7))
def test_best_are_the_highest_and_the_lower_id_among_equals(known, totals, number):
    scores = run(Brief(1), known)
    scores.__dict__["totals"] = np.array(totals[: len(known)], dtype=np.int32)

    ranked = scores.ids[best(scores, number)].tolist()

    order = sorted(zip(known, totals, strict=False), key=lambda pair: (-pair[1], pair[0].id))
    assert ranked == [profile.id for profile, _ in order][:number]


def test_best_may_be_taken_among_the_eligible_only():
    known = [Profile(1, opted_out=True), Profile(2), Profile(3)]

    scores = run(Brief(1), known)

    assert best(scores, 5, among=scores.eligible).tolist() == [1, 2]


@pytest.mark.parametrize("number", [1, 2, 40])
def test_text_share_does_not_need_company_of_others(number):
    known = [
        Profile(i, passages=(Passage("profile", "waste sorting with cameras" if i == 1 else "x"),))
        for i in range(1, number + 1)
    ]

    share = run(Brief(1, passages=(Passage("need", "waste sorting"),)), known).shares[0, 0]

    assert share > 0.5


def test_text_measures_add_up_by_their_weights():
    known = [Profile(i, passages=(Passage("profile", text),)) for i, text in enumerate(WORDS)]
    brief = Brief(1, passages=(Passage("need", "energi varme"),))
    corpus = run(brief, known).corpus
    (words,) = corpus.text_fits
    twice = (words, replace(words, name="again", weight=3))

    shares = [
        text_fit.measure(brief, fits, replace(corpus.snapshot, priors={}), None)[0]
        for fits in ((words,), twice)
    ]

    assert shares[1] == pytest.approx(shares[0])


def test_weights_of_a_challenge_are_named_in_its_judgements():
    profile = Profile(1)

    judgement = judge(run(Brief(1), [profile]), profile)

    assert (judgement.weights_version, judgement.snapshot_version) == (
        DEFAULT_WEIGHTS.version,
        "test",
    )


@several
@given(briefs, companies, st.data())
def test_a_decision_changes_the_part_it_names_and_nothing_else(brief, known, data):
    decided = data.draw(amendments)
    company = known[0]
    plain = run(brief, known)

    steered = run(brief.amended_by({company.id: decided}), known)

    before, after = judge(plain, company), judge(steered, company)
    named = {*decided.shares, "raised"}
    assert [one for one in after.findings if one.criterion not in named] == [
        one for one in before.findings if one.criterion not in named
    ]
    assert sum(one.tenths for one in after.findings) == after.total_tenths <= 1000
    assert after.total_tenths >= before.total_tenths
    assert written(steered, known[1:]) == written(plain, known[1:])


@several
@given(briefs, companies, st.lists(amendments, max_size=3))
def test_stored_findings_follow_decisions_as_a_new_scoring_would(brief, known, decisions):
    company = known[0]
    stored = judge(run(brief, known), company).findings

    for decided in [*decisions, NOTHING]:
        stored = amended(
            [Finding.from_data(json.loads(json.dumps(one.to_data()))) for one in stored], decided
        )

        anew = judge(run(brief.amended_by({company.id: decided}), known), company)
        assert [one.to_data() for one in stored] == [one.to_data() for one in anew.findings]


@several
@given(briefs, companies)
def test_a_change_brings_what_was_said_and_none_brings_more(brief, known):
    company = known[0]
    before = run(brief, known)
    now = judge(before, company)

    gains = best_changes(brief, company, now.findings, number=100)

    told = {gain.reason.code + repr(gain.reason.data): gain.tenths for gain in gains}
    for change in changes_of(brief, company):
        alone = run(brief, [change.profile], before.corpus.snapshot, before.statistics)
        brought = judge(alone, change.profile).total_tenths - now.total_tenths
        if change.criterion != "text":
            assert told.get(change.reason.code + repr(change.reason.data), 0) == brought
    assert [gain.tenths for gain in gains] == sorted(told.values(), reverse=True)


points_of_criteria = st.fixed_dictionaries({code: st.integers(0, 100) for code in CRITERIA}).filter(
    lambda points: sum(points.values()) > 0
)


@several
@given(briefs, companies, points_of_criteria, st.data())
def test_whom_other_weights_invite_is_predicted_to_the_last_digit(brief, known, points, data):
    ids = [profile.id for profile in known]
    some_ids = st.frozensets(st.sampled_from(ids))
    decided = data.draw(st.dictionaries(st.sampled_from(ids), amendments, max_size=2))
    weights = DEFAULT_WEIGHTS.with_points(points, version="tried")
    measured = run(brief, known)
    terms = Terms(
        threshold=data.draw(st.integers(0, 600)),
        places=data.draw(st.integers(1, 4)),
        stored=500,
        amendments=decided,
        pinned=data.draw(some_ids),
        excluded=data.draw(some_ids),
    )

    predicted = invited(Shares.from_bytes(Shares.of([measured]).to_bytes()), weights, terms)

    scores = score(brief=brief.amended_by(decided), corpus=measured.corpus, weights=weights)
    totals = dict(zip(scores.ids.tolist(), scores.totals.tolist(), strict=True))
    eligible = dict(zip(scores.ids.tolist(), scores.eligible.tolist(), strict=True))
    asked = [
        pk
        for pk in sorted(ids, key=lambda pk: (pk not in terms.pinned, -totals[pk], pk))
        if pk not in terms.excluded
        and (pk in terms.pinned or (eligible[pk] and totals[pk] >= terms.threshold))
    ]
    assert list(predicted.items()) == [(pk, totals[pk]) for pk in asked[: terms.places]]
