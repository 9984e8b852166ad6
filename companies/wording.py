"""What the reading of member lists says, in the reader's language."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from companies.member_lists import Unreadable
from companies.member_lists.columns import plain

FIELD_LABELS: dict[str, str | Promise] = {
    "name": _("Name"),
    "registry_number": _("Registry or VAT number"),
    "email": _("E-mail address"),
    "website": _("Website"),
    "street": _("Street"),
    "postal_code": _("Postal code"),
    "city": _("City"),
    "country": _("Country"),
    "founded": _("Founded in"),
    "staff": _("People employed"),
    "turnover_meur": _("Turnover, million euros"),
    "balance_meur": _("Balance sheet, million euros"),
    "summary": _("In one sentence"),
    "description": _("Description"),
    "visibility": _("Who may see it by name"),
    "size_class": _("Size class"),
    "is_active": _("Taken in again"),
}

FAULTS: dict[str, str | Promise] = {
    "no_name": _("The name of the company is missing."),
    "too_long": _("This is longer than %(most)s characters."),
    "no_address": _("This is not an e-mail address."),
    "no_website": _("This is not a web address."),
    "no_country": _("We know no country of this name."),
    "no_whole_number": _("This is not a whole number."),
    "no_year": _("This is not a year."),
    "no_amount": _("This is not an amount in million euros."),
    "too_many_cells": _("This row has more cells than the list has columns."),
    "repeated": _("The same company stands in row %(row)s already."),
    "gone": _("This company took its profile out of Labmatch."),
}

UNREADABLE: dict[str, str | Promise] = {
    "too_large": _("This file is too large. At most 10 MB, also when unpacked to 150 MB."),
    "old_excel": _("This is an old Excel file (XLS). Save it as XLSX or CSV and try again."),
    "no_table": _("This is not a table we can read. Save it as CSV or XLSX and try again."),
    "broken_line": _("Line %(line)s cannot be read as CSV. Perhaps a quotation mark is missing."),
    "broken_workbook": _("This Excel file cannot be opened. Save it again, or save it as CSV."),
    "empty": _("There is nothing in this file."),
    "no_rows": _("There are column names in this file but no companies."),
    "too_many_columns": _("More than %(most)s columns. Leave out those that are not needed."),
    "too_many_rows": _("More than %(most)s rows. Cut the list in two and import both."),
}

# Languages in which the lists of the networks come.
LANGUAGES_OF_LISTS = ("en", "da", "nb", "sv", "de", "nl", "es", "fi", "fr")
EVERYDAY_NAMES = {
    "uk": "GB",
    "great britain": "GB",
    "england": "GB",
    "scotland": "GB",
    "storbritannien": "GB",
    "storbritannia": "GB",
    "holland": "NL",
    "usa": "US",
    "tyskland": "DE",
    "brd": "DE",
    "danmark": "DK",
    "norge": "NO",
    "noreg": "NO",
    "sverige": "SE",
}


def fault_sentence(code: str, data: Mapping[str, Any]) -> str:
    return str(FAULTS[code]) % data


def unreadable_sentence(problem: Unreadable) -> str:
    return str(UNREADABLE[problem.code]) % problem.data


@cache
def country_codes() -> dict[str, str]:
    """Every name of every country in these languages, plain, with its code; codes too."""
    found: dict[str, str] = {}
    for language in LANGUAGES_OF_LISTS:
        with translation.override(language):
            found |= {plain(str(name)): code for code, name in countries}
    found |= {countries.alpha3(code).lower(): code for code in dict(countries)}
    return found | {code.lower(): code for code in dict(countries)} | EVERYDAY_NAMES
