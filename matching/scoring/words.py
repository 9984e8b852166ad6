"""Text fit by words: BM25 over stems and four-letter pieces.

Words do not cross from one language to another: beside its neighbours of the brief's own language
a company that answers in another would always look poor. So where meaning can compare the two,
words keep to companies of the brief's language, and count there beside one another.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array, csr_array

from matching.scoring.arrays import Bools, Floats, Ints
from matching.scoring.corpus import Corpus
from matching.scoring.facts import Brief, Facets, Passage, Profile
from matching.scoring.findings import Quote
from matching.scoring.meaning import EncodedCompanies, MeaningFit
from matching.scoring.passages import Question, closest_sentences
from matching.scoring.snapshot import Snapshot
from matching.scoring.terms import TermVector, are_pieces, terms_of, tongue
from matching.scoring.text_fit import ONE, TextFit

SATURATION = 1.2  # BM25's k1: how soon repeating a word stops helping
LENGTH_BIAS = 0.5  # BM25's b: how much a long profile must spread its words
FINEST = (SATURATION + 1) / 255  # what saying a word brings, is rounded to this
PIECE_WEIGHT = 0.3  # twice as many first places across Nordic languages, little lost within one


@dataclass(frozen=True, eq=False)
class WordFit:
    """What saying a term brings each company; the raw value is a share of the best possible.

    Laid out term by term, `starts` has one entry a term and one more for the end: a brief asks for
    some hundred terms, and what companies say beside those is not looked at. `rows` are those of
    the companies that say a term, ascending; `impacts` are in steps of FINEST: a quarter of the
    room of fractions, and as good where hundreds of terms are added up. `tongues` stand for the
    languages of the companies, 0 where they are not known.

    Sums are taken in the order of the terms, so that single precision rounds them alike in every
    corpus.
    """

    impacts: NDArray[np.uint8]
    rows: NDArray[np.uint16 | np.int32]
    starts: NDArray[np.int32]
    ids: Ints
    stated: Bools
    tongues: Ints
    snapshot: Snapshot
    name: str = "words"
    weight: int = 1

    @classmethod
    def build(
        cls, vectors: Sequence[TermVector], snapshot: Snapshot, languages: Sequence[str] = ()
    ) -> "WordFit":
        sizes = np.array([vector.ids.size for vector in vectors], dtype=np.int64)
        ids = np.concatenate([np.empty(0, np.int64), *(vector.ids for vector in vectors)])
        counts = np.concatenate([np.empty(0, np.uint16), *(vector.counts for vector in vectors)])
        starts = np.concatenate([[0], np.cumsum(sizes)])
        lengths = np.diff(np.concatenate([[0], np.cumsum(counts, dtype=np.int64)])[starts])
        damping = np.repeat(_damping(lengths, snapshot.average_length), sizes)
        impacts = counts * (SATURATION + 1) / (counts + damping)
        terms = _each_once(ids)
        by_company = csr_array(
            (
                np.rint(impacts / FINEST).astype(np.uint8),
                np.searchsorted(terms, ids).astype(np.int32),
                starts.astype(np.int32),
            ),
            shape=(sizes.size, terms.size),
        )
        by_term = by_company.tocsc()
        narrow: type[np.uint16 | np.int32] = np.uint16 if sizes.size <= 1 << 16 else np.int32
        return cls(
            impacts=by_term.data,
            rows=by_term.indices.astype(narrow),
            starts=by_term.indptr,
            ids=terms,
            stated=sizes > 0,
            tongues=np.array([tongue(code) for code in languages or [""] * sizes.size], np.int64),
            snapshot=snapshot,
        )

    @property
    def nbytes(self) -> int:
        return self.impacts.nbytes + self.rows.nbytes + self.ids.nbytes

    def matrix(self, places: Ints) -> csc_array:
        """A row for each company, a column for each of these terms, which ascend."""
        begins, ends = self.starts[places], self.starts[places + 1]
        some = [slice(*ends) for ends in zip(begins.tolist(), ends.tolist(), strict=True)]
        impacts = np.concatenate([self.impacts[:0], *(self.impacts[one] for one in some)])
        rows = np.concatenate([self.rows[:0], *(self.rows[one] for one in some)])
        starts = np.concatenate([[0], np.cumsum(ends - begins)])
        return csc_array(
            (impacts.astype(np.float32), rows.astype(np.int32), starts.astype(np.int32)),
            shape=(self.stated.size, places.size),
        )

    def applies(self, brief: Brief) -> bool:
        return True

    def heard(self, brief: Brief, others: Bools) -> Bools:
        foreign = (self.tongues != 0) & (self.tongues != tongue(brief.language))
        heard: Bools = self.stated & ~(foreign & others)
        return heard

    def raws(self, briefs: Sequence[Brief]) -> Ints:
        asked = [self._asked(brief) for brief in briefs]
        places = _each_once(np.concatenate([own for own, _weights in asked]))
        weights = np.zeros((places.size, len(briefs)), dtype=np.float32)
        for column, (own, weighing) in enumerate(asked):
            weights[np.searchsorted(places, own), column] = weighing
        # A vector is multiplied sooner than a matrix of one column, and rounds alike.
        sums = self.matrix(places) @ (weights if len(briefs) > 1 else weights[:, 0])
        values: Ints = np.rint(sums.reshape(-1, len(briefs))).T.astype(np.int64, order="C")
        return values

    def _asked(self, brief: Brief) -> tuple[Ints, Floats]:
        """The terms that anybody says, and what each brings of the whole that could be reached."""
        ids, weights = asked_terms(brief.passages, self.snapshot)
        best_possible = float(weights.sum()) * (SATURATION + 1)
        if best_possible == 0 or not self.ids.size:
            return np.empty(0, np.int64), np.empty(0)
        places = np.minimum(np.searchsorted(self.ids, ids), self.ids.size - 1)
        known = self.ids[places] == ids
        return places[known], weights[known] * (ONE * FINEST / best_possible)

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
    languages = next((encoded[fit.name].languages for fit in meanings), ())
    return (WordFit.build(vectors, snapshot, languages), *meanings)


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


def _each_once(numbers: Ints) -> Ints:
    """Ascending. Sorting takes a fraction of the time of `np.unique` for long arrays."""
    ordered = np.sort(numbers)
    is_new = np.ones(ordered.size, dtype=np.bool_)
    is_new[1:] = ordered[1:] != ordered[:-1]
    found: Ints = ordered[is_new]
    return found


def _damping(lengths: Ints, average: float) -> Floats:
    relative = lengths / average if average else np.ones(lengths.size)
    return SATURATION * (1 - LENGTH_BIAS + LENGTH_BIAS * relative)
