"""Text fit by words: exact BM25 over stems and four-letter pieces."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.sparse import csc_array

from matching.scoring.arrays import Bools, Floats, Ints
from matching.scoring.corpus import Corpus
from matching.scoring.facts import Brief, Facets, Passage, Profile
from matching.scoring.findings import Quote
from matching.scoring.meaning import EncodedCompanies, MeaningFit
from matching.scoring.passages import Question, closest_sentences
from matching.scoring.snapshot import Snapshot
from matching.scoring.terms import TermVector, are_pieces, terms_of
from matching.scoring.text_fit import ONE, TextFit

SATURATION = 1.2  # BM25's k1: how soon repeating a word stops helping
LENGTH_BIAS = 0.5  # BM25's b: how much a long profile must spread its words
PIECE_WEIGHT = 0.3  # twice as many first places across Nordic languages, little lost within one


@dataclass(frozen=True, eq=False)
class WordFit:
    """Document weights of the companies by term; the raw value is a share of the best possible."""

    matrix: csc_array
    ids: Ints
    stated: Bools
    snapshot: Snapshot
    name: str = "words"
    weight: int = 1

    @classmethod
    def build(cls, vectors: Sequence[TermVector], snapshot: Snapshot) -> "WordFit":
        sizes = np.array([vector.ids.size for vector in vectors], dtype=np.int64)
        rows = np.repeat(np.arange(sizes.size, dtype=np.int32), sizes)
        ids = np.concatenate([np.empty(0, np.int64), *(vector.ids for vector in vectors)])
        counts = np.concatenate([np.empty(0, np.uint16), *(vector.counts for vector in vectors)])
        lengths = np.array([vector.length for vector in vectors], dtype=np.float64)
        damping = _damping(lengths, snapshot.average_length)[rows]
        impacts = (counts * (SATURATION + 1) / (counts + damping)).astype(np.float32)
        order = np.argsort(ids, kind="stable")
        columns, starts = np.unique(ids[order], return_index=True)
        return cls(
            matrix=csc_array(
                (impacts[order], rows[order], np.append(starts, ids.size)),
                shape=(sizes.size, columns.size),
            ),
            ids=columns,
            stated=sizes > 0,
            snapshot=snapshot,
        )

    def applies(self, brief: Brief) -> bool:
        return True

    def raw(self, brief: Brief) -> Ints:
        ids, weights = asked_terms(brief.passages, self.snapshot)
        best_possible = float(weights.sum()) * (SATURATION + 1)
        if best_possible == 0 or not self.ids.size:
            return np.zeros(self.stated.size, np.int64)
        places = np.minimum(np.searchsorted(self.ids, ids), self.ids.size - 1)
        known = self.ids[places] == ids
        sums = self.matrix[:, places[known]] @ weights[known]
        values: Ints = np.rint(sums * (ONE / best_possible)).astype(np.int64)
        return values

    def quotes(self, brief: Brief, profile: Profile, row: int) -> tuple[Quote, ...]:
        return closest_sentences(_question(brief.passages, self.snapshot), profile)


def corpus_by_words(
    facets: Sequence[Facets], vectors: Sequence[TermVector], snapshot: Snapshot
) -> Corpus:
    """The companies with words as the only measure of text; both sequences in the same order."""
    return corpus_of(facets, vectors, {}, snapshot)


def corpus_of(
    facets: Sequence[Facets],
    vectors: Sequence[TermVector],
    encoded: Mapping[str, EncodedCompanies],
    snapshot: Snapshot,
) -> Corpus:
    """The companies by words, and by meaning under each encoder the snapshot knows."""
    return Corpus.build(facets, text_fits(vectors, encoded, snapshot), snapshot)


def text_fits(
    vectors: Sequence[TermVector], encoded: Mapping[str, EncodedCompanies], snapshot: Snapshot
) -> tuple[TextFit, ...]:
    """Words first, then the encoders by name; all in the same row order."""
    meanings = [
        MeaningFit.build(encoded[name], means, name=name)
        for name, means in sorted(snapshot.means.items())
    ]
    return (WordFit.build(vectors, snapshot), *meanings)


@lru_cache(maxsize=1024)
def asked_terms(passages: tuple[Passage, ...], snapshot: Snapshot) -> tuple[Ints, Floats]:
    """The terms of a brief and what each weighs. Read once, then asked for every edited company."""
    terms = terms_of(passages)
    importance = np.where(are_pieces(terms.ids), PIECE_WEIGHT, 1.0)
    weights = np.sqrt(terms.counts.astype(np.float64)) * snapshot.idf(terms.ids)
    return terms.ids, weights * importance


@lru_cache(maxsize=64)
def _question(passages: tuple[Passage, ...], snapshot: Snapshot) -> Question:
    return Question.read(passages, *asked_terms(passages, snapshot))


def _damping(lengths: Floats, average: float) -> Floats:
    relative = lengths / average if average else np.ones_like(lengths)
    return SATURATION * (1 - LENGTH_BIAS + LENGTH_BIAS * relative)
