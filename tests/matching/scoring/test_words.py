import math
import random

import numpy as np
import pytest

from matching.scoring import (
    Brief,
    Passage,
    Profile,
    Quote,
    Snapshot,
    WordFit,
    take_snapshot,
    terms_of,
)
from matching.scoring.impacts import COMMON_FROM, STEPS
from matching.scoring.terms import PIECE_BIT
from matching.scoring.text_fit import ONE
from matching.scoring.words import LENGTH_BIAS, PIECE_WEIGHT, SATURATION, terms_asked

TEXTS = (
    "Sensors find faults in the low-voltage grid. Installed without an outage.",
    "We sort waste with cameras. Cameras see what people miss.",
    "Heat pumps for blocks of flats.",
    "",
)


def passage(text, language="en", kind="profile"):
    return Passage(kind, text, language)


def built(texts=TEXTS):
    vectors = [terms_of((passage(text),)) for text in texts]
    snapshot = take_snapshot(vectors, version="test")
    return vectors, snapshot, WordFit.build(vectors, snapshot)


def bm25(brief, vectors, snapshot):
    """The formula, one company and one term at a time."""
    asked = terms_of(brief.passages)
    weights = {
        term: math.sqrt(count) * idf * (PIECE_WEIGHT if term >= PIECE_BIT else 1)
        for term, count, idf in zip(
            asked.ids.tolist(), asked.counts.tolist(), snapshot.idf(asked.ids), strict=True
        )
    }
    for vector in vectors:
        length = 1 - LENGTH_BIAS + LENGTH_BIAS * vector.length / snapshot.average_length
        found = zip(vector.ids.tolist(), vector.counts.tolist(), strict=True)
        total = sum(
            weights.get(term, 0) * tf * (SATURATION + 1) / (tf + SATURATION * length)
            for term, tf in found
        )
        yield total / (SATURATION + 1) / sum(weights.values())


def test_raw_is_bm25_as_a_share_of_the_best_possible():
    vectors, snapshot, fit = built()
    brief = Brief(1, passages=(passage("Cameras that sort waste, waste and waste"),))

    raw = fit.raws([brief])[0]

    assert raw / ONE == pytest.approx(list(bm25(brief, vectors, snapshot)), abs=0.5 / STEPS)
    assert raw.argmax() == 1


@pytest.mark.parametrize("text", ["", "æøå", "zzzz"])
def test_nothing_in_common_is_zero(text):
    _, _, fit = built()

    assert fit.raws([Brief(1, passages=(passage(text),))])[0].tolist() == [0, 0, 0, 0]


def test_no_companies_are_no_numbers():
    _, _, fit = built(())

    assert fit.raws([Brief(1, passages=(passage("waste"),))])[0].tolist() == []


def test_rarer_terms_weigh_more_and_unknown_ones_as_if_seen_once():
    snapshot = Snapshot("test", 10, 5.0, np.array([3, 8]), np.array([9, 2], dtype=np.int32))

    often, seldom, unknown = snapshot.idf(np.array([3, 8, 5]))

    assert often < seldom < unknown == math.log(1 + 9.5 / 1.5)


def test_snapshot_survives_storage():
    _, snapshot, _ = built()
    ids = terms_of((passage("faults in the grid"),)).ids

    restored = Snapshot.from_bytes(snapshot.to_bytes())

    assert restored.to_bytes() == snapshot.to_bytes()
    assert restored.idf(ids).tolist() == snapshot.idf(ids).tolist()


def test_quotes_are_the_sentences_that_meet():
    _, _, fit = built()
    brief = Brief(1, passages=(passage("Our city grows. We must sort more waste.", kind="need"),))
    profile = Profile(1, passages=(passage(TEXTS[1]),))

    quotes = fit.quotes(brief, [profile], np.array([0]))[0]

    assert quotes == (
        Quote("brief", "need", 0, "We must sort more waste.", ("sort", "waste")),
        Quote("profile", "profile", 0, "We sort waste with cameras.", ("sort", "waste")),
    )


def test_quotes_highlight_cognates_across_languages():
    _, _, fit = built()
    brief = Brief(1, passages=(passage("Bedre affaldssortering i byen", "da", "need"),))
    profile = Profile(1, passages=(passage("Maskinell avfallssortering", "nb"),))

    quotes = fit.quotes(brief, [profile], np.array([0]))[0]

    assert [quote.words for quote in quotes] == [("affaldssortering",), ("avfallssortering",)]


