import numpy as np
import pytest

from matching.scoring import Passage, TermVector, terms_of
from matching.scoring.terms import are_pieces, word_id


def words_in(text, language):
    ids = terms_of((Passage("profile", text, language),)).ids
    return ids[~are_pieces(ids)].tolist()


@pytest.mark.parametrize(
    "language, one, other",
    [
        ("en", "charging stations", "Charge station"),
        ("da", "kommunerne", "kommune"),
        ("nb", "bygningene", "bygning"),
        ("sv", "lösningar", "lösningen"),
        ("de", "Gebäuden", "Gebäude"),
        ("xx", "ABC", "abc"),
    ],
)
def test_forms_of_a_word_are_one_term(language, one, other):
    assert words_in(one, language) == words_in(other, language)


def test_cognates_share_pieces_and_no_words():
    danish = terms_of((Passage("need", "affaldssortering", "da"),))
    norwegian = terms_of((Passage("need", "avfallssortering", "nb"),))

    shared = np.intersect1d(danish.ids, norwegian.ids)

    assert shared.size == 8
    assert are_pieces(shared).all()


def test_term_ids_never_change():
    # Stored vectors depend on these numbers: another number needs a new TERMS_VERSION.
    vector = terms_of((Passage("need", "heat", "en"),))

    assert word_id("heat") == 3462486874480012446
    assert vector.ids.tolist() == [
        3462486874480012446,
        5509547863260069785,
        8534684747912077954,
        8610232863146300316,
    ]


def test_counts_add_up_over_passages():
    passages = (Passage("need", "biogas biogas"), Passage("outcome", "biogas"))

    vector = terms_of(passages)

    assert set(vector.counts.tolist()) == {3}
    assert vector.length == 3 * vector.ids.size


@pytest.mark.parametrize("text", ["", " ", "a", "…", "\n\n"])
def test_nothing_to_read_is_an_empty_vector(text):
    assert terms_of((Passage("need", text),)).length == 0


def test_vector_survives_storage():
    vector = terms_of((Passage("need", "Grid sensors for the grid"),))

    restored = TermVector.from_bytes(vector.to_bytes())

    assert restored.ids.tolist() == vector.ids.tolist()
    assert restored.counts.tolist() == vector.counts.tolist()
