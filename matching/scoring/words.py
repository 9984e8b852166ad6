"""Text fit by words: BM25 over stems and four-letter pieces.

Words do not cross from one language to another: beside its neighbours of the brief's own language
a company that answers in another would always look poor. So where meaning can compare the two,
words keep to companies of the brief's language, and count there beside one another.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.sparse import csr_array

from matching.scoring.arrays import Bools, Floats, Ints, are_among, each_once
from matching.scoring.corpus import Corpus
from matching.scoring.facts import Brief, Facets, Passage, Profile
from matching.scoring.findings import Quote
from matching.scoring.impacts import (
    STEPS,
    WHOLE,
    Asked,
    CommonTerms,
    RareTerms,
    laid_out,
)
from matching.scoring.meaning import EncodedCompanies, MeaningFit
from matching.scoring.passages import Question, closest_sentences
from matching.scoring.snapshot import Snapshot
from matching.scoring.terms import TermVector, are_pieces, terms_of, tongue
from matching.scoring.text_fit import ONE, TextFit

SATURATION = 1.2  # BM25's k1: how soon repeating a word stops helping
LENGTH_BIAS = 0.5  # BM25's b: how much a long profile must spread its words
PIECE_WEIGHT = 0.3  # twice as many first places across Nordic languages, little lost within one


@dataclass(frozen=True, eq=False)
class WordFit:
    """What saying a term brings each company; the raw value is a share of the best possible.

    Impacts are a quarter of the room of fractions, and as good where hundreds of terms are added
    up. `tongues` stand for the languages of the companies, 0 where they are not known.
    """

    common: CommonTerms
    rare: RareTerms
    stated: Bools
    tongues: Ints
    snapshot: Snapshot
    name: str = "words"
    weight: int = 1

    @classmethod
    def build(
        cls,
        vectors: Sequence[TermVector],
        snapshot: Snapshot,
        languages: Sequence[str] = (),
        asked: Ints | None = None,
    ) -> "WordFit":
        """With the terms of `asked` alone, which ascend, for briefs that ask for no others."""
        sizes = np.array([vector.ids.size for vector in vectors], dtype=np.int64)
        ids = np.concatenate([np.empty(0, np.int64), *(vector.ids for vector in vectors)])
        counts = np.concatenate([np.empty(0, np.uint16), *(vector.counts for vector in vectors)])
        starts = np.concatenate([[0], np.cumsum(sizes)])
        lengths = np.diff(np.concatenate([[0], np.cumsum(counts, dtype=np.int64)])[starts])
        owners = np.repeat(np.arange(sizes.size), sizes)
        if asked is not None:
            wanted = are_among(ids, asked)
            ids, counts, owners = ids[wanted], counts[wanted], owners[wanted]
        damping = _damping(lengths, snapshot.average_length)[owners]
        terms = each_once(ids)
        by_company = csr_array(
            (
                np.rint(STEPS * counts / (counts + damping)).astype(np.uint8),
                np.searchsorted(terms, ids).astype(np.int32),
                np.searchsorted(owners, np.arange(sizes.size + 1)).astype(np.int32),
            ),
            shape=(sizes.size, terms.size),
        )
        common, rare = laid_out(by_company.tocsc(), terms)
        return cls(
            common=common,
            rare=rare,
            stated=sizes > 0,
            tongues=np.array([tongue(code) for code in languages or [""] * sizes.size], np.int64),
            snapshot=snapshot,
        )

    @property
    def nbytes(self) -> int:
        return self.common.impacts.nbytes + self.rare.nbytes

    def applies(self, brief: Brief) -> bool:
        return True

    def heard(self, brief: Brief, others: Bools) -> Bools:
        foreign = (self.tongues != 0) & (self.tongues != tongue(brief.language))
        heard: Bools = self.stated & ~(foreign & others)
        return heard

    def raws(self, briefs: Sequence[Brief]) -> Ints:
        asked = [_in_steps(brief.passages, self.snapshot) for brief in briefs]
        sums = self.common.sums(asked) + self.rare.sums(asked)
        values: Ints = np.rint(sums * (ONE / (WHOLE * STEPS))).T.astype(np.int64, order="C")
        return values

    def quotes(
        self, brief: Brief, profiles: Sequence[Profile], rows: Ints
    ) -> list[tuple[Quote, ...]]:
        return closest_sentences(_question(brief.passages, self.snapshot), profiles)


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
    asked: Ints | None = None,
) -> Corpus:
    """The companies by words, and by meaning under each encoder the snapshot knows.

    Where `asked` is given, for briefs that ask for these terms and no others.
    """
    return Corpus.build(facets, text_fits(vectors, encoded, snapshot, asked), snapshot)


def text_fits(
    vectors: Sequence[TermVector],
    encoded: Mapping[str, EncodedCompanies],
    snapshot: Snapshot,
    asked: Ints | None = None,
) -> tuple[TextFit, ...]:
    """Words first, then the encoders by name; all in the same row order."""
    meanings = [
        MeaningFit.build(encoded[name], means, name=name)
        for name, means in sorted(snapshot.means.items())
    ]
    languages = next((encoded[fit.name].languages for fit in meanings), ())
    return (WordFit.build(vectors, snapshot, languages, asked), *meanings)


def terms_asked(briefs: Iterable[Brief], snapshot: Snapshot) -> Ints:
    """The terms that any of the briefs asks for."""
    return each_once(np.concatenate([asked_terms(brief.passages, snapshot)[0] for brief in briefs]))


@lru_cache(maxsize=1024)
def asked_terms(passages: tuple[Passage, ...], snapshot: Snapshot) -> tuple[Ints, Floats]:
    """The terms of a brief and what each weighs. Read once, then asked for every edited company."""
    terms = terms_of(passages)
    importance = np.where(are_pieces(terms.ids), PIECE_WEIGHT, 1.0)
    weights = np.sqrt(terms.counts.astype(np.float64)) * snapshot.idf(terms.ids)
    return terms.ids, weights * importance


@lru_cache(maxsize=1024)
def _in_steps(passages: tuple[Passage, ...], snapshot: Snapshot) -> Asked:
    ids, weights = asked_terms(passages, snapshot)
    total = float(weights.sum()) or 1.0
    return Asked(ids, np.rint(weights * (WHOLE / total)).astype(np.int32))


@lru_cache(maxsize=64)
def _question(passages: tuple[Passage, ...], snapshot: Snapshot) -> Question:
    return Question.read(passages, *asked_terms(passages, snapshot))


def _damping(lengths: Ints, average: float) -> Floats:
    relative = lengths / average if average else np.ones(lengths.size)
    return SATURATION * (1 - LENGTH_BIAS + LENGTH_BIAS * relative)
