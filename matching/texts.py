"""The two texts of a match side by side, with the words that its findings quote."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from matching.models import Match, MatchRun
from matching.profiles import profiles_of
from matching.scoring import Brief, Finding, Passage, Quote
from matching.scoring.marking import Fragment, fragments_of
from matching.wording import criterion_label, sentence

HEADINGS: dict[str, str | Promise] = {
    "question": _("The question"),
    "need": _("The need"),
    "outcome": _("Wanted outcome"),
    "criteria": _("Success criteria"),
    "practice": _("How it is done today"),
    "profile": _("Profile"),
    "solution": _("Solution"),
    "reference": _("Reference"),
}


@dataclass(frozen=True)
class MarkedPassage:
    heading: str
    language: str
    fragments: list[Fragment]


@dataclass(frozen=True)
class Mark:
    """A finding with the number that its words carry on both sides."""

    number: int
    label: str
    text: str


@dataclass(frozen=True)
class Texts:
    marks: list[Mark]
    brief: list[MarkedPassage]
    profile: list[MarkedPassage]


def texts_of(match: Match) -> Texts:
    """For a reader who may know the company. The profile is as it is now."""
    quoting = [finding for finding in match.judged if finding.quotes]
    run = MatchRun.objects.filter(pk=match.run_id or 0).only("brief").first()
    brief = Brief.from_data(run.brief).passages if run and run.brief else ()
    profile = [one for found in profiles_of([match.company_id]) for one in found.passages]
    return Texts(
        marks=[
            Mark(number, criterion_label(finding.criterion), sentence(finding.reason))
            for number, finding in enumerate(quoting, start=1)
        ],
        brief=_marked(brief, quoting, "brief"),
        profile=_marked(profile, quoting, "profile"),
    )


def _marked(
    passages: Iterable[Passage], quoting: Sequence[Finding], side: str
) -> list[MarkedPassage]:
    quotes = [
        (number, quote)
        for number, finding in enumerate(quoting, start=1)
        for quote in finding.quotes
        if quote.side == side
    ]
    return [
        MarkedPassage(
            heading=str(HEADINGS[passage.kind]),
            language=passage.language,
            fragments=[
                Fragment(one.text.replace("**", ""), one.numbers)
                for one in fragments_of(passage.text, _of(passage, quotes))
            ],
        )
        for passage in passages
    ]


def _of(passage: Passage, quotes: Iterable[tuple[int, Quote]]) -> list[tuple[int, str]]:
    return [
        (number, quote.text)
        for number, quote in quotes
        if (quote.kind, quote.id) == (passage.kind, passage.id)
    ]
