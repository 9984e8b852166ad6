"""Where the quotes of findings stand in a text: the text cut to fragments, in order."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True)
class Fragment:
    """A stretch of the text, and the numbers of the findings that quote it."""

    text: str
    numbers: tuple[int, ...] = ()


def fragments_of(text: str, quoted: Iterable[tuple[int, str]]) -> list[Fragment]:
    """`quoted` are numbers of findings with words they quote, if need be shortened by "…".

    White space may differ; what is not found is not marked. The fragments give the text back.
    """
    spans = [(*span, number) for number, words in quoted for span in _spans(text, words)]
    edges = sorted({0, len(text), *(edge for span in spans for edge in span[:2])})
    found: list[Fragment] = []
    for start, end in pairwise(edges):
        numbers = sorted({number for low, high, number in spans if low <= start and end <= high})
        found.append(Fragment(text[start:end], tuple(numbers)))
    return found


def _spans(text: str, words: str) -> list[tuple[int, int]]:
    """The first place where the words stand, if any."""
    pieces = [re.escape(word) for word in words.removesuffix(" …").split()]
    found = re.search(r"\s+".join(pieces), text) if pieces else None
    return [found.span()] if found else []
