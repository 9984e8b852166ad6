"""A cluster manager brings a member list: columns guessed, a dry run, the import, and its undo."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Person

Enter = Callable[..., Person]
HEADER = ["Virksomhed", "CVR-nr.", "E-post", "Postnr.", "By", "Antal ansatte", "Beskrivelse"]
ROWS = [
    [
        "Sønderå Målere ApS",
        "90000011",
        "post@soenderaa.example",
        "6700",
        "Esbjerg",
        "12",
        "Måling.",
    ],
    ["Kabeløre A/S", "90000012", "ikke en adresse", "6800", "Varde", "mange", "Lytter til kabler."],
    ["Grøn Ærø I/S", "90000013", "hej@groenaeroe.example", "5970", "Ærøskøbing", "3", "Lager."],
]
GUESSED = [
    "Name",
    "Registry or VAT number",
    "E-mail address",
    "Postal code",
    "City",
    "People employed",
    "Description",
]


def as_csv(folder: Path) -> Path:
    """As a Danish Excel saves it: semicolons, and letters of one byte."""
    path = folder / "medlemmer.csv"
    path.write_bytes("\r\n".join(";".join(row) for row in [HEADER, *ROWS]).encode("latin-1"))
    return path


def as_xlsx(folder: Path) -> Path:
    path, book = folder / "medlemmer.xlsx", Workbook()
    for row in [HEADER, *ROWS]:
        book.active.append([int(cell) if cell.isdecimal() else cell for cell in row])
    book.active.append(["Nul Komma A/S", 90000014, None, 6700, "Esbjerg", 4, date(2026, 1, 1)])
    book.save(path)
    return path


def upload(page: Page, path: Path) -> None:
    page.goto("/companies/import/")
    page.get_by_label("Member list").set_input_files(path)
    page.get_by_role("button", name="Upload and look").click()
    expect(page.get_by_role("heading", name="What do the columns mean?")).to_be_visible()


def guesses(page: Page) -> list[str]:
    chosen = page.locator(".column-table select option:checked")
    return [text.strip() for text in chosen.all_inner_texts()]


def check(page: Page) -> None:
    page.get_by_role("button", name="Check the list").click()
    expect(page.get_by_role("heading", name="Nothing has happened yet")).to_be_visible()


def tab(page: Page, label: str) -> str:
    return page.get_by_role("link", name=re.compile(f"^{label}")).inner_text()


@pytest.mark.parametrize(
    ("write", "read_as", "new"),
    [(as_csv, "Read as CSV (Windows-1252, ;)", 2), (as_xlsx, "Read as Excel (XLSX)", 3)],
)
def test_a_list_is_tried_imported_repeated_and_undone(
    someone: Enter, tmp_path: Path, write: Callable[[Path], Path], read_as: str, new: int
):
    path = write(tmp_path)
    page = someone("Cluster manager").page

    upload(page, path)
    expect(page.get_by_text(read_as)).to_be_visible()
    assert guesses(page)[:7] == GUESSED
    check(page)

    expect(page.get_by_text(f"{new} rows would make, change or add a company")).to_be_visible()
    faulty = page.get_by_role("row", name=re.compile("Kabeløre"))
    expect(faulty.get_by_role("cell").first).to_have_text("3")
    expect(faulty).to_contain_text("E-post: ikke en adresse")
    expect(faulty).to_contain_text("This is not an e-mail address.")
    expect(faulty).to_contain_text("Antal ansatte: mange")
    expect(faulty).to_contain_text("This is not a whole number.")

    page.get_by_role("button", name="Import now").click()
    expect(page.get_by_text("The list is imported")).to_be_visible(timeout=60_000)
    imported = page.url
    page.goto("/companies/?q=Sønderå")
    expect(page.get_by_role("link", name="Sønderå Målere ApS")).to_be_visible()

    upload(page, path)
    check(page)
    expect(page.get_by_text("Importing this list would change nothing.")).to_be_visible()
    expect(page.get_by_role("button", name="Import now")).to_have_count(0)
    page.get_by_role("button", name="Forget this list").click()

    page.goto(imported)
    page.get_by_role("button", name="Undo the import").click()
    expect(page.get_by_text("Everything is as it was before.")).to_be_visible(timeout=60_000)
    page.goto("/companies/?q=Sønderå")
    expect(page.get_by_role("link", name="Sønderå Målere ApS")).to_have_count(0)
