"""Reading lists: pure, without a database."""

import io
import zipfile

import pytest
from openpyxl import Workbook

from companies.member_lists import (
    MOST_ROWS,
    Ground,
    Known,
    Unreadable,
    guess_columns,
    read_row,
    read_table,
    repeated,
    verdict_of,
)

LIST = 'Navn;By\r\n"Brøndlåget A/S";Køge\r\n\r\n"Åløkke\nVandteknik";Ærøskøbing\r\n'
ROWS = [(2, ["Brøndlåget A/S", "Køge"]), (4, ["Åløkke\nVandteknik", "Ærøskøbing"])]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "iso8859_15", "mac_roman", "cp850"]
)
def test_every_common_encoding(encoding):
    table = read_table(LIST.encode(encoding))

    assert (table.columns, table.rows) == (["Navn", "By"], ROWS)


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_every_common_separator(separator):
    lines = [["Name", "City"], ["Acme; the first, best | tab\tOy", "Åbo"], ["Beta", "Vik"]]
    text = "\n".join(separator.join(f'"{cell}"' for cell in cells) for cells in lines)

    table = read_table(text.encode())

    assert [table.columns, *(cells for _n, cells in table.rows)] == lines


def workbook(*rows):
    book, out = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


def test_workbook_with_numbers_and_gaps():
    table = read_table(workbook([], ["Navn", "Ansatte", None], ["Rør", 12.0], [], ["Sø", 3.5, "x"]))

    assert table.columns == ["Navn", "Ansatte"]
    assert table.rows == [(3, ["Rør", "12"]), (5, ["Sø", "3.5", "x"])]


def bomb():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 151 * 1024 * 1024)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (lambda: b"", "empty"),
        (lambda: b"Name;City\n", "no_rows"),
        (lambda: b"\xd0\xcf\x11\xe0old", "old_excel"),
        (lambda: b"\x89PNG\x00\x01\xff", "no_table"),
        (lambda: b"PK\x03\x04 no workbook", "broken_workbook"),
        (bomb, "too_large"),
        (lambda: b"Name\n" + b"x\n" * (MOST_ROWS + 1), "too_many_rows"),
        (lambda: b"a;" * 61 + b"a\nx", "too_many_columns"),
        (lambda: b"x" * (10 * 1024 * 1024 + 1), "too_large"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_read_says_why(content, code):
    with pytest.raises(Unreadable) as refusal:
        read_table(content())

    assert refusal.value.code == code


HEADERS = {
    "Virksomhed|CVR|E-mail|Postnr|By|Land|Ansatte": (
        "name registry_number email postal_code city country staff"
    ),
    "Bedriftsnavn|Org.nr.|E-post|Poststed|Antall ansatte": "name registry_number email city staff",
    "Företag|Organisationsnummer|Ort|Omsättning": "name registry_number city turnover_meur",
    "Firmenname|USt-ID|PLZ|Stadt|Mitarbeiter|Umsatz (Mio. EUR)": (
        "name registry_number postal_code city staff turnover_meur"
    ),
    "Bedrijfsnaam|KvK-nummer|Plaats|Medewerkers": "name registry_number city staff",
    "Empresa|CIF|Correo electrónico|Código postal|Ciudad|País|Empleados": (
        "name registry_number email postal_code city country staff"
    ),
    "Company name|VAT|Website|Founded|Description": (
        "name registry_number website founded description"
    ),
    "Nr.|Xyz|Intern": "",
}


@pytest.mark.parametrize(("columns", "fields"), HEADERS.items())
def test_columns_are_guessed_in_seven_languages(columns, fields):
    names = columns.split("|")

    found = guess_columns(names, [[""] * len(names)])

    assert " ".join(found.values()) == fields


def test_a_column_of_addresses_is_known_by_its_cells():
    assert guess_columns(["Firma", "Kontakt"], [["A", "a@b.example"]]) == {0: "name", 1: "email"}


def ground(*fields, country=""):
    return Ground(dict(enumerate(fields)), len(fields), {"danmark": "DK", "de": "DE"}, country)


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("email", "POST@Kabel.example", "post@kabel.example"),
        ("website", "www.kabel.example", "https://www.kabel.example"),
        ("country", "DANMARK", "DK"),
        ("staff", "1.234", 1234),
        ("staff", "12", 12),
        ("founded", "2014-01-01", 2014),
        ("turnover_meur", "0,5", "0.50"),
        ("turnover_meur", "1.234,5", "1234.50"),
        ("turnover_meur", "1,234.5", "1234.50"),
        ("turnover_meur", "€ 3.2", "3.20"),
        ("summary", "two\nlines", "two lines"),
        ("description", "two\nlines", "two\nlines"),
    ],
)
def test_cells_are_read(field, text, value):
    values, faults = read_row(["Navn", text], ground("name", field))

    assert (values[field], faults) == (value, [])


@pytest.mark.parametrize(
    ("field", "text", "code"),
    [
        ("email", "info(at)kabel.example", "no_address"),
        ("website", "javascript:alert(1)", "no_website"),
        ("country", "Vestjylland", "no_country"),
        ("staff", "ca. 20", "no_whole_number"),
        ("staff", "-3", "no_whole_number"),
        ("founded", "1014", "no_year"),
        ("turnover_meur", "much", "no_amount"),
        ("turnover_meur", "NaN", "no_amount"),
        ("city", "x" * 101, "too_long"),
    ],
)
def test_faults_name_the_cell(field, text, code):
    _values, (fault,) = read_row(["Navn", text], ground("name", field))

    assert (fault.column, fault.code) == (1, code)


def test_a_row_needs_a_name():
    _values, (fault,) = read_row(["", "Køge"], ground("name", "city"))

    assert (fault.column, fault.code) == (0, "no_name")


def test_country_of_the_list_stands_in_for_an_empty_cell():
    assert read_row(["A", ""], ground("name", "country", country="DK"))[0]["country"] == "DK"
    assert read_row(["A", "de"], ground("name", "country", country="DK"))[0]["country"] == "DE"


def test_too_many_cells_are_a_fault_of_the_row():
    _values, (fault,) = read_row(["A", "B", "C"], ground("name", "city"))

    assert (fault.column, fault.code) == (None, "too_many_cells")


def test_repeated_rows_name_the_first():
    rows = [
        (2, {"name": "A", "registry_number": "12 34"}),
        (3, {"name": "B", "registry_number": "1234"}),
        (4, {"name": "C", "email": "x@y.example"}),
        (5, {"name": "D", "email": "X@y.example"}),
        (6, {"name": "Én", "city": "Køge"}),
        (7, {"name": "en", "city": "KØGE"}),
        (8, {"name": "en", "city": "Køge", "registry_number": "77"}),
    ]

    assert repeated(rows) == {3: 2, 5: 4, 7: 6}


def known(**more):
    return Known(**{"id": 1, "values": {"name": "A", "city": "Køge"}, "is_member": True,
                    "is_free": True, "is_gone": False, **more})  # fmt: skip


@pytest.mark.parametrize(
    ("company", "outcome"),
    [
        (None, "new"),
        (known(), "changed"),
        (known(values={"name": "A", "city": "Ribe"}), "same"),
        (known(is_free=False), "same"),
        (known(is_free=False, is_member=False), "added"),
        (known(is_gone=True), "faulty"),
    ],
)
def test_verdicts(company, outcome):
    assert verdict_of({"name": "A", "city": "Ribe"}, company).outcome == outcome
