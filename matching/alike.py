"""Challenges like this one, companies like this one. Nothing here encodes: vectors are stored.

Those that share most themes and capabilities with it are compared, CANDIDATES at most; without
vectors they stand in the order of what they share.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import add
from textwrap import shorten
from typing import Generic, TypeAlias, TypeVar

import numpy as np
from django.db.models import Case, Count, IntegerField, Q, When
from django.db.models.expressions import Combinable
from numpy.typing import NDArray

from accounts.permissions import Person
from challenges.choices import Status
from challenges.models import Challenge
from companies.models import Company
from matching.encoders import encoders
from matching.models import BriefMeaning, ProfileMeaning
from matching.profiles import brief_of, profiles_of
from matching.scoring import EncodedCompanies, Passage, encodable, parts_of
from matching.scoring.alike import Likeness, likeness, nearest

CANDIDATES = 100
SHOWN = 5
QUOTED = 240
NAMED = ("solution", "reference")  # their texts begin with their names

Noun = TypeVar("Noun")
Vectors = dict[int, NDArray[np.int16]]
Stored: TypeAlias = bytes | memoryview


@dataclass(frozen=True)
class Alike(Generic[Noun]):
    """Another challenge or company, and why it is named: what both state, and what it says."""

    noun: Noun
    themes: tuple[str, ...]
    capabilities: tuple[str, ...]
    quote: str


def companies_like(company: Company, *, reader: Person) -> list[Alike[Company]]:
    """Those the reader may see by name. Eight queries, however many companies there are."""
    others = Company.objects.active().visible_to(reader).exclude(pk=company.pk)
    shared = _stated("capabilities", company.capabilities) + _stated("themes", company.themes)
    found = list(
        others.filter(
            Q(themes__overlap=company.themes) | Q(capabilities__overlap=company.capabilities)
        )
        .only("slug", "name", "city", "country", "language", "themes", "capabilities", "revision")
        .annotate(shared=shared)
        .order_by("-shared", "pk")[:CANDIDATES]
    )
    ids = [one.pk for one in (company, *found)]
    rows = ProfileMeaning.objects.filter(encoder=_encoder(), company__in=ids if found else [])
    read = _present((company, *found), rows.values_list("company", "revision", "vectors"))
    own = encodable(profiles_of([company.pk])[0].passages, frozenset())
    vectors = _vectors(read, company.pk, len(own))
    compared = _compared(ids, [one.language for one in (company, *found)], vectors)
    chosen = _chosen(compared, found)
    texts = {
        one.id: encodable(one.passages, frozenset())
        for one in profiles_of([other.pk for _place, other in chosen])
    }
    return [
        Alike(
            noun=other,
            themes=_both(company.themes, other.themes),
            capabilities=_both(company.capabilities, other.capabilities),
            quote=_quote(texts[other.pk], compared, place),
        )
        for place, other in chosen
    ]


def challenges_like(challenge: Challenge, *, reader: Person) -> list[Alike[Challenge]]:
    """Published ones, the open ones first. Three queries, however many challenges there are."""
    asked = [one.capability for one in challenge.requirements.all()]
    with_one = Challenge.objects.filter(requirements__capability__in=asked)
    others = Challenge.objects.visible_to(reader).public().exclude(pk=challenge.pk)
    shared = _stated("themes", challenge.themes) + Count(
        "requirements", filter=Q(requirements__capability__in=asked)
    )
    is_over = Case(When(status=Status.OPEN, then=0), default=1, output_field=IntegerField())
    found = list(
        others.filter(Q(themes__overlap=challenge.themes) | Q(pk__in=with_one.values("pk")))
        .select_related("lab")
        .defer("search", "sought")
        .prefetch_related("requirements")
        .annotate(shared=shared, is_over=is_over)
        .order_by("is_over", "-shared", "-pk")[:CANDIDATES]
    )
    ids = [one.pk for one in (challenge, *found)]
    rows = BriefMeaning.objects.filter(encoder=_encoder(), challenge__in=ids if found else [])
    read = _present((challenge, *found), rows.values_list("challenge", "revision", "vectors"))
    vectors = _vectors(read, challenge.pk, len(_texts_of(challenge)))
    compared = _compared(ids, [one.language for one in (challenge, *found)], vectors)
    return [
        Alike(
            noun=other,
            themes=_both(challenge.themes, other.themes),
            capabilities=_both(asked, [one.capability for one in other.requirements.all()]),
            quote=_quote(_texts_of(other), compared, place),
        )
        for place, other in _chosen(compared, found)
    ]


def _stated(field: str, codes: Iterable[str]) -> Combinable:
    """How many of the codes a row states."""
    each = [Case(When(**{f"{field}__contains": [code], "then": 1}), default=0) for code in {*codes}]
    return reduce(add, each, Case(default=0, output_field=IntegerField()))


def _encoder() -> str:
    """The one that reads most languages."""
    chosen = sorted(encoders(), key=lambda one: len(one.languages))
    return chosen[0].name if chosen else ""


def _texts_of(challenge: Challenge) -> tuple[Passage, ...]:
    """The brief as it was encoded: the whole, whose best quote is its question, then its parts."""
    question, *rest = parts_of(brief_of(challenge).passages)
    question = replace(question, text=challenge.question or challenge.title)
    return (question, question, *rest)


def _present(
    nouns: Iterable[Challenge | Company], rows: Iterable[tuple[int, int, Stored]]
) -> dict[int, Stored]:
    """What was read of the texts that are shown: after an edit, nothing until it is read anew."""
    shown = {one.pk: one.revision for one in nouns}
    return {number: vectors for number, revision, vectors in rows if shown[number] == revision}


def _vectors(read: Mapping[int, Stored], own: int, texts: int) -> Vectors:
    """By the number of texts of the one they are like; nothing unless it has been read itself."""
    width = len(read.get(own, b"")) // (2 * texts) if texts else 0
    if not width:
        return {}
    flat = {number: np.frombuffer(bytes(data), "<i2") for number, data in read.items()}
    return {number: row.reshape(-1, width) for number, row in flat.items() if not row.size % width}


def _compared(ids: Sequence[int], languages: Sequence[str], vectors: Vectors) -> Likeness:
    rows = [vectors[number] for number in ids if number in vectors]
    return likeness(
        EncodedCompanies(
            vectors=np.concatenate(rows) if rows else np.empty((0, 0), np.int16),
            sizes=np.array([len(vectors.get(number, ())) for number in ids], dtype=np.int64),
            languages=languages,
        )
    )


def _chosen(compared: Likeness, found: Sequence[Noun]) -> list[tuple[int, Noun]]:
    """Their places among those compared, the first of which is the one they are like."""
    shared = [0, *(one.shared for one in found)]  # type: ignore[attr-defined]
    return [(place, found[place - 1]) for place in nearest(compared, shared, SHOWN)]


def _both(ours: Iterable[str], theirs: Iterable[str]) -> tuple[str, ...]:
    stated = set(theirs)
    return tuple(code for code in ours if code in stated)


def _quote(texts: Sequence[Passage], compared: Likeness, place: int) -> str:
    """The text that lies closest, where texts were compared at all."""
    number = int(compared.closest[place])
    if np.isnan(compared.cosines[place]) or number >= len(texts):
        return ""
    chosen = texts[number]
    named = chosen.text.replace("\n", ": ", 1) if chosen.kind in NAMED else chosen.text
    return shorten(named, QUOTED, placeholder=" …")
