"""How a reader narrows the list of companies. The address keeps the whole state."""

from typing import Any

import django_filters
from django import forms
from django.core.cache import cache
from django.db.models import Q
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from clusters.models import ClusterOrganisation
from companies.models import Company, CompanyQuerySet
from companies.models.company import folded
from look.filtering import FilterForm, Pick
from taxonomy.capabilities import capability_groups
from taxonomy.sizes import SIZE_CHOICES
from taxonomy.themes import THEME_CHOICES

COUNTRIES_KEPT = 600


def countries_offered() -> list[tuple[str, str]]:
    """Where companies are; asked of the database every ten minutes, because it rarely changes."""
    codes = cache.get_or_set("countries-with-companies", _country_codes, COUNTRIES_KEPT) or []
    return sorted(((code, countries.name(code)) for code in codes), key=lambda pair: pair[1])


def _country_codes() -> list[str]:
    rows = Company.objects.active().exclude(country="").order_by()
    return list(rows.values_list("country", flat=True).distinct())


class CompanyFilter(django_filters.FilterSet):
    """`own` is offered only to those who belong to a cluster organisation."""

    q = django_filters.CharFilter(
        label=_("Search"),
        method="search",
        widget=forms.TextInput(attrs={"type": "search", "maxlength": 200}),
    )
    theme = Pick(
        label=_("Theme"), choices=THEME_CHOICES, empty_label=_("All themes"), method="with_theme"
    )
    capability = Pick(
        label=_("Capability"),
        choices=capability_groups,
        empty_label=_("All capabilities"),
        method="with_capability",
    )
    country = Pick(label=_("Country"), choices=countries_offered, empty_label=_("All countries"))
    size = Pick(
        label=_("Size"),
        field_name="size_class",
        choices=SIZE_CHOICES,
        empty_label=_("All sizes"),
    )
    own = django_filters.BooleanFilter(
        label=_("Only members of my organisation"),
        method="by_own_members",
        widget=forms.CheckboxInput,
    )

    class Meta:
        model = Company
        form = FilterForm
        fields: tuple[str, ...] = ()

    def __init__(self, data: QueryDict, *, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(data, request=request, **kwargs)
        if not any(one.key.startswith("organisation:") for one in request.belongings):  # type: ignore[attr-defined]
            del self.filters["own"]

    def search(self, rows: CompanyQuerySet, name: str, value: str) -> CompanyQuerySet:
        """Parts of the name, the place or the summary, without accents, also misspelt."""
        words = value.replace("\x00", "")
        return rows.filter(
            Q(sought__contains=folded(words)) | Q(sought__trigram_word_similar=folded(words))
        )

    def with_theme(self, rows: CompanyQuerySet, name: str, value: str) -> CompanyQuerySet:
        return rows.filter(themes__contains=[value])

    def with_capability(self, rows: CompanyQuerySet, name: str, value: str) -> CompanyQuerySet:
        return rows.filter(capabilities__contains=[value])

    def by_own_members(self, rows: CompanyQuerySet, name: str, value: bool) -> CompanyQuerySet:  # noqa: FBT001
        if not value:
            return rows
        own = ClusterOrganisation.objects.with_member(self.request.user)
        return rows.members_of(own)

    def chips(self) -> list[dict[str, Any]]:
        """What is being filtered by, each with the query string that drops it."""
        wanted = self.form.cleaned_data if self.form.is_valid() else {}
        return [
            {"label": self._in_words(name, value), "query": self._without(name)}
            for name, value in wanted.items()
            if value
        ]

    def _in_words(self, name: str, value: Any) -> str:
        field = self.form.fields[name]
        if name == "q":
            return gettext("“%(words)s”") % {"words": value}
        if name == "own":
            return str(field.label)
        return next((label for code, label in _flat(field.choices) if code == value), str(value))

    def _without(self, name: str) -> str:
        kept = QueryDict(mutable=True)
        for other in self.filters:
            value = self.data.get(other, "")
            if value and other != name:
                kept[other] = value
        return kept.urlencode()


def _flat(choices: Any) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for code, label in choices:
        found += [(c, str(text)) for c, text in label] if isinstance(label, list | tuple) else []
        found += [] if isinstance(label, list | tuple) else [(code, str(label))]
    return found
