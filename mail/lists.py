"""The lists people can leave, and the letters written late; each room adds its own when it starts.

A room says in its `AppConfig.ready`:

    add_list("invitations", _("Invitations to challenges"), fewer=wishes_url, hours=not_before)
    add_writer("invite-company", emails.contexts_of_invitations)
    add_gate("invitations", letters_not_allowed)

`fewer` leads from the page that stops letters to one where a reader may choose fewer of them
instead: it takes the hash of the address and returns a path. `hours` is asked whenever a worker
takes up letters of the list: it takes what they are about, as pairs of noun and id, and returns
for those that may not leave now when they may. A writer is only needed for letters
queued with `queue_many`. It takes related ids and returns `{related_id: context}`, each in the
language of its reader whichever is active; ids that are gone, or of which nothing can be said yet,
it leaves out: those letters are tried again later. A gate is asked about
letters of the list that are about to leave, a batch at a time: it returns the ids of those that
must not any more, which fail with `UNWANTED`. It only reads, for letters are locked by then.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.functional import Promise

if TYPE_CHECKING:
    from mail.models import Letter

Writer = Callable[[Sequence[str]], Mapping[str, Mapping[str, Any]]]

Door = Callable[[str], str]

Gate = Callable[[Sequence["Letter"]], Collection[UUID]]
About = tuple[str, str]
Hours = Callable[[Collection[About]], Mapping[About, datetime]]

_labels: dict[str, str | Promise] = {}
_doors: dict[str, Door] = {}
_hours: dict[str, Hours] = {}
_writers: dict[str, Writer] = {}
_gates: dict[str, Gate] = {}


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


def add_gate(name: str, gate: Gate) -> None:
    _gates[name] = gate


def not_allowed(letters: "Sequence[Letter]") -> set[UUID]:
    """Those of the letters whose list does not let them leave any more."""
    groups = {
        name: [one for one in letters if one.list_name == name]
        for name in {one.list_name for one in letters} & set(_gates)
    }
    return {pk for name, group in groups.items() for pk in _gates[name](group)}


def writer_of(kind: str) -> Writer:
    if kind not in _writers:
        raise LookupError(f"Nobody writes letters of kind {kind!r}: call mail.lists.add_writer.")
    return _writers[kind]
