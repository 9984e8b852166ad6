"""docs/lawful-invitations.md shows the very table that the product starts with."""

import csv

from django.utils import translation
from django_countries import countries

from invitations.choices import AddressKind, RuleChoice
from runner.checkout import ROOT

PAGE = ROOT / "docs/lawful-invitations.md"


def table_of_the_file():
    """A line for each country and kind of address, as it should stand on the page."""
    with (ROOT / "invitations/data/country_rules.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    with translation.override("en"):
        return [
            f"| {countries.name(row['country'])} | {AddressKind(row['kind']).label} "
            f"| {RuleChoice(row['rule']).label} | {row['since']} | {row['source']} |"
            for row in rows
        ]


def test_the_page_shows_the_table_of_the_product():
    shown = PAGE.read_text().partition("## The table")[2].partition("\n## ")[0]
    lines = [line for line in shown.splitlines() if line.startswith("| ")][1:]

    assert lines == table_of_the_file()
