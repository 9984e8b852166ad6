"""Meaning as whole numbers: exact, in any order, alone or in company."""

import numpy as np
import pytest

from matching.scoring import (
    Brief,
    EncodedBrief,
    EncodedCompanies,
    MeaningFit,
    Passage,
    Profile,
    Snapshot,
    corpus_of,
    judge_each,
    parts_of,
    score,
    take_means,
    take_snapshot,
    terms_of,
    texts_of_brief,
    to_raw,
)
from matching.scoring.meaning import MOST, asked_of, encodable
from matching.scoring.vectors import STORED, Directions, Means, Pointers, centre
from tests.judged import judge

SIZE = 48


def unit(*rows):
    vectors = np.array(rows, dtype=np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def random_vectors(number, *, seed=1, lean=0.0):
    """Unit vectors that all lean to one side, as those of a language model do."""
    rows = np.random.default_rng(seed).normal(size=(number, SIZE))
    rows[:, 0] += lean
    return unit(*rows)


def companies(vectors, sizes, languages=None):
    spoken = languages or ["en"] * len(sizes)
    return EncodedCompanies(to_raw(vectors), np.array(sizes), spoken)


def fit_of(encoded):
    means = take_means(encoded.vectors, encoded.language_of_each)
    return MeaningFit.build(encoded, means, name="one")


def brief_of(vectors, *, language="en"):
    passages = (Passage("question", "What?", language), Passage("need", "That.", language))
    return Brief(1, passages=passages).read_by(
        {"one": EncodedBrief(to_raw(vectors), parts_of(passages), language)}
    )


def test_a_company_has_the_same_value_alone_and_among_others():
    vectors = random_vectors(60, lean=3)
    encoded = companies(vectors, [3] * 20)
    means = take_means(encoded.vectors, encoded.language_of_each)
    brief = brief_of(random_vectors(3, seed=2, lean=3))

    together = MeaningFit.build(encoded, means, name="one").raws([brief])[0]
    alone = [
        int(
            MeaningFit.build(companies(vectors[i : i + 3], [3]), means, name="one").raws([brief])[
                0
            ][0]
        )
        for i in range(0, 60, 3)
    ]

    assert together.tolist() == alone


def test_products_are_exact_in_any_order():
    rows = centre(
        to_raw(random_vectors(200, lean=2)), ["en"] * 200, Means(np.zeros(SIZE, np.int16), {})
    )
    pointers = Pointers.of(rows[:7])

    together = pointers.cosines(rows)
    alone = [pointers.cosines(rows[i : i + 1])[0].tolist() for i in range(200)]
    products = rows.rows.astype(np.int64) @ rows.rows[:7].T.astype(np.int64)
    exact = products.astype(np.float32) * rows.scales[:, None] * rows.scales[:7]

    assert together.tolist() == alone
    assert (together == exact).all()


def test_whole_numbers_keep_the_direction_of_a_vector():
    vectors = random_vectors(300, seed=7).astype(np.float64)
    vectors[0] = np.eye(SIZE)[4]

    units = Directions.of(vectors).units

    assert np.abs(np.linalg.norm(units, axis=1) - 1).max() < 1e-6
    assert (units * vectors).sum(axis=1).min() > 0.9999


def test_a_vector_of_nothing_points_nowhere():
    nothing = Directions.of(np.zeros((2, SIZE)))

    assert not Pointers.of(Directions.of(np.eye(SIZE))).cosines(nothing).any()


def test_centred_rows_are_of_unit_length():
    raw = to_raw(random_vectors(50, lean=4))
    centred = centre(raw, ["en"] * 50, take_means(raw, ["en"] * 50)).units

    assert np.abs(np.linalg.norm(centred, axis=1) - 1).max() < 1e-6


def test_a_second_passage_on_the_subject_adds_and_one_on_something_else_takes_nothing():
    subject, elsewhere = np.eye(SIZE)[1], np.eye(SIZE)[2]
    others = -np.eye(SIZE)[3:9]
    vectors = unit(subject, subject, subject, subject, elsewhere, *others)
    fit = fit_of(companies(vectors, [1, 2, 2, *[1] * 6]))
    brief = brief_of(unit(subject, subject, subject))

    one, two, with_another, *rest = fit.raws([brief])[0].tolist()

    assert two > with_another >= one > max(rest)


def test_a_company_without_vectors_is_not_stated_and_has_nothing():
    fit = fit_of(companies(random_vectors(4), [2, 0, 2]))
    brief = brief_of(random_vectors(3, seed=5))

    assert fit.stated.tolist() == [True, False, True]
    assert fit.raws([brief])[0][1] == 0


def test_each_language_is_seen_from_its_own_middle():
    danish, spanish = random_vectors(400, seed=3), random_vectors(400, seed=4)
    danish[:, 1] += 5
    spanish[:, 2] += 5
    raw = to_raw(unit(*danish, *spanish))
    languages = ["da"] * 400 + ["es"] * 400

    centred = centre(raw, languages, take_means(raw, languages)).units

    assert np.abs(centred[:400].mean(axis=0)).max() < 0.1
    assert np.abs(raw[:400].mean(axis=0) / STORED).max() > 0.5


def test_a_brief_no_encoder_read_is_judged_by_words_alone():
    passages = (Passage("question", "Sensors for a grid", "en"),)
    profiles = [
        Profile(i, passages=(Passage("profile", text, "en"),))
        for i, text in enumerate(
            ("sensors find faults in a grid", "bread and butter", "bicycles for cities"), 1
        )
    ]
    vectors = [terms_of(profile.passages) for profile in profiles]
    encoded = companies(random_vectors(3), [1, 1, 1])
    means = {"one": take_means(encoded.vectors, encoded.language_of_each)}
    by_both = take_snapshot(vectors, version="1", means=means)
    by_words = take_snapshot(vectors, version="1")

    both = score(
        brief=Brief(1, passages=passages),
        corpus=corpus_of(profiles, vectors, {"one": encoded}, by_both),
    )
    words = score(
        brief=Brief(1, passages=passages), corpus=corpus_of(profiles, vectors, {}, by_words)
    )

    assert both.totals.tolist() == words.totals.tolist()


def test_the_passage_that_answers_is_quoted():
    subject, elsewhere = np.eye(SIZE)[1], np.eye(SIZE)[2]
    profile = Profile(
        7,
        passages=(
            Passage("profile", "Vi bager brød.", "da"),
            Passage("solution", "Målere finder fejl i kabler.", "da", id=3),
        ),
    )
    others = [Profile(i, passages=(Passage("profile", f"ord{i}", "da"),)) for i in range(8, 14)]
    everybody = [profile, *others]
    vectors = unit(elsewhere, subject, *-np.eye(SIZE)[3:9])
    encoded = companies(vectors, [2, *[1] * 6], ["da"] * 7)
    terms = [terms_of(one.passages) for one in everybody]
    means = {"one": take_means(encoded.vectors, encoded.language_of_each)}
    corpus = corpus_of(
        everybody, terms, {"one": encoded}, take_snapshot(terms, version="1", means=means)
    )

    judgement = judge(
        score(brief=brief_of(unit(subject, subject, subject)), corpus=corpus), profile
    )

    finding = next(one for one in judgement.findings if one.criterion == "text")
    assert [(one.side, one.kind, one.id) for one in finding.quotes] == [
        ("brief", "question", 0),
        ("profile", "solution", 3),
    ]


def test_each_of_many_is_quoted_as_alone():
    profiles = [
        Profile(
            number, passages=tuple(Passage("solution", f"word{i}", "da", id=i) for i in range(n))
        )
        for number, n in enumerate((3, 0, 1, 2), 1)
    ]
    encoded = companies(random_vectors(6), [3, 0, 1, 2], ["da"] * 4)
    terms = [terms_of(one.passages) for one in profiles]
    means = {"one": take_means(encoded.vectors, encoded.language_of_each)}
    snapshot = take_snapshot(terms, version="1", means=means)
    (fit,) = corpus_of(profiles, terms, {"one": encoded}, snapshot).text_fits[1:]
    brief = brief_of(random_vectors(3))
    rows = [3, 0, 2]

    together = fit.quotes(brief, [profiles[row] for row in rows], np.array(rows))

    alone = [fit.quotes(brief, [profiles[row]], np.array([row]))[0] for row in rows]
    assert together == alone
    own = fit.passages.units[fit.starts[3] :] @ asked_of(brief.encoded["one"], fit.means).direction
    assert together[0][1].id == int(own.argmax())


def test_nobody_is_quoted_by_an_encoder_that_read_nobody():
    profiles = [Profile(i, passages=(Passage("profile", f"ord{i}", "da"),)) for i in range(1, 9)]
    terms = [terms_of(one.passages) for one in profiles]
    read = companies(random_vectors(8), [1] * 8, ["da"] * 8)
    means = {"one": take_means(read.vectors, read.language_of_each)}
    nobody = companies(random_vectors(8)[:0], [0] * 8, ["da"] * 8)
    snapshot = take_snapshot(terms, version="1", means=means)
    scores = score(
        brief=brief_of(random_vectors(3)),
        corpus=corpus_of(profiles, terms, {"one": nobody}, snapshot),
    )

    judgements = judge_each(scores, profiles)

    assert [judgement.profile_id for judgement in judgements] == list(range(1, 9))
    texts = [one for each in judgements for one in each.findings if one.criterion == "text"]
    assert [finding.quotes for finding in texts] == [()] * 8


def test_a_snapshot_with_means_survives_storing():
    raw = to_raw(random_vectors(60))
    means = {
        "one": take_means(raw, ["da"] * 30 + ["en"] * 30),
        "two": take_means(raw[:, :32], ["es"] * 60, weight=5),
    }
    taken = take_snapshot(
        [terms_of((Passage("profile", "a b cc dd", "en"),))] * 3, version="9", means=means
    )

    again = Snapshot.from_bytes(taken.to_bytes())

    assert again.to_bytes() == taken.to_bytes()
    assert again.means["two"].weight == 5
    assert (again.means["one"].by_language["da"] == means["one"].by_language["da"]).all()


def test_a_long_need_is_cut_at_sentences_and_nothing_is_lost():
    sentence = "The city wants to know where its buses stand still. "
    passages = (Passage("question", "Where?", "en"), Passage("need", sentence * 12, "en"))

    question, *parts = parts_of(passages)

    assert question.text == "Where?"
    assert " ".join(part.text for part in parts) == (sentence * 12).strip()
    assert {len(part.text.split()) for part in parts} == {50, 20}


def test_the_whole_is_encoded_before_its_parts():
    passages = (Passage("question", "Where?", "en"), Passage("need", "Here.", "en"))

    assert texts_of_brief(passages) == ["Where?\nHere.", "Where?", "Here."]


@pytest.mark.parametrize(("languages", "read"), [(frozenset({"en"}), 1), (frozenset(), 2)])
def test_an_encoder_reads_its_languages(languages, read):
    passages = (Passage("profile", "ja", "da"), Passage("solution", "yes", "en"))

    assert len(encodable(passages, languages)) == read


def test_nobody_gains_by_cutting_a_text_to_pieces():
    passages = tuple(Passage("solution", f"text {i}", "en", id=i) for i in range(40))

    assert encodable(passages, frozenset()) == passages[:MOST]
