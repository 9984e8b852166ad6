"""A partner gets in by an access letter, narrows the matches, and takes them along."""

import csv
import io
import re
from collections.abc import Callable

from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from tests.journeys.conftest import PASSWORD, Person

Enter = Callable[..., Person]
ADDRESS = "inge.lind@clean.example"
ACCESS = re.compile(r"http://localhost:\d+(/organisations/access/[\w-]+/)")
HEADER = [
    "Challenge",
    "Living lab",
    "Company",
    "Country",
    "Cluster organisation",
    "Score",
    "Eligible",
    "Reasons",
    "Not met",
]


def let_in(manager: Person, newcomer: Person) -> Page:
    """The manager writes an access letter for a partner; the newcomer signs up and accepts."""
    page = manager.go("/organisations/clean/people/")
    page.get_by_label("E-mail address").fill(ADDRESS)
    page.get_by_label("Role", exact=True).select_option(label="Partner")
    page.get_by_role("button", name="Send the letter").click()
    expect(page.get_by_text("The letter is on its way.")).to_be_visible()
    link = ACCESS.search(newcomer.newest_letter(ADDRESS, "CLEAN"))[1]
    page = newcomer.go(link)
    page.get_by_role("link", name="Create an account").click()
    page.get_by_label("Your name").fill("Inge Lind")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Create the account").click()
    page.get_by_role("button", name="Accept").click()
    return page


def narrowed(page: Page, query: str) -> int:
    """How many matches the filters leave; the page shows them without a reload too."""
    page.goto(f"/matches/?{query}")
    return int(re.search(r"([\d,]+) match", page.locator("#results").inner_text())[1])


def shown(page: Page, cell: str) -> list[str]:
    return page.locator(f"#results tbody td[data-label='{cell}']").all_inner_texts()


def exported(page: Page, kind: str) -> bytes:
    """Back to the list afterwards: a file that had to be prepared came from a page of its own."""
    stood = page.url
    page.get_by_text("Export").click()
    with page.expect_download(timeout=120_000) as download:
        page.get_by_role("link", name=kind).click()
    page.goto(stood)
    return download.value.path().read_bytes()


def test_a_partner_gets_in_and_narrows_the_matches_to_the_own_members(someone: Enter):
    newcomer = someone()
    page = let_in(someone("Cluster manager"), newcomer)
    expect(page.get_by_text("Welcome to CLEAN")).to_be_visible()
    page.goto("/matches/?own=true")

    expect(page.locator("#results tbody tr").first).to_be_visible()
    companies = shown(page, "Company")

    assert len(companies) == 50
    assert all("Own member" in company for company in companies)
    expect(page.get_by_text("Own member").first).to_be_visible()


def test_a_partner_filters_by_lab_theme_country_and_score_without_a_reload(someone: Enter):
    page = someone("Partner").go("/matches/")

    page.get_by_label("Living lab").select_option(label="Elnetlaboratoriet i Esbjerg")
    expect(page).to_have_url(re.compile(r"lab=\d+"))
    page.get_by_label("Theme", exact=True).select_option("sensors_grid")
    page.get_by_label("Country of the company").select_option("NO")
    expect(page).to_have_url(re.compile("country=NO"))
    page.get_by_label("Score from").fill("30")
    page.get_by_label("Score from").press("Enter")
    expect(page).to_have_url(re.compile("score=30"))
    scores = [float(text.split()[-1]) for text in shown(page, "Score")]

    assert scores == sorted(scores, reverse=True)
    assert scores[-1] >= 30
    places = {text.split("\n")[1].split(", ")[-1] for text in shown(page, "Company")}
    assert places == {"Norway"}
    page.get_by_label("Only members of my organisation").check()
    expect(page.get_by_text("No matches here")).to_be_visible()


def test_a_partner_takes_the_filtered_matches_along_without_contact_data(someone: Enter):
    page = someone("Partner").go("/matches/")
    count = narrowed(page, "country=NO&score=40&eligible=true")

    text = exported(page, "CSV").decode("utf-8-sig")
    book = load_workbook(io.BytesIO(exported(page, "Excel")))

    rows = list(csv.reader(io.StringIO(text), delimiter=";" if ";" in text.split("\n")[0] else ","))
    sheet = [list(row) for row in book.active.iter_rows(values_only=True)]
    assert rows[0] == HEADER
    assert len(rows) == len(sheet) == count + 1
    assert {row[3] for row in rows[1:]} == {"Norway"}
    assert not any(row[2].startswith("A company of") for row in rows[1:])
    assert all(float(row[5]) >= 40 for row in sheet[1:])
    assert "@" not in text
