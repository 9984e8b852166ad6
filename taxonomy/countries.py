"""The countries companies serve and challenges ask for, nearest first."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django_countries import countries

NORDIC = ("DK", "FI", "FO", "GL", "IS", "NO", "SE")
EUROPE = (
    "AT", "BE", "BG", "CH", "CY", "CZ", "DE", "EE", "ES", "FR", "GB", "GR", "HR", "HU", "IE", "IT",
    "LI", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SI", "SK", "UA",
)  # fmt: skip

Groups = list[tuple[str, list[tuple[str, str]]]]


def country_groups(present: Iterable[str] = ()) -> Groups:
    """Choices in two groups; a country from elsewhere is kept where it is `present` already."""
    others = tuple(code for code in present if code not in NORDIC + EUROPE)
    groups = [(_("Nordic countries"), NORDIC), (_("Rest of Europe"), EUROPE)]
    if others:
        groups.append((_("Elsewhere"), others))
    return [(name, _by_name(codes)) for name, codes in groups]


def _by_name(codes: Iterable[str]) -> list[tuple[str, str]]:
    return sorted(((code, countries.name(code)) for code in codes), key=lambda pair: pair[1])
