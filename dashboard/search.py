"""One search over everything the person may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.permissions import Person
from challenges.models import Challenge
from clusters.models import ClusterOrganisation
from companies.models import Company
from labs.models import LivingLab

SHOWN = 8
MOST_WORDS = 6


@dataclass(frozen=True)
class Hit:
    title: str
    text: str
    url: str
    language: str = ""


@dataclass(frozen=True)
class Group:
    """Hits of one kind; `more` leads to the list that goes on, when there are more."""

    label: str
    hits: list[Hit]
    more: str = ""


def search(words: str, person: Person) -> list[Group]:
    """Groups with at least one hit; every word must be found somewhere, accents do not matter."""
    asked = words.split()[:MOST_WORDS]
    if not asked:
        return []
    groups = (
        _challenges(asked, person),
        _labs(asked),
        _companies(asked, person),
        _organisations(asked),
    )
    return [group for group in groups if group.hits]


def _found(rows: QuerySet[Any], fields: Sequence[str], words: Sequence[str]) -> list[Any]:
    for word in words:
        anywhere = Q()
        for field in fields:
            anywhere |= Q(**{f"{field}__unaccent__icontains": word})
        rows = rows.filter(anywhere)
    return list(rows[: SHOWN + 1])


def _group(
    label: str, found: list[Any], hits: list[Hit], url_name: str, words: Sequence[str]
) -> Group:
    query = urlencode({"q": " ".join(words)})
    more = f"{reverse(url_name)}?{query}" if len(found) > SHOWN else ""
    return Group(label, hits[:SHOWN], more)


def _challenges(words: Sequence[str], person: Person) -> Group:
    rows = Challenge.objects.visible_to(person).select_related("lab").defer("search")
    fields = ("title", "question", "need", "lab__name", "lab__city")
    found = _found(rows.order_by("-published_at", "pk"), fields, words)
    hits = [
        Hit(
            row.title,
            f"{row.get_status_display()} · {row.lab.name}",
            row.get_absolute_url(),
            row.language,
        )
        for row in found
    ]
    return _group(_("Challenges"), found, hits, "challenges:list", words)


def _labs(words: Sequence[str]) -> Group:
    found = _found(LivingLab.objects.order_by("name"), ("name", "city", "summary", "owner"), words)
    hits = [Hit(row.name, row.summary, row.get_absolute_url(), row.language) for row in found]
    return _group(_("Living labs"), found, hits, "labs:list", words)


def _companies(words: Sequence[str], person: Person) -> Group:
    rows = Company.objects.visible_to(person).active().order_by("name", "pk")
    found = _found(rows, ("name", "city", "summary", "description"), words)
    hits = [Hit(row.name, row.summary, row.get_absolute_url(), row.language) for row in found]
    return _group(_("Companies"), found, hits, "companies:list", words)


def _organisations(words: Sequence[str]) -> Group:
    found = _found(ClusterOrganisation.objects.order_by("name"), ("name", "city"), words)
    hits = [
        Hit(
            row.name,
            f"{row.get_kind_display()} · {row.city}",
            reverse("clusters:detail", args=[row.slug]),
        )
        for row in found
    ]
    return _group(_("Cluster organisations"), found, hits, "clusters:list", words)
