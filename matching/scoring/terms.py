"""Texts to terms: stems of words, and four-letter pieces that cognates of two languages share.

A term is a whole number made by a stable hash, so an edited profile needs no vocabulary.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import Stemmer
from numpy.typing import NDArray

from matching.scoring.arrays import Bools, Ints
from matching.scoring.facts import Passage

# Stored with every term vector; grows when the same text would give other terms.
TERMS_VERSION = 1

WORD = re.compile(r"[^\W_]{2,}")
PIECE_BIT = 1 << 62
SPACE = 32
STEMMERS = {
    "en": "english",
    "da": "danish",
    "nb": "norwegian",
    "nn": "norwegian",
    "no": "norwegian",
    "sv": "swedish",
    "fi": "finnish",
    "de": "german",
    "nl": "dutch",
    "fr": "french",
    "es": "spanish",
    "ca": "catalan",
}


@dataclass(frozen=True, slots=True, eq=False)
class TermVector:
    """How often each term occurs: ascending ids, their counts, and the number of all terms."""

    ids: Ints
    counts: NDArray[np.uint16]

    @property
    def length(self) -> int:
        return int(self.counts.sum(dtype=np.int64))

    def to_bytes(self) -> bytes:
        return self.ids.astype("<i8").tobytes() + self.counts.astype("<u2").tobytes()

    @classmethod
    def from_bytes(cls, data: bytes) -> "TermVector":
        size = len(data) // 10
        ids = np.frombuffer(data, dtype="<i8", count=size)
        return cls(ids, np.frombuffer(data, dtype="<u2", offset=size * 8))


def terms_of(passages: Iterable[Passage]) -> TermVector:
    """All terms of the passages together, each read in its own language."""
    found = [_ids(words_of(passage.text), passage.language) for passage in passages]
    everything = np.concatenate([np.empty(0, np.int64), *found])
    ids, counts = np.unique(everything, return_counts=True)
    return TermVector(ids, np.minimum(counts, np.iinfo(np.uint16).max).astype(np.uint16))


def terms_of_each(passages: Sequence[Passage]) -> tuple[Ints, Ints]:
    """The distinct terms of each passage in turn, ascending within it, and whose each is.

    All passages are read in one go: most are a sentence, and few letters cost as much as many.
    """
    words = [words_of(passage.text) for passage in passages]
    each = np.arange(len(passages))
    stems = [
        word_id(stem)
        for passage, own in zip(passages, words, strict=True)
        for stem in stems_of(own, passage.language)
    ]
    pieces, places = _pieces_at([word for own in words for word in own])
    letters = np.repeat(each, [sum(map(len, own)) + len(own) for own in words])
    ids = np.concatenate([np.array(stems, dtype=np.int64), pieces])
    owners = np.concatenate([np.repeat(each, [len(own) for own in words]), letters[places]])
    order = np.lexsort((ids, owners))
    ids, owners = ids[order], owners[order]
    is_new = np.ones(ids.size, dtype=np.bool_)
    is_new[1:] = (ids[1:] != ids[:-1]) | (owners[1:] != owners[:-1])
    return ids[is_new], owners[is_new]


def words_of(text: str) -> list[str]:
    return WORD.findall(unicodedata.normalize("NFKC", text).casefold())


def tongue(language: str) -> int:
    """The same for languages with the same stems, as Bokmål and Nynorsk; 0 for none."""
    return word_id(STEMMERS.get(language, language)) if language else 0


def stems_of(words: list[str], language: str) -> list[str]:
    # A stemmer keeps state and is not safe between threads; making one costs a microsecond.
    name = STEMMERS.get(language)
    return Stemmer.Stemmer(name, 0).stemWords(words) if name else words


@lru_cache(maxsize=1 << 17)
def word_id(stem: str) -> int:
    digest = hashlib.blake2b(stem.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little") & (PIECE_BIT - 1)


def are_pieces(ids: Ints) -> Bools:
    return ids >= PIECE_BIT


def _ids(words: list[str], language: str) -> Ints:
    whole = np.array([word_id(stem) for stem in stems_of(words, language)], dtype=np.int64)
    return np.concatenate([whole, _pieces(words)])


def _pieces(words: list[str]) -> Ints:
    return _pieces_at(words)[0]


def _pieces_at(words: list[str]) -> tuple[Ints, Ints]:
    """The pieces, and at which letter of the words each has its second; a space ends a word."""
    padded = f" {' '.join(words)} ".encode("utf-32-le")
    letters = np.frombuffer(padded, dtype="<u4").astype(np.uint64)
    if letters.size < 4:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    first, second, third, fourth = (letters[i : letters.size - 3 + i] for i in range(4))
    inside_a_word = np.flatnonzero((second != SPACE) & (third != SPACE))
    mixed = _mix(first | second << np.uint64(21) | third << np.uint64(42))
    mixed = _mix(mixed ^ fourth)[inside_a_word]
    ids: Ints = (mixed & np.uint64(PIECE_BIT - 1) | np.uint64(PIECE_BIT)).astype(np.int64)
    return ids, inside_a_word


def _mix(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    numbers = (numbers ^ numbers >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
    numbers = (numbers ^ numbers >> np.uint64(27)) * np.uint64(0x94D049BB133111EB)
    return numbers ^ numbers >> np.uint64(31)
