"""What later rooms tell the accounts: where a person belongs, and what notices they send.

Rooms that hold memberships register functions; accounts knows none of those rooms.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from django.db import transaction
from django.utils.functional import Promise

from accounts.permissions import Role

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True)
class Belonging:
    """One role of a person in one organisation.

    `key` is stable, for example `company:17:company_owner`; `leave_url` takes a POST.
    """

    key: str
    role: Role
    organisation: str
    url: str
    leave_url: str | None = None


Data = Mapping[str, Any]


@dataclass(frozen=True)
class NoticeKind:
    """A kind of notice: its label among the wishes, and its sentence with `%(name)s` slots.

    `several` is the sentence when `%(count)d` of a group are unread. `fill` turns what was stored
    into what the slots show, when that depends on who reads it.
    """

    code: str
    label: str | Promise
    sentence: str | Promise
    several: str | Promise = ""
    fill: Callable[[Sequence[Data], "User"], list[Data]] | None = None


class WishesPart(Protocol):
    """A form that fills a section of the page on which a person says what may come to them."""

    @property
    def title(self) -> str | Promise: ...

    @property
    def lead(self) -> str | Promise: ...

    def is_valid(self) -> bool: ...

    def save(self, *, by: "User") -> None:
        """Called once it is valid."""


class MakePart(Protocol):
    def __call__(self, data: Data | None, *, user: "User") -> WishesPart: ...


Memberships = Callable[["User"], Iterable[Belonging]]
Ties = Callable[["User"], Iterable[str]]

_sources: list[Memberships] = []
_ties: list[Ties] = []
_kinds: dict[str, NoticeKind] = {}
_parts: list[MakePart] = []


def register_memberships(source: Memberships) -> None:
    """`source(user)` yields the person's belongings in one room. Called from AppConfig.ready."""
    if source not in _sources:
        _sources.append(source)


def memberships_of(user: "User") -> list[Belonging]:
    """Every role of the person in every organisation, in the order the rooms registered."""
    found: list[Belonging] = []
    if user.is_administrator:
        found.append(Belonging("platform", Role.ADMINISTRATOR, "Labmatch", "/dashboard/"))
    for source in _sources:
        found.extend(source(user))
    return found


def register_ties(source: Ties) -> None:
    """`source(user)` yields sentences: why the person cannot go yet, and what to do about it.

    It may lock the rows it looked at; it is always called inside a transaction.
    """
    if source not in _ties:
        _ties.append(source)


@transaction.atomic
def ties_of(user: "User") -> list[str]:
    """Why the person's account cannot be deleted yet; nothing when it can."""
    return [sentence for source in _ties for sentence in source(user)]


def register_notice(kind: NoticeKind) -> None:
    """Make a kind of notice known. Called from AppConfig.ready of the room that sends it."""
    _kinds[kind.code] = kind


def notice_kind(code: str) -> NoticeKind:
    """Raises KeyError for a kind no room registered."""
    return _kinds[code]


def notice_kinds() -> list[NoticeKind]:
    return sorted(_kinds.values(), key=lambda kind: kind.code)


def register_wishes(part: MakePart) -> None:
    """`part(data, user=user)` makes a form. Called from AppConfig.ready of its room."""
    if part not in _parts:
        _parts.append(part)


def wishes_parts() -> list[MakePart]:
    return list(_parts)
