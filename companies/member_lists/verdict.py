"""What a row would do: make a company, change one, add a membership, or nothing. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from companies.member_lists.columns import plain
from companies.member_lists.rows import Fault, registry_key


@dataclass(frozen=True)
class Known:
    """A company that a row means.

    `is_free`: only this cluster organisation looks after it, as its member or as one that came
    with a public list of it.
    """

    id: int
    values: Mapping[str, Any] = field(repr=False)
    is_member: bool
    is_free: bool
    is_gone: bool


@dataclass(frozen=True)
class Verdict:
    """`outcome` as in RowOutcome; `changes` are the new values of those that differ."""

    outcome: str
    changes: Mapping[str, Any] = field(default_factory=dict)
    fault: Fault | None = None


def verdict_of(
    values: Mapping[str, Any], known: Known | None, *, as_members: bool = True
) -> Verdict:
    """A profile that its owner or another cluster organisation looks after is never overwritten.

    Not `as_members`, from a public source, nobody becomes a member, and members stay as they are.
    """
    if known is None:
        return Verdict("new", values)
    if known.is_gone:
        return Verdict("faulty", fault=Fault(None, "gone"))
    otherwise = Verdict("added" if as_members and not known.is_member else "same")
    if not known.is_free or (known.is_member and not as_members):
        return otherwise
    changes = {name: value for name, value in values.items() if known.values[name] != value}
    return Verdict("changed", changes) if changes else otherwise


def repeated(rows: Sequence[tuple[int, Mapping[str, Any]]]) -> dict[int, int]:
    """Rows that mean a company of an earlier row, each with the number of that row."""
    seen: dict[tuple[str, ...], int] = {}
    found: dict[int, int] = {}
    for number, values in rows:
        keys = keys_of(values)
        earlier = next((seen[key] for key in keys if key in seen), None)
        if earlier is None:
            seen |= dict.fromkeys(keys, number)
        else:
            found[number] = earlier
    return found


def keys_of(values: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """What tells a company: its registry number, or else its address, or its name and place.

    A number decides alone: two firms of one group may share an address and even a name.
    """
    country = str(values.get("country", ""))
    number = registry_key(str(values.get("registry_number", "")))
    if number:
        return [("number", number, country)]
    place = plain(str(values.get("city", "")))
    named = ("name", plain(str(values.get("name", ""))), place, country)
    address = str(values.get("email", "")).lower()
    return [("address", address), named] if address else [named]
