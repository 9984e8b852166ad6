"""The countries that companies, labs and challenges name, nearest first."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django_countries import countries

NORDIC = ("DK", "FI", "FO", "GL", "IS", "NO", "SE")
EUROPE = (
    "AT", "BE", "BG", "CH", "CY", "CZ", "DE", "EE", "ES", "FR", "GB", "GR", "HR", "HU", "IE", "IT",
    "LI", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SI", "SK", "UA",
)  # fmt: skip
NEAR = frozenset(NORDIC + EUROPE)

Choices = list[tuple[str, str]]
Groups = list[tuple[str, Choices]]


def country_groups(present: Iterable[str] = ()) -> Groups:
    """Choices in two groups; a country from elsewhere is kept where it is `present` already."""
    groups = [(_("Nordic countries"), by_name(NORDIC)), (_("Rest of Europe"), by_name(EUROPE))]
    others = by_name(code for code in present if code not in NEAR)
    return [*groups, (_("Elsewhere"), others)] if others else groups


def all_country_groups() -> Groups:
    """Every country of the world, the near ones first."""
    return country_groups(present=countries.countries)


def by_name(codes: Iterable[str]) -> Choices:
    """Choices in the order of their names in the reader's language."""
    return sorted(((code, countries.name(code)) for code in codes), key=lambda pair: pair[1])
