"""The sentence of the profile that answers the brief best, and the one it answers."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from textwrap import shorten
from typing import Literal

import numpy as np

from matching.scoring.arrays import Floats, Ints
from matching.scoring.facts import Brief, Passage, Profile
from matching.scoring.findings import Quote
from matching.scoring.terms import terms_of, words_of

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

    def closest_to(self, ids: Ints, weights: Floats) -> int | None:
        """Index of the sentence that shares most; its own length counts against it a little."""
        if not self.ids.size or not ids.size:
            return None
        shared = np.bincount(self.owners, _lookup(self.ids, ids, weights), len(self.sources))
        lengths = np.bincount(self.owners, minlength=len(self.sources))
        best = int(np.argmax(shared / np.sqrt(lengths + 1)))
        return best if shared[best] > 0 else None

    def terms(self, index: int) -> Ints:
        found: Ints = self.ids[self.owners == index]
        return found


def closest_sentences(
    brief: Brief, profile: Profile, ids: Ints, weights: Floats
) -> tuple[Quote, ...]:
    """A quote of the brief and one of the profile, or none where nothing is shared."""
    offered = sentences_of(profile.passages)
    answer = offered.closest_to(ids, weights)
    if answer is None:
        return ()
    asked = sentences_of(brief.passages)
    known = np.isin(ids, offered.terms(answer))
    question = asked.closest_to(ids[known], weights[known])
    if question is None:
        return ()
    importance = dict(zip(ids.tolist(), weights.tolist(), strict=True))
    return (
        _quote("brief", asked.sources[question], offered.terms(answer), importance),
        _quote("profile", offered.sources[answer], asked.ids, importance),
    )


@lru_cache(maxsize=4096)
def sentences_of(passages: tuple[Passage, ...]) -> Sentences:
    """Read once; a company is explained for many challenges, a challenge for many companies."""
    sources = tuple(_split(passages))
    ids = [terms_of((source,)).ids for source in sources]
    return Sentences(
        sources=sources,
        ids=np.concatenate([np.empty(0, np.int64), *ids]),
        owners=np.repeat(np.arange(len(ids)), [found.size for found in ids]),
    )


def _split(passages: Iterable[Passage]) -> Iterable[Passage]:
    for passage in passages:
        for sentence in SENTENCE_END.split(passage.text):
            if sentence.strip():
                text = shorten(sentence, QUOTE_LENGTH, placeholder=" …")
                yield Passage(passage.kind, text, passage.language, passage.id)


def _quote(
    side: Literal["brief", "profile"], source: Passage, other: Ints, importance: dict[int, float]
) -> Quote:
    words = _shared_words(source, frozenset(other.tolist()), importance)
    return Quote(side, source.kind, source.id, source.text, words)


def _shared_words(
    source: Passage, other: frozenset[int], importance: dict[int, float]
) -> tuple[str, ...]:
    """Words at least half of whose terms the other side has: the same word, or its cognate."""
    found: dict[str, float] = {}
    for word in dict.fromkeys(words_of(source.text)):
        terms = _terms_of_word(word, source.language)
        shared = [term for term in terms if term in other]
        if len(word) > 3 and 2 * len(shared) >= len(terms):
            found[word] = sum(importance.get(term, 0.0) for term in shared) / len(terms)
    least = WORTH_SHOWING * max(found.values(), default=0.0)
    telling = [word for word, value in found.items() if value >= least]
    return tuple(sorted(telling, key=lambda word: (-found[word], word))[:WORDS_SHOWN])


@lru_cache(maxsize=1 << 16)
def _terms_of_word(word: str, language: str) -> tuple[int, ...]:
    return tuple(terms_of((Passage("word", word, language),)).ids.tolist())


def _lookup(wanted: Ints, ids: Ints, weights: Floats) -> Floats:
    places = np.minimum(np.searchsorted(ids, wanted), ids.size - 1)
    return np.where(ids[places] == wanted, weights[places], 0.0)
