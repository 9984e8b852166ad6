"""Words that people typed, made safe for a letter. Knows no framework.

A name or a title must not break a header, flood a letter, hide its direction,
or turn into something to click on in a reader that makes links of its own accord.
"""

import re
import unicodedata
from functools import lru_cache

NAME_LENGTH = 120
PASSAGE_LENGTH = 1000

_BREAK = "\u200b"
# What has no shape of its own; emoji keep the signs that choose theirs.
_HIDDEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]{1,20}):(?=\S)")
_SLASHES = re.compile(r"/(?=/)")
# Also those of other scripts, which browsers read as a dot. Before a space or a closing mark it
# joins nothing; decimals, dates and versions have two at most, an address of a machine has three.
_DOT = re.compile(
    r"(?P<number>(?<![\w.])[0-9]+(?:\.[0-9]+){1,2}(?!\w|\.\w))"
    r"|(?P<dot>[.\u2024\u3002\ufe52\uff0e\uff61])(?=[^\s.,;:!?)\]}>\"'\u2019\u201d\u00bb\u2026])"
)
_AT = re.compile(r"(?<=\S)([@\ufe6b\uff20])(?=\S)")


class Passage(str):
    """Longer typed words, such as a quotation: keeps its paragraphs, up to 1,000 characters."""

    __slots__ = ()


def without_controls(words: str, *, keep_lines: bool) -> str:
    """In one spelling of each letter, so that what looks the same is the same."""
    seen = unicodedata.normalize("NFC", _HIDDEN.sub("", words))
    kept = (
        letter if unicodedata.category(letter) != "Cc" or (keep_lines and letter == "\n") else " "
        for letter in seen
    )
    return "".join(kept)


def without_links(words: str) -> str:
    """The same words to the eye, with nothing left that a mail reader would make clickable."""
    words = _SCHEME.sub(rf"\1:{_BREAK}", words)
    words = _SLASHES.sub(f"/{_BREAK}", words)
    words = _DOT.sub(lambda found: found["number"] or f"{found['dot']}{_BREAK}", words)
    return _AT.sub(rf"{_BREAK}\1{_BREAK}", words)


def shortened(words: str, length: int) -> str:
    return words if len(words) <= length else words[: length - 1].rstrip() + "…"


def one_line(words: str, length: int = NAME_LENGTH) -> str:
    """Typed words as they may stand in a header."""
    return shortened(" ".join(without_controls(words, keep_lines=False).split()), length)


@lru_cache(maxsize=1024, typed=True)
def safe(words: str) -> str:
    """Typed words as they may stand in a letter's subject and body.

    Most of them are those of a challenge, which stand in thousands of letters.
    """
    if not isinstance(words, Passage):
        return without_links(one_line(words))
    kept = without_controls(words.replace("\r\n", "\n"), keep_lines=True)
    kept = re.sub(r"\n{3,}", "\n\n", re.sub(r"[^\S\n]+", " ", kept)).strip("\n")
    return without_links(shortened(kept, PASSAGE_LENGTH))
