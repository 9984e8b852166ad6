"""Narrowing a list of matches; the state lives in the URL."""

import django_filters
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from challenges.models import Challenge
from clusters.models import ClusterOrganisation
from companies.models import ClusterMembership, Company
from labs.models import LivingLab
from matching.models import Match, MatchQuerySet
from taxonomy.themes import THEME_CHOICES

Request = HttpRequest | None


def labs_near(request: Request) -> QuerySet[LivingLab]:
    if request is None:
        return LivingLab.objects.none()
    near = ClusterOrganisation.objects.in_networks_of(request.user)
    return LivingLab.objects.filter(cluster__in=near)


class MatchFilter(django_filters.FilterSet):
    """Filters of one challenge's matches. Searching finds only names the person may see."""

    search = django_filters.CharFilter(label=_("Company or place"), method="by_words")
    country = django_filters.ChoiceFilter(
        label=_("Country of the company"), field_name="company__country", choices=list(countries)
    )
    score = django_filters.NumberFilter(
        label=_("Score from"), method="by_score", min_value=0, max_value=100
    )
    own = django_filters.BooleanFilter(
        label=_("Only members of my organisation"), method="by_own_members"
    )
    eligible = django_filters.BooleanFilter(label=_("Only eligible"), field_name="is_eligible")

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

    def by_own_members(self, rows: MatchQuerySet, name: str, value: bool) -> MatchQuerySet:  # noqa: FBT001
        if not value:
            return rows
        own = ClusterOrganisation.objects.with_member(self.request.user)
        members = ClusterMembership.objects.filter(cluster__in=own)
        return rows.filter(company__in=members.values("company"))


class NetworkMatchFilter(MatchFilter):
    """Filters over all challenges of a person's networks."""

    lab = django_filters.ModelChoiceFilter(
        label=_("Living lab"), field_name="challenge__lab", queryset=labs_near
    )
    theme = django_filters.ChoiceFilter(label=_("Theme"), method="by_theme", choices=THEME_CHOICES)

    def by_theme(self, rows: MatchQuerySet, name: str, value: str) -> MatchQuerySet:
        found = Challenge.objects.filter(themes__contains=[value])
        return rows.filter(challenge__in=found.values("pk"))
