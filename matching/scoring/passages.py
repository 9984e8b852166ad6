"""The sentence of the profile that answers the brief best, and the one it answers."""

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np

from matching.scoring.arrays import Floats, Ints
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

    def terms(self, index: int) -> list[int]:
        end = int(self.lengths[: index + 1].sum())
        terms: list[int] = self.ids[end - int(self.lengths[index]) : end].tolist()
        return terms


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """The sentences of a brief, and what each of its terms weighs; `places` are the sentences that
    say a term which weighs anything.
    """

    sentences: Sentences
    terms: frozenset[int]
    ids: Ints
    weights: Floats
    weight_of: dict[int, float]
    places: dict[int, list[int]]

    @classmethod
    def read(cls, passages: tuple[Passage, ...], ids: Ints, weights: Floats) -> "Question":
        """`ids` ascending, as `terms_of` gives them. Plain words weigh nothing here."""
        sentences = sentences_of(passages)
        telling = terms_of(without_plain_words(passages)).ids
        weights = np.where(np.isin(ids, telling), weights, 0.0)
        weight_of = dict(zip(ids.tolist(), weights.tolist(), strict=True))
        places: dict[int, list[int]] = {}
        for term, owner in zip(sentences.ids.tolist(), sentences.owners.tolist(), strict=True):
            if weight_of.get(term):
                places.setdefault(term, []).append(owner)
        return cls(sentences, frozenset(sentences.ids.tolist()), ids, weights, weight_of, places)

    def answered_by(self, terms: Iterable[int]) -> int | None:
        """Its sentence that these terms, which ascend, speak of most."""
        sums = [0.0] * len(self.sentences.sources)
        for term in terms:
            for place in self.places.get(term, ()):
                sums[place] += self.weight_of[term]
        return _heaviest(sums, self.sentences.lengths)

    def answers_of(self, offered: Sequence[Sentences]) -> Iterator[int | None]:
        """Of each the sentence whose terms weigh most here."""
        sizes = [len(sentences.sources) for sentences in offered]
        ends = np.cumsum(sizes)
        owners = [
            sentences.owners + first
            for sentences, first in zip(offered, (ends - sizes).tolist(), strict=True)
        ]
        ids = np.concatenate([sentences.ids for sentences in offered])
        weights = _lookup(ids, self.ids, self.weights)
        sums = np.bincount(np.concatenate(owners), weights, int(ends[-1])).tolist()
        for sentences, size, end in zip(offered, sizes, ends.tolist(), strict=True):
            yield _heaviest(sums[end - size : end], sentences.lengths)


def closest_sentences(question: Question, profiles: Sequence[Profile]) -> list[tuple[Quote, ...]]:
    """Of each profile a quote of the brief and one of its own, or none where nothing is shared."""
    offered = [sentences_of(profile.passages) for profile in profiles]
    return [
        () if answer is None else _quotes(question, sentences, answer)
        for sentences, answer in zip(offered, question.answers_of(offered), strict=True)
    ]


def _quotes(question: Question, offered: Sentences, answer: int) -> tuple[Quote, ...]:
    shared = offered.terms(answer)
    answered = question.answered_by(shared)
    if answered is None:
        return ()
    importance = question.weight_of
    return (
        _quote("brief", question.sentences.sources[answered], frozenset(shared), importance),
        _quote("profile", offered.sources[answer], question.terms, importance),
    )


def _heaviest(sums: Sequence[float], lengths: Ints) -> int | None:
    """A sentence's length counts against it a little."""
    worth = [
        weight / math.sqrt(length + 1)
        for weight, length in zip(sums, lengths.tolist(), strict=True)
    ]
    best = max(worth, default=0.0)
    return worth.index(best) if best > 0 else None


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
