"""The words of a sentence that the other side says too, which is what a quote highlights."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from matching.scoring.arrays import Floats, Ints
from matching.scoring.facts import Passage
from matching.scoring.plain_words import plain_words
from matching.scoring.terms import terms_of_each, words_of

WORDS_SHOWN = 6
WORTH_SHOWING = 0.4  # of the best word: "technology" beside "anti-submarine" says nothing
UNHEARD = -1.0


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """Words with all their terms in a row, `lengths` of them each."""

    words: tuple[str, ...]
    ids: Ints
    lengths: Ints


@lru_cache(maxsize=1 << 13)
def words_of_sentence(source: Passage) -> Words:
    """The longer words that tell something, each once."""
    plain = plain_words(source.language)
    longer = (word for word in dict.fromkeys(words_of(source.text)) if len(word) > 3)
    words = tuple(word for word in longer if word not in plain)
    ids, owners = terms_of_each([Passage("word", word, source.language) for word in words])
    return Words(words, ids, np.bincount(owners, minlength=len(words)))


def shared_words(
    spoken: Sequence[Words], shared: Ints, weights: Floats
) -> Iterator[tuple[str, ...]]:
    """Of each its words at least half of whose terms are shared: the same word, or its cognate.

    `shared` are places among the terms of all the words in a row, `weights` those of each.
    """
    lengths = np.concatenate([one.lengths for one in spoken])
    owners = np.repeat(np.arange(lengths.size), lengths)[shared]
    counts = np.bincount(owners, minlength=lengths.size)
    worth = np.bincount(owners, weights, lengths.size) / lengths
    values, first = np.where(2 * counts >= lengths, worth, UNHEARD).tolist(), 0
    for one in spoken:
        yield _most_telling(one.words, values[first : first + len(one.words)])
        first += len(one.words)


def _most_telling(words: Sequence[str], values: Sequence[float]) -> tuple[str, ...]:
    """Best first, in the order of letters among equals."""
    least = max(0.0, WORTH_SHOWING * max(values, default=0.0))
    telling = [(-value, word) for word, value in zip(words, values, strict=True) if value >= least]
    return tuple([word for _value, word in sorted(telling)[:WORDS_SHOWN]])
