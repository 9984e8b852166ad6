"""How a visitor narrows the list of labs."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from labs.models import LivingLab
from look.filtering import FilterForm, Pick
from taxonomy.themes import THEME_CHOICES


def countries_with_labs() -> list[tuple[str, str]]:
    codes = LivingLab.objects.order_by().values_list("country", flat=True).distinct()
    return sorted(((code, countries.name(code)) for code in codes), key=lambda pair: pair[1])


class LabFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(
        label=_("Search"),
        method="search",
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("Name, city, words")}),
    )
    country = Pick(label=_("Country"), empty_label=_("All countries"))
    theme = Pick(
        label=_("Theme"),
        choices=THEME_CHOICES,
        empty_label=_("All themes"),
        method="with_theme",
    )

    class Meta:
        model = LivingLab
        form = FilterForm
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["country"].extra["choices"] = countries_with_labs()

    def search(self, labs: QuerySet[LivingLab], name: str, value: str) -> QuerySet[LivingLab]:
        words = value.replace("\x00", "").split()
        found = Q()
        for word in words[:8]:
            found &= (
                Q(name__unaccent__icontains=word)
                | Q(city__unaccent__icontains=word)
                | Q(summary__unaccent__icontains=word)
                | Q(owner__unaccent__icontains=word)
            )
        return labs.filter(found)

    def with_theme(self, labs: QuerySet[LivingLab], name: str, value: str) -> QuerySet[LivingLab]:
        return labs.filter(themes__contains=[value])
