"""How a visitor narrows the list of challenges. The address keeps the whole state."""

from datetime import timedelta
from typing import Any

import django_filters
from django import forms
from django.contrib.postgres.search import SearchQuery
from django.db.models import F, Func, Q, Value
from django.db.models.expressions import OrderBy
from django.db.models.functions import Lower, Now
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from challenges.models import Challenge, ChallengeQuerySet
from labs.models import LivingLab
from look.filtering import FilterForm, Pick
from taxonomy.themes import THEME_CHOICES
from taxonomy.trl import TRL_CHOICES

LABS_OFFERED = 40
STATUSES = (("open", _("Open now")), ("closed", _("Closed")), ("all", _("All")))
DEADLINES = (
    ("2w", _("Within 2 weeks")),
    ("4w", _("Within 4 weeks")),
    ("later", _("Later than 4 weeks")),
)
SORTS = (
    ("deadline", _("Deadline")),
    ("newest", _("Newest first")),
    ("title", _("Title")),
)
ORDERS: dict[str, tuple[str | OrderBy, ...]] = {
    "deadline": ("deadline", "id"),
    "newest": (F("published_at").desc(nulls_last=True), "-id"),
    "title": ("title", "id"),
}


def countries_offered() -> list[tuple[str, str]]:
    codes = LivingLab.objects.order_by().values_list("country", flat=True).distinct()
    return sorted(((code, countries.name(code)) for code in codes), key=lambda pair: pair[1])


def folded(text: str) -> Func:
    """The text as the `sought` column holds it: no accents, no capitals."""
    return Lower(Func(Value(text), function="unaccent"))


def labs_called(text: str) -> list[int]:
    named = Q(name__unaccent__icontains=text) | Q(city__unaccent__icontains=text)
    return list(LivingLab.objects.filter(named).order_by().values_list("pk", flat=True)[:100])


def within_weeks(low: int | None, high: int | None) -> Q:
    found = Q()
    if low is not None:
        found &= Q(deadline__gte=Now() + timedelta(weeks=low))
    if high is not None:
        found &= Q(deadline__lt=Now() + timedelta(weeks=high))
    return found


DEADLINE_RANGES = {"2w": (None, 2), "4w": (None, 4), "later": (4, None)}


class ChallengeFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(
        label=_("Search"),
        method="search",
        widget=forms.TextInput(attrs={"type": "search", "maxlength": 200}),
    )
    theme = Pick(
        label=_("Theme"), choices=THEME_CHOICES, empty_label=_("All themes"), method="with_theme"
    )
    country = Pick(
        label=_("Country of the lab"),
        field_name="lab__country",
        empty_label=_("All countries"),
    )
    lab = Pick(label=_("Living lab"), field_name="lab__slug", empty_label=_("All labs"))
    trl = Pick(
        label=_("Our solution is at"),
        choices=[(level, f"TRL {level}") for level, _label in TRL_CHOICES],
        empty_label=_("Any TRL"),
        method="fits_trl",
    )
    deadline = Pick(label=_("Deadline"), choices=DEADLINES, empty_label=_("Any time"), method="due")
    status = Pick(
        label=_("Status"), choices=STATUSES[1:], empty_label=STATUSES[0][1], method="in_state"
    )
    sort = Pick(label=_("Sort by"), choices=SORTS[1:], empty_label=SORTS[0][1], method="in_order")

    class Meta:
        model = Challenge
        form = FilterForm
        fields: list[str] = []

    def __init__(self, data: QueryDict, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.filters["country"].extra["choices"] = countries_offered()
        self.filters["lab"].extra["choices"] = self._labs_offered()

    def _labs_offered(self) -> list[tuple[str, str]]:
        """The first labs by name; of one country where one is chosen. Search finds the others."""
        labs = LivingLab.objects.order_by("name").values_list("slug", "name")
        country, chosen = self.data.get("country"), self.data.get("lab")
        offered = labs.filter(country=country) if country else labs
        shown = list(offered[:LABS_OFFERED])
        if chosen and chosen not in dict(shown):
            shown += list(labs.filter(slug=chosen))
        return shown

    def filter_queryset(self, queryset: ChallengeQuerySet) -> ChallengeQuerySet:
        """Open challenges, soonest deadline first, unless another state or order is asked for."""
        wanted = self.form.cleaned_data
        if not wanted.get("status"):
            queryset = queryset.open()
        found = super().filter_queryset(queryset)
        if not wanted.get("sort"):
            return found.order_by("-deadline" if wanted.get("status") else "deadline", "id")
        return found

    def search(self, rows: ChallengeQuerySet, name: str, value: str) -> ChallengeQuerySet:
        """Words anywhere in the brief; parts of the title, also misspelt; the lab or its city."""
        words = SearchQuery(folded(value), config="simple", search_type="websearch")
        return rows.filter(
            Q(search=words)
            | Q(sought__contains=folded(value))
            | Q(sought__trigram_word_similar=folded(value))
            | Q(lab__in=labs_called(value))
        )

    def with_theme(self, rows: ChallengeQuerySet, name: str, value: str) -> ChallengeQuerySet:
        return rows.filter(themes__contains=[value])

    def fits_trl(self, rows: ChallengeQuerySet, name: str, value: str) -> ChallengeQuerySet:
        """A company at this level is within the range that the challenge asks for."""
        return rows.filter(
            Q(trl_min=None) | Q(trl_min__lte=value), Q(trl_max=None) | Q(trl_max__gte=value)
        )

    def due(self, rows: ChallengeQuerySet, name: str, value: str) -> ChallengeQuerySet:
        return rows.filter(within_weeks(*DEADLINE_RANGES[value]))

    def in_state(self, rows: ChallengeQuerySet, name: str, value: str) -> ChallengeQuerySet:
        return rows.past() if value == "closed" else rows

    def in_order(self, rows: ChallengeQuerySet, name: str, value: str) -> ChallengeQuerySet:
        return rows.order_by(*ORDERS[value])

    def chips(self) -> list[dict[str, Any]]:
        """What is being filtered by, each with the query string that drops it."""
        wanted = self.form.cleaned_data if self.form.is_valid() else {}
        chips = []
        for name, value in wanted.items():
            if value and name != "sort":
                chips.append({"label": self._in_words(name, value), "query": self.query(name)})
        return chips

    def _in_words(self, name: str, value: str) -> str:
        if name == "q":
            return gettext("“%(words)s”") % {"words": value}
        choices = dict(self.form.fields[name].choices)
        return str(choices.get(value, value))

    def query(self, without: str = "") -> str:
        """The state as a query string, without empty parts, pages and `without`."""
        kept = QueryDict(mutable=True)
        for name in self.filters:
            value = self.data.get(name, "")
            if value and name != without:
                kept[name] = value
        return kept.urlencode()
