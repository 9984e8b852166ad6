"""What later rooms tell the accounts: where a person belongs, and what notices they send.

Rooms that hold memberships register a function; accounts knows none of those rooms.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.functional import Promise

from accounts.permissions import Role


@dataclass(frozen=True)
class Belonging:
    """One role of a person in one organisation: `key` is stable, for example `company:17:company_owner`."""

    key: str
    role: Role
    organisation: str
    url: str
    leave_url: str | None = None


@dataclass(frozen=True)
class NoticeKind:
    """A kind of notice: its label on the settings page and the sentence shown, with `%(name)s` slots."""

    code: str
    label: str | Promise
    sentence: str | Promise


_sources: list[Callable[..., Iterable[Belonging]]] = []
_kinds: dict[str, NoticeKind] = {}


def register_memberships(source: Callable[..., Iterable[Belonging]]) -> None:
    """`source(user)` yields the person's belongings in one room. Called once, from AppConfig.ready."""
    if source not in _sources:
        _sources.append(source)


def memberships_of(user) -> list[Belonging]:
    """Every role of the person in every organisation, in the order the rooms registered."""
    found: list[Belonging] = []
    if user.is_administrator:
        found.append(Belonging("platform", Role.ADMINISTRATOR, "Labmatch", "/dashboard/"))
    for source in _sources:
        found.extend(source(user))
    return found


def register_notice(kind: NoticeKind) -> None:
    """Make a kind of notice known. Called from AppConfig.ready of the room that sends it."""
    _kinds[kind.code] = kind


def notice_kind(code: str) -> NoticeKind:
    """Raises KeyError for a kind no room registered."""
    return _kinds[code]


def notice_kinds() -> list[NoticeKind]:
    return sorted(_kinds.values(), key=lambda kind: kind.code)
