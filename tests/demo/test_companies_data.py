"""The invented companies of the demonstration are complete, consistent and each its own."""

import csv
import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from taxonomy.capabilities import CAPABILITY_BY_CODE
from taxonomy.languages import LANGUAGE_BY_CODE
from taxonomy.themes import THEME_BY_CODE

DATA = Path(__file__).resolve().parents[2] / "demo" / "data"
FILES = {
    path.stem: tomllib.loads(path.read_text(encoding="utf-8"))["company"]
    for path in sorted((DATA / "companies").glob("*.toml"))
}
COMPANIES = [company for companies in FILES.values() for company in companies]
CLUSTERS = {
    row["slug"]
    for row in tomllib.loads((DATA / "organisations.toml").read_text(encoding="utf-8"))[
        "organisation"
    ]
    if row["kind"] == "cluster"
}
CLIENTS = {
    "municipality",
    "region",
    "utility",
    "property_owner",
    "transport_operator",
    "industry",
    "housing_association",
    "research",
    "other",
}
FIGURES = ("staff", "turnover_meur", "balance_meur")
ADDRESS = re.compile(r"[a-z0-9.-]+@[a-z0-9-]+\.example")


def offenders(is_right):
    return [company["slug"] for company in COMPANIES if not is_right(company)]


def solutions_and_references(company):
    return company.get("solution", []) + company.get("reference", [])


def sentences(company):
    texts = [company["summary"], company["description"]]
    texts += [part["description"] for part in solutions_and_references(company)]
    return {
        sentence.strip().casefold()
        for text in texts
        for sentence in re.split(r"(?<=[.!?:;])\s+", text)
    }


def test_there_are_companies_enough_in_countries_and_languages():
    languages = {company["language"] for company in COMPANIES}

    assert len(COMPANIES) >= 150
    assert len(FILES) >= 8
    assert languages == {"da", "nb", "sv", "de", "nl", "es", "en"}


def test_every_file_holds_the_companies_of_its_country():
    countries = {name: {company["country"] for company in rows} for name, rows in FILES.items()}

    assert countries == {name: {name.upper()} for name in FILES}


@pytest.mark.parametrize("key", ["slug", "name", "email", "website", "registry_number", "contact"])
def test_no_two_companies_share(key):
    counted = Counter(company[key].casefold() for company in COMPANIES)

    assert [value for value, times in counted.items() if times > 1] == []


def test_every_theme_is_well_covered_and_every_capability_offered():
    themes = Counter(code for company in COMPANIES for code in company["themes"])
    offered = {code for company in COMPANIES for code in company["capabilities"]}

    assert {code for code in THEME_BY_CODE if themes[code] < 12} == set()
    assert offered == set(CAPABILITY_BY_CODE)


def test_silence_about_size_looks_natural():
    silent = [company for company in COMPANIES if "staff" not in company]

    assert 0.05 <= len(silent) / len(COMPANIES) <= 0.15


def test_visibilities_and_memberships_are_mixed():
    shown = Counter(company["visibility"] for company in COMPANIES)
    alone = [company for company in COMPANIES if not company["clusters"]]

    assert set(shown) == {"cluster", "network", "public"}
    assert min(shown.values()) >= 30
    assert 0.1 <= len(alone) / len(COMPANIES) <= 0.2
    assert {company["visibility"] for company in alone} == {"public"}


def test_no_two_companies_share_a_long_sentence():
    counted = Counter(sentence for company in COMPANIES for sentence in sentences(company))

    assert [text for text, times in counted.items() if times > 1 and len(text) > 60] == []


def test_companies_use_known_codes():
    def is_right(company):
        return (
            set(company["themes"]) <= set(THEME_BY_CODE)
            and set(company["capabilities"]) <= set(CAPABILITY_BY_CODE)
            and set(company["languages_of_work"]) <= set(LANGUAGE_BY_CODE)
            and set(company["clusters"]) <= CLUSTERS
        )

    assert offenders(is_right) == []


def test_companies_name_a_few_codes_and_work_in_their_own_language():
    def is_right(company):
        return (
            1 <= len(company["themes"]) <= 3
            and 2 <= len(company["capabilities"]) <= 6
            and len(company["clusters"]) <= 1
            and company["language"] in company["languages_of_work"]
        )

    assert offenders(is_right) == []


def test_companies_are_reached_at_example_addresses_only():
    def is_right(company):
        domain = company["email"].partition("@")[2]
        return (
            ADDRESS.fullmatch(company["email"])
            and company["website"] == f"https://{domain}"
            and re.fullmatch(r"[a-z0-9-]+", company["slug"])
            and re.fullmatch(rf"DEMO-{company['country']}-\d{{4}}", company["registry_number"])
        )

    assert offenders(is_right) == []


def test_companies_state_all_size_figures_or_none():
    assert offenders(lambda row: sum(key in row for key in FIGURES) in {0, len(FIGURES)}) == []


def test_companies_lie_in_europe():
    assert offenders(lambda row: 36 <= row["lat"] <= 71 and -10 <= row["lon"] <= 30) == []


def test_companies_say_enough_and_not_too_much():
    def is_right(company):
        ends = re.findall(r"[.!?][”\"]?(?:\s|$)", company["description"])
        parts = solutions_and_references(company)
        return (
            len(company["summary"]) <= 140
            and 2 <= len(ends) <= 4
            and 120 <= len(company["description"]) <= 700
            and all(30 <= len(part["description"]) <= 400 for part in parts)
        )

    assert offenders(is_right) == []


def test_companies_show_some_solutions_and_at_most_three_references():
    def is_right(company):
        return 1 <= len(company["solution"]) <= 3 and len(company.get("reference", [])) <= 3

    assert offenders(is_right) == []


def test_solutions_stay_within_what_the_company_offers():
    def is_right(company):
        return all(
            1 <= solution["trl"] <= 9
            and set(solution["capabilities"]) <= set(company["capabilities"])
            and set(solution["countries_served"]) <= set(company["countries_served"])
            for solution in company["solution"]
        )

    assert offenders(is_right) == []


def test_references_are_dated_after_founding_and_carry_a_figure():
    def is_right(company):
        return all(
            company["founded"] <= reference["year"] <= 2026
            and reference["client_type"] in CLIENTS
            and re.search(r"\d", reference["description"])
            for reference in company.get("reference", [])
        )

    assert offenders(is_right) == []


def test_member_list_has_forty_rows_and_three_mistakes():
    with (DATA / "member_list.csv").open(encoding="iso-8859-1", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    lands = {"Danmark", "Tyskland", "Sverige", "Norge", "Holland", "Storbritannien"}
    mistakes = {
        "name": [row["E-mail"] for row in rows if not row["Virksomhed"]],
        "email": [row["E-mail"] for row in rows if not ADDRESS.fullmatch(row["E-mail"])],
        "country": [row["Land"] for row in rows if row["Land"] not in lands],
    }

    assert len(rows) == 40
    assert mistakes == {
        "name": ["kontakt@mosehuset.example"],
        "email": ["info(at)roerposten.example"],
        "country": ["Vestjylland"],
    }


def test_member_list_shares_no_address_with_the_companies():
    with (DATA / "member_list.csv").open(encoding="iso-8859-1", newline="") as file:
        listed = {row["E-mail"] for row in csv.DictReader(file, delimiter=";")}

    assert listed & {company["email"] for company in COMPANIES} == set()
