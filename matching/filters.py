"""Narrowing a list of matches; the state lives in the URL."""

from collections.abc import Iterable
from typing import Any

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from clusters.models import ClusterOrganisation
from companies.models import ClusterMembership, Company
from look.forms import PlainSelect
from matching.models import Match, MatchQuerySet
from matching.scopes import ReachedChallenge
from taxonomy.themes import THEME_CHOICES


class MatchFilter(django_filters.FilterSet):
    """Filters of one challenge's matches. Searching finds only names the person may see."""

    search = django_filters.CharFilter(label=_("Company or place"), method="by_words")
    country = django_filters.ChoiceFilter(
        label=_("Country of the company"),
        field_name="company__country",
        choices=lambda: list(countries),  # called for each reader: names follow the language
        empty_label=_("All countries"),
        widget=PlainSelect,
    )
    score = django_filters.NumberFilter(
        label=_("Score from"), method="by_score", min_value=0, max_value=100
    )
    own = django_filters.BooleanFilter(
        label=_("Only members of my organisation"),
        method="by_own_members",
        widget=forms.CheckboxInput,
    )
    eligible = django_filters.BooleanFilter(
        label=_("Only eligible"), method="by_eligibility", widget=forms.CheckboxInput
    )

    class Meta:
        model = Match
        fields: tuple[str, ...] = ()

    def by_words(self, rows: MatchQuerySet, name: str, value: str) -> MatchQuerySet:
        seen = Company.objects.visible_to(self.request.user)
        found = seen.filter(name__unaccent__icontains=value) | seen.filter(
            city__unaccent__icontains=value
        )
        return rows.filter(company__in=found.values("pk"))

    def by_score(self, rows: MatchQuerySet, name: str, value: float) -> MatchQuerySet:
        return rows.filter(total__gte=int(value * 10))

    def by_eligibility(self, rows: MatchQuerySet, name: str, value: bool) -> MatchQuerySet:  # noqa: FBT001
        return rows.eligible() if value else rows

    def by_own_members(self, rows: MatchQuerySet, name: str, value: bool) -> MatchQuerySet:  # noqa: FBT001
        if not value:
            return rows
        own = ClusterOrganisation.objects.with_member(self.request.user)
        members = ClusterMembership.objects.filter(cluster__in=own)
        return rows.filter(company__in=members.values("company"))


class NetworkMatchFilter(MatchFilter):
    """Filters over the challenges in a person's reach, which the view has looked up."""

    lab = django_filters.ChoiceFilter(
        label=_("Living lab"), field_name="challenge__lab", empty_label=_("All labs")
    )
    theme = django_filters.ChoiceFilter(
        label=_("Theme"), method="by_theme", choices=THEME_CHOICES, empty_label=_("All themes")
    )

    def __init__(self, *args: Any, reach: Iterable[ReachedChallenge] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reach = reach
        labs = {one.lab_id: one.lab_name for one in reach}
        by_name = sorted(labs.items(), key=lambda lab: lab[1].casefold())
        self.filters["lab"].extra["choices"] = by_name

    def by_theme(self, rows: MatchQuerySet, name: str, value: str) -> MatchQuerySet:
        return rows.filter(challenge__in=[one.pk for one in self.reach if value in one.themes])
