"""The sentence of the profile that answers the brief best, and the one it answers."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np

from matching.scoring.arrays import Bools, Floats, Ints
from matching.scoring.facts import Passage, Profile
from matching.scoring.findings import Quote
from matching.scoring.plain_words import plain_words, without_plain_words
from matching.scoring.terms import terms_of, terms_of_each, words_of

SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")
QUOTE_LENGTH = 240
WORDS_SHOWN = 6
WORTH_SHOWING = 0.4  # of the best word: "technology" beside "anti-submarine" says nothing


@dataclass(frozen=True, slots=True, eq=False)
class Sentences:
    """Sentences with all their terms in a row; `owners` says whose each term is."""

    sources: tuple[Passage, ...]
    ids: Ints
    owners: Ints
    lengths: Ints

    @classmethod
    def read(cls, sources: tuple[Passage, ...]) -> "Sentences":
        ids, owners = terms_of_each(sources)
        lengths = np.bincount(owners, minlength=len(sources))
        return cls(sources=sources, ids=ids, owners=owners, lengths=lengths)

    def heaviest(self, weights: Floats) -> int | None:
        """Index of the sentence whose terms weigh most; its length counts against it a little."""
        if not self.ids.size:
            return None
        sums = np.bincount(self.owners, weights, len(self.sources))
        best = int(np.argmax(sums / np.sqrt(self.lengths + 1)))
        return best if sums[best] > 0 else None

    def terms(self, index: int) -> Ints:
        end = int(self.lengths[: index + 1].sum())
        return self.ids[end - int(self.lengths[index]) : end]


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """The sentences of a brief, and what each of its terms weighs."""

    sentences: Sentences
    terms: frozenset[int]
    ids: Ints
    weights: Floats
    weight_of: dict[int, float]

    @classmethod
    def read(cls, passages: tuple[Passage, ...], ids: Ints, weights: Floats) -> "Question":
        """`ids` ascending, as `terms_of` gives them. Plain words weigh nothing here."""
        sentences = sentences_of(passages)
        telling = terms_of(without_plain_words(passages)).ids
        weights = np.where(np.isin(ids, telling), weights, 0.0)
        weight_of = dict(zip(ids.tolist(), weights.tolist(), strict=True))
        return cls(sentences, frozenset(sentences.ids.tolist()), ids, weights, weight_of)


def closest_sentences(question: Question, profile: Profile) -> tuple[Quote, ...]:
    """A quote of the brief and one of the profile, or none where nothing is shared."""
    offered, asked = sentences_of(profile.passages), question.sentences
    answer = offered.heaviest(_lookup(offered.ids, question.ids, question.weights))
    if answer is None:
        return ()
    shared = offered.terms(answer)
    weights = _lookup(asked.ids, question.ids, question.weights)
    answered = asked.heaviest(np.where(_among(asked.ids, shared), weights, 0.0))
    if answered is None:
        return ()
    importance = question.weight_of
    return (
        _quote("brief", asked.sources[answered], frozenset(shared.tolist()), importance),
        _quote("profile", offered.sources[answer], question.terms, importance),
    )


@lru_cache(maxsize=4096)
def sentences_of(passages: tuple[Passage, ...]) -> Sentences:
    """Read once; a company is explained for many challenges, a challenge for many companies."""
    return Sentences.read(tuple(_split(passages)))


def _split(passages: Iterable[Passage]) -> Iterable[Passage]:
    for passage in passages:
        for sentence in SENTENCE_END.split(passage.text):
            if sentence.strip():
                text = shortened(sentence)
                yield Passage(passage.kind, text, passage.language, passage.id)


def shortened(text: str) -> str:
    """On one line, and cut after a word with " …" where it is longer than a quote."""
    line = " ".join(text.split())
    if len(line) <= QUOTE_LENGTH:
        return line
    kept = line[: QUOTE_LENGTH - 1]
    return (kept.rpartition(" ")[0] or kept[:-1]) + " …"


def _quote(
    side: Literal["brief", "profile"],
    source: Passage,
    other: frozenset[int],
    importance: Mapping[int, float],
) -> Quote:
    words = _shared_words(source, other, importance)
    return Quote(side, source.kind, source.id, source.text, words)


def _shared_words(
    source: Passage, other: frozenset[int], importance: Mapping[int, float]
) -> tuple[str, ...]:
    """Words at least half of whose terms the other side has: the same word, or its cognate."""
    found: dict[str, float] = {}
    for word, terms in _words_with_terms(source):
        shared = [term for term in terms if term in other]
        if 2 * len(shared) >= len(terms):
            found[word] = sum(importance.get(term, 0.0) for term in shared) / len(terms)
    least = WORTH_SHOWING * max(found.values(), default=0.0)
    telling = [word for word, value in found.items() if value >= least]
    return tuple(sorted(telling, key=lambda word: (-found[word], word))[:WORDS_SHOWN])


@lru_cache(maxsize=1 << 13)
def _words_with_terms(source: Passage) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """The longer words of a sentence that tell something, each once."""
    plain = plain_words(source.language)
    longer = (word for word in dict.fromkeys(words_of(source.text)) if len(word) > 3)
    words = [word for word in longer if word not in plain]
    ids, owners = terms_of_each([Passage("word", word, source.language) for word in words])
    ends = np.searchsorted(owners, np.arange(len(words) + 1)).tolist()
    terms = ids.tolist()
    return tuple(
        (word, tuple(terms[begin:end]))
        for word, begin, end in zip(words, ends, ends[1:], strict=False)
    )


def _lookup(wanted: Ints, ids: Ints, weights: Floats) -> Floats:
    if not ids.size:
        return np.zeros(wanted.size)
    places = np.minimum(np.searchsorted(ids, wanted), ids.size - 1)
    return np.where(ids[places] == wanted, weights[places], 0.0)


def _among(wanted: Ints, ids: Ints) -> Bools:
    """Which are among the ascending `ids`, of which there is at least one."""
    places = np.minimum(np.searchsorted(ids, wanted), ids.size - 1)
    found: Bools = ids[places] == wanted
    return found
