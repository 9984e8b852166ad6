"""One row of a list: texts to values, and what is wrong with which cell. Pure."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from companies.member_lists.columns import WORDS, plain

FIELDS = tuple(WORDS)
LENGTHS = {
    "name": 160,
    "registry_number": 40,
    "email": 254,
    "website": 200,
    "street": 160,
    "postal_code": 20,
    "city": 100,
    "summary": 200,
    "description": 8000,
}
ADDRESS = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+"
    r"[A-Za-z]{2,63}"
)
WEB = re.compile(r"https?://[^\s/?#.]+(\.[^\s/?#.]+)+([/?#]\S*)?", re.IGNORECASE)
MOST_STAFF = 10_000_000
MOST_MEUR = Decimal(9_999_999)


@dataclass(frozen=True)
class Fault:
    """What is wrong with the cell of a column, or with the whole row when `column` is None."""

    column: int | None
    code: str
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Ground:
    """What holds for the whole list: which column is what, how many, and the names of countries."""

    mapping: Mapping[int, str]
    width: int
    countries: Mapping[str, str]
    country: str = ""


class _Wrong(Exception):
    def __init__(self, code: str, **data: Any) -> None:
        super().__init__(code)
        self.code = code
        self.data = data


def read_row(cells: Sequence[str], ground: Ground) -> tuple[dict[str, Any], list[Fault]]:
    """The values that the row states, and its faults. An empty cell states nothing."""
    values: dict[str, Any] = {}
    faults: list[Fault] = []
    if len(cells) > ground.width:
        faults.append(Fault(None, "too_many_cells"))
    for column, name in ground.mapping.items():
        text = cells[column]
        if not text:
            continue
        try:
            values[name] = _READERS.get(name, _text)(name, text, ground)
        except _Wrong as wrong:
            faults.append(Fault(column, wrong.code, wrong.data))
    faults += _without_name(values, faults, ground)
    if ground.country and "country" not in values and not _stated(cells, "country", ground):
        values["country"] = ground.country
    return values, faults


def _without_name(
    values: Mapping[str, Any], faults: Sequence[Fault], ground: Ground
) -> list[Fault]:
    column = next((c for c, name in ground.mapping.items() if name == "name"), None)
    if values.get("name") or any(fault.column == column for fault in faults):
        return []
    return [Fault(column, "no_name")]


def _stated(cells: Sequence[str], name: str, ground: Ground) -> bool:
    return any(cells[column] for column, field_name in ground.mapping.items() if field_name == name)


def registry_key(number: str) -> str:
    """A registry number without spaces and signs, as the database keeps it too."""
    return re.sub(r"[^0-9A-Za-z]", "", number).upper()


def _text(name: str, text: str, ground: Ground) -> str:
    one_line = text if name == "description" else " ".join(text.split())
    if len(one_line) > LENGTHS[name]:
        raise _Wrong("too_long", most=LENGTHS[name])
    return one_line


def _address(name: str, text: str, ground: Ground) -> str:
    address = text.removeprefix("mailto:").strip()
    if not ADDRESS.fullmatch(address) or len(address) > LENGTHS[name]:
        raise _Wrong("no_address")
    return address.lower()


def _web(name: str, text: str, ground: Ground) -> str:
    url = text if "://" in text else f"https://{text}"
    if not WEB.fullmatch(url) or len(url) > LENGTHS[name]:
        raise _Wrong("no_website")
    return url


def _country(name: str, text: str, ground: Ground) -> str:
    code = ground.countries.get(plain(text))
    if code is None:
        raise _Wrong("no_country")
    return code


def _whole(name: str, text: str, ground: Ground) -> int:
    digits = re.sub(r"[\s.,'’](?=\d{3}\b)", "", text)
    if not digits.isdecimal() or not digits.isascii() or int(digits) > MOST_STAFF:
        raise _Wrong("no_whole_number")
    return int(digits)


def _year(name: str, text: str, ground: Ground) -> int:
    found = re.fullmatch(r"(\d{4})(-\d\d-\d\d)?", text)
    if not found or not 1600 <= int(found[1]) <= 2100:
        raise _Wrong("no_year")
    return int(found[1])


def _amount(name: str, text: str, ground: Ground) -> str:
    """Million euros, as a text so that it can wait in the database."""
    try:
        amount = Decimal(_with_point(re.sub(r"[\s'’€]|EUR|eur", "", text)))
    except InvalidOperation:
        raise _Wrong("no_amount") from None
    if not amount.is_finite() or not 0 <= amount <= MOST_MEUR:
        raise _Wrong("no_amount")
    return str(amount.quantize(Decimal("0.01")))


def _with_point(number: str) -> str:
    """1.234,5 and 1,234.5 and 0,5 all mean what their last sign says."""
    if "," in number and "." in number:
        thousands = "," if number.rfind(".") > number.rfind(",") else "."
        number = number.replace(thousands, "")
    return number.replace(",", ".")


_READERS: dict[str, Callable[[str, str, Ground], Any]] = {
    "email": _address,
    "website": _web,
    "country": _country,
    "staff": _whole,
    "founded": _year,
    "turnover_meur": _amount,
    "balance_meur": _amount,
}
