"""The lists people can leave, and the letters written late; each room adds its own when it starts.

A room says in its `AppConfig.ready`:

    add_list("invitations", _("Invitations to challenges"), fewer=wishes_url, hours=not_before)
    add_writer("invite-company", emails.contexts_of_invitations)

`fewer` leads from the page that stops letters to one where a reader may choose fewer of them
instead: it takes the hash of the address and returns a path. `hours` is asked whenever a worker
takes up letters of the list: it takes what they are about, as pairs of noun and id, and returns
for those that may not leave now when they may. A writer is only needed for letters
queued with `queue_many`. It takes related ids and returns `{related_id: context}`, each in the
language of its reader whichever is active; ids that are gone it leaves out.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.functional import Promise

Writer = Callable[[Sequence[str]], Mapping[str, Mapping[str, Any]]]

Door = Callable[[str], str]

About = tuple[str, str]
Hours = Callable[[Collection[About]], Mapping[About, datetime]]

_labels: dict[str, str | Promise] = {}
_doors: dict[str, Door] = {}
_hours: dict[str, Hours] = {}
_writers: dict[str, Writer] = {}


def add_list(
    name: str, label: str | Promise, *, fewer: Door | None = None, hours: Hours | None = None
) -> None:
    _labels[name] = label
    if fewer is not None:
        _doors[name] = fewer
    if hours is not None:
        _hours[name] = hours


def label_of(name: str) -> str:
    return str(_labels.get(name, name))


def fewer_url(name: str, *, address_hash: str) -> str:
    """Where the reader may choose fewer letters of the list; empty where there is no choice."""
    return _doors[name](address_hash) if name in _doors else ""


def not_before(name: str, abouts: Collection[About]) -> Mapping[About, datetime]:
    """When letters of the list may leave, for those that may not now."""
    return _hours[name](abouts) if name in _hours and abouts else {}


def add_writer(kind: str, writer: Writer) -> None:
    _writers[kind] = writer


def writer_of(kind: str) -> Writer:
    if kind not in _writers:
        raise LookupError(f"Nobody writes letters of kind {kind!r}: call mail.lists.add_writer.")
    return _writers[kind]
