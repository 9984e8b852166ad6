"""What the engine has to beat: BM25, PostgreSQL full text, and popularity as a control."""

from collections.abc import Sequence

import numpy as np
from django.db import connection, transaction
from numpy.typing import NDArray
from scipy.sparse import csr_array

from matching.scoring import Passage, TermVector, terms_of
from matching.scoring.terms import are_pieces

Floats = NDArray[np.float64]

SATURATION = 1.2  # k1 and b as BM25 is used everywhere
LENGTH_BIAS = 0.75
CONFIGURATIONS = {
    "en": "english", "da": "danish", "nb": "norwegian", "no": "norwegian", "sv": "swedish",
    "de": "german", "nl": "dutch", "es": "spanish", "fi": "finnish", "fr": "french",
}  # fmt: skip


def bm25(briefs: Sequence[Sequence[Passage]], profiles: Sequence[Sequence[Passage]]) -> Floats:
    """Stemmed words, nothing else. Questions by companies."""
    asked, offered = [_words(one) for one in briefs], [_words(one) for one in profiles]
    known = np.unique(np.concatenate([np.empty(0, np.int64), *(one.ids for one in offered)]))
    counts = _matrix(offered, known)
    lengths = counts.sum(axis=1)
    damping = SATURATION * (1 - LENGTH_BIAS + LENGTH_BIAS * lengths / lengths.mean())
    rows = np.repeat(np.arange(len(offered)), np.diff(counts.indptr))
    counts.data = counts.data * (SATURATION + 1) / (counts.data + damping[rows])
    found_in = np.bincount(counts.indices, minlength=known.size)
    idf = np.log1p((len(offered) - found_in + 0.5) / (found_in + 0.5))
    queries = _matrix(asked, known)
    queries.data = queries.data * idf[queries.indices]
    scores: Floats = (queries @ counts.T).toarray()
    return scores


def _words(passages: Sequence[Passage]) -> TermVector:
    terms = terms_of(passages)
    whole = ~are_pieces(terms.ids)
    return TermVector(terms.ids[whole], terms.counts[whole])


def _matrix(vectors: Sequence[TermVector], known: NDArray[np.int64]) -> csr_array:
    places = [np.searchsorted(known, vector.ids) for vector in vectors]
    kept = [
        (place < known.size) & (known[np.minimum(place, known.size - 1)] == vector.ids)
        for place, vector in zip(places, vectors, strict=True)
    ]
    columns = np.concatenate([place[keep] for place, keep in zip(places, kept, strict=True)])
    counts = np.concatenate([vector.counts[k] for vector, k in zip(vectors, kept, strict=True)])
    starts = np.concatenate([[0], np.cumsum([int(keep.sum()) for keep in kept])])
    return csr_array((counts.astype(np.float64), columns, starts), shape=(len(vectors), known.size))


@transaction.atomic
def full_text(briefs: Sequence[Sequence[Passage]], profiles: Sequence[Sequence[Passage]]) -> Floats:
    """`ts_rank` with the question's words OR-ed, asked of the database. Questions by companies."""
    scores = np.zeros((len(briefs), len(profiles)))
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE collection_profile (place integer, words tsvector)")
        cursor.executemany(
            "INSERT INTO collection_profile VALUES (%s, to_tsvector(%s::regconfig, %s))",
            [(place, *_text(passages)) for place, passages in enumerate(profiles)],
        )
        for row, passages in enumerate(briefs):
            cursor.execute(
                "WITH asked AS (SELECT replace(plainto_tsquery(%s::regconfig, %s)::text,"
                " '&', '|')::tsquery AS words)"
                " SELECT place, ts_rank(profile.words, asked.words)"
                " FROM collection_profile AS profile, asked WHERE profile.words @@ asked.words",
                _text(passages),
            )
            for place, rank in cursor.fetchall():
                scores[row, place] = rank
        cursor.execute("DROP TABLE collection_profile")
    return scores


def _text(passages: Sequence[Passage]) -> tuple[str, str]:
    language = passages[0].language if passages else ""
    text = "\n".join(passage.text for passage in passages)
    return CONFIGURATIONS.get(language, "simple"), text.replace("\x00", " ")
