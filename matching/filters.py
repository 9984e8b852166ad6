"""Narrowing a list of matches; the state lives in the URL."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clusters.models import ClusterOrganisation, near
from companies.filters import countries_offered
from companies.models import ClusterMembership, Company
from companies.models.company import folded
from labs.models import LivingLab
from look.filtering import FilterForm, Pick
from matching.models import Match, MatchQuerySet
from taxonomy.themes import THEME_CHOICES

LABS_OFFERED = 40


class MatchFilter(django_filters.FilterSet):
    """Filters of one challenge's matches. What their rows do not tell of a company without a name,
    such as its name and country, finds only companies that the person may see by name.
    """

    search = django_filters.CharFilter(label=_("Company or place"), method="by_words")
    country = Pick(
        label=_("Country of the company"),
        method="by_country",
        empty_label=_("All countries"),
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
        form = FilterForm
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["country"].extra["choices"] = countries_offered()

    def by_words(self, rows: MatchQuerySet, name: str, value: str) -> MatchQuerySet:
        seen = Company.objects.visible_to(self.request.user)
        word = folded(value)
        # `sought` has an index, but holds the summary too.
        found = seen.filter(
            Q(name__unaccent__icontains=value) | Q(city__unaccent__icontains=value),
            sought__contains=word,
        )
        return rows.filter(company__in=found.values("pk"))

    def by_country(self, rows: MatchQuerySet, name: str, value: str) -> MatchQuerySet:
        seen = Company.objects.visible_to(self.request.user)
        return rows.filter(company__in=seen.filter(country=value).values("pk"))

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
    """Filters over the challenges in a person's networks."""

    lab = Pick(label=_("Living lab"), field_name="challenge__lab", empty_label=_("All labs"))
    theme = Pick(
        label=_("Theme"), method="by_theme", choices=THEME_CHOICES, empty_label=_("All themes")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["lab"].extra["choices"] = self._labs_offered()

    def _labs_offered(self) -> list[tuple[int, str]]:
        """The first labs of the networks by name, and the one chosen."""
        labs = LivingLab.objects.filter(cluster__in=near(self.request.user)).order_by("name")
        named = labs.values_list("pk", "name")
        offered = list(named[:LABS_OFFERED])
        chosen = self.data.get("lab", "")
        if len(offered) == LABS_OFFERED and chosen.isdecimal() and int(chosen) not in dict(offered):
            offered += list(named.filter(pk=chosen))
        return offered

    def by_theme(self, rows: MatchQuerySet, name: str, value: str) -> MatchQuerySet:
        return rows.filter(challenge__themes__contains=[value])
