"""The shared words of profiles, in the reader's language."""

from collections.abc import Iterable

from django import template
from django_countries import countries

from taxonomy.capabilities import CAPABILITY_BY_CODE
from taxonomy.languages import LANGUAGE_BY_CODE
from taxonomy.themes import THEME_BY_CODE

register = template.Library()


@register.filter
def theme_name(code: str) -> str:
    return str(THEME_BY_CODE[code].label) if code in THEME_BY_CODE else code


@register.filter
def capability_name(code: str) -> str:
    return str(CAPABILITY_BY_CODE[code].label) if code in CAPABILITY_BY_CODE else code


@register.filter
def country_names(codes: Iterable[str]) -> str:
    return ", ".join(sorted(countries.name(code) or code for code in codes))


@register.filter
def language_names(codes: Iterable[str]) -> str:
    return ", ".join(str(LANGUAGE_BY_CODE.get(code, code)) for code in codes)
