"""The words of brief and profile beside a reason, short enough to be read in passing. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from matching.scoring import Finding, Quote

LENGTH = 150
LEAD = 40  # letters before the first word that tells


@dataclass(frozen=True)
class Quoted:
    """What the brief asks and what the profile offers; empty where a reason rests on no words."""

    asked: str = ""
    offered: str = ""


def quoted(finding: Finding) -> Quoted:
    """The first passage of either side: the one that weighed most."""
    return Quoted(_of(finding.quotes, "brief"), _of(finding.quotes, "profile"))


def _of(quotes: Iterable[Quote], side: str) -> str:
    return next((excerpt(one.text, one.words) for one in quotes if one.side == side), "")


def _ended(text: str) -> str:
    """A heading and what it stands above are two sentences."""
    heading, newline, rest = text.partition("\n")
    if newline and heading[-1:].isalnum() and rest.lstrip()[:1].isupper():
        return f"{heading}. {rest}"
    return text


def excerpt(text: str, words: Iterable[str], length: int = LENGTH) -> str:
    """The stretch around the words that tell, cut between words, with dots where it was cut."""
    text = " ".join(_ended(text.replace("**", "").strip()).split())
    if len(text) <= length:
        return text
    low = text.casefold()
    first = min((low.find(word.casefold()) for word in words if word.casefold() in low), default=0)
    start = 0 if first <= LEAD else text.rfind(" ", 0, first - LEAD) + 1
    start = min(start, text.rfind(" ", 0, len(text) - length) + 1) if start else 0
    end = start + length
    cut = text[start:end] if end >= len(text) else text[start:end].rsplit(" ", 1)[0]
    return ("… " if start else "") + cut.strip() + ("" if end >= len(text) else " …")
