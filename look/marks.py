"""A face for a name: pattern, hue and initials that stay the same for ever. Pure."""

import zlib
from dataclasses import dataclass

PATTERNS = 8
HUES = 6
LEGAL_FORMS = {
    "ab", "ag", "ans", "aps", "as", "a/s", "asa", "bv", "b.v.", "da", "gmbh", "ivs", "ks", "k/s",
    "ltd", "nv", "oy", "oyj", "sa", "s.a.", "sl", "s.l.", "ug",
}  # fmt: skip


@dataclass(frozen=True)
class Mark:
    pattern: int
    hue: int
    initials: str


def mark_of(name: str) -> Mark:
    seed = zlib.crc32(name.strip().casefold().encode())
    return Mark(pattern=seed % PATTERNS, hue=seed // PATTERNS % HUES, initials=initials_of(name))


def initials_of(name: str) -> str:
    """Two letters of the name without its legal form; a single word gives its first two."""
    spoken = [word for word in name.split() if word[0].isalnum()]
    words = [word for word in spoken if word.casefold() not in LEGAL_FORMS] or spoken
    if not words:
        return "?"
    if len(words) == 1:
        return words[0][:2].upper()
    return (words[0][0] + words[1][0]).upper()
