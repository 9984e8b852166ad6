"""Words that say nothing of a subject (and, every, people), as far as lists know them."""

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

import stopwordsiso

from matching.scoring.facts import Passage
from matching.scoring.terms import words_of

# The lists are of unequal length, and written Danish and Norwegian share most such words.
LISTS = {
    "da": ("da", "no"),
    "nb": ("no", "da"),
    "nn": ("no", "da"),
    "no": ("no", "da"),
}


@lru_cache(maxsize=64)
def plain_words(language: str) -> frozenset[str]:
    """None for a language without a list."""
    lists = LISTS.get(language, (language,))
    return frozenset(word for name in lists for word in stopwordsiso.stopwords(name))


def without_plain_words(passages: Iterable[Passage]) -> tuple[Passage, ...]:
    """The same passages as bare words, casefolded."""
    return tuple(replace(passage, text=_telling(passage)) for passage in passages)


def _telling(passage: Passage) -> str:
    plain = plain_words(passage.language)
    return " ".join(word for word in words_of(passage.text) if word not in plain)