def test_quotes_rest_on_telling_words_alone():
    need = "Kein Nachbar weiß, wie viele Menschen es sind. Die Gebäude haben keine Messung."
    profile = "Kein Kunde ist wie alle Menschen. Wir bauen die Messung für Gebäude."
    _, _, fit = built()
    brief = Brief(1, passages=(passage(need, "de", "need"),))

    quotes = fit.quotes(brief, [Profile(1, passages=(passage(profile, "de"),))], np.array([0]))[0]

    assert [(quote.text, set(quote.words)) for quote in quotes] == [
        ("Die Gebäude haben keine Messung.", {"gebäude", "messung"}),
        ("Wir bauen die Messung für Gebäude.", {"gebäude", "messung"}),
    ]


def test_what_no_quote_can_show_is_not_quoted():
    _, _, fit = built()
    beyond = " ".join(["growing"] * 40)  # a quote ends before the word that both say
    brief = Brief(1, passages=(passage(f"{beyond} waste", kind="need"),))
    profiles = [Profile(1, passages=(passage(text),)) for text in ("We sort waste.", "Growing.")]

    quotes = fit.quotes(brief, profiles, np.array([0, 1]))

    assert [[quote.words for quote in own] for own in quotes] == [[], [("growing",)] * 2]


def test_nothing_in_common_quotes_nothing():
    _, _, fit = built()
    brief = Brief(1, passages=(passage("biogas"),))

    assert fit.quotes(brief, [Profile(1, passages=(passage("cycling"),))], np.array([0])) == [()]


def test_a_brief_alone_is_measured_to_the_bit_as_beside_others():
    dice = random.Random(20261127)
    words = ("sensor", "grid", "fault", "heat", "pump", "meter", "cable", "quay", "wind", "waste")

    def drawn(number):
        return [" ".join(dice.choices(words, k=dice.randint(1, 30))) for _ in range(number)]

    _, _, fit = built((*drawn(200), ""))
    briefs = [Brief(n, passages=(passage(text),)) for n, text in enumerate(drawn(7))]

    together = fit.raws(briefs)

    assert together.shape == (7, 201)
    assert together[:, :200].min(axis=1).max() > 0
    assert [fit.raws([brief])[0].tolist() for brief in briefs] == together.tolist()


def test_how_a_term_is_laid_out_changes_nothing():
    dice = random.Random(20261128)
    said = [[word for n in range(1, 40) if dice.random() < 1 / n for word in [f"wort{n}"]]
            for _ in range(300)]  # fmt: skip
    vectors, snapshot, fit = built([" ".join(words) for words in said])
    briefs = [Brief(n, passages=(passage(" ".join(said[n] + said[n + 1])),)) for n in range(9)]

    together = fit.raws(briefs)

    assert fit.common.ids.size > 5
    assert fit.rare.ids.size > 5
    often = (fit.common.impacts > 0).sum(axis=0)
    assert often.min() >= 300 / COMMON_FROM > np.diff(fit.rare.impacts.indptr).max()
    for row, vector in enumerate(vectors):
        alone = WordFit.build([vector], snapshot)
        assert alone.rare.ids.size == 0
        assert alone.raws(briefs)[:, 0].tolist() == together[:, row].tolist()


def test_a_brief_of_which_nobody_says_a_word_measures_nothing():
    _, _, fit = built()

    assert fit.raws([Brief(1, passages=(passage("zzzz"),))]).tolist() == [[0, 0, 0, 0]]
    assert fit.raws([Brief(1)]).tolist() == [[0, 0, 0, 0]]


def test_words_keep_to_the_language_of_the_brief_where_others_can_compare():
    texts = ("heat in the ground", "heat in the ground", "varme i jorden", "varme", "")
    languages = ("en", "nb", "no", "", "en")
    vectors = [terms_of((Passage("profile", text, "en"),)) for text in texts]
    fit = WordFit.build(vectors, take_snapshot(vectors, version="test"), languages)
    brief = Brief(1, passages=(Passage("need", "varme fra jorden", "nb"),))

    alone = fit.heard(brief, np.zeros(5, dtype=np.bool_))
    beside = fit.heard(brief, np.ones(5, dtype=np.bool_))

    assert alone.tolist() == [True, True, True, True, False]
    assert beside.tolist() == [False, True, True, True, False]


def test_with_the_terms_asked_alone_everybody_has_the_same_number():
    vectors, snapshot, whole = built()
    asked, others = (
        Brief(1, passages=(passage(text),)) for text in ("Sensors in the grid", "Waste of people")
    )

    fit = WordFit.build(vectors, snapshot, asked=terms_asked([asked], snapshot))

    assert fit.raws([asked]).tolist() == whole.raws([asked]).tolist()
    assert fit.stated.tolist() == whole.stated.tolist()
    assert fit.raws([others]).tolist() != whole.raws([others]).tolist()
