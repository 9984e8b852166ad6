"""docs/flow.md, the signals that are declared and the receivers that are connected agree."""

import re
from importlib import import_module
from importlib.util import find_spec
from operator import attrgetter

import pytest
from django.dispatch import Signal

from runner.checkout import ROOT

ROOMS = sorted(path.parent.name for path in ROOT.glob("*/signals.py"))
CODE = re.compile(r"`([\w.]+)`")


def rows() -> list[list[list[str]]]:
    """The cells of the table, each as the names it holds."""
    page = (ROOT / "docs/flow.md").read_text()
    table = page.partition("| what happens |")[2].partition("\n\n")[0]
    lines = table.splitlines()[2:]
    return [[CODE.findall(cell) for cell in line.strip("|").split("|")] for line in lines]


FLOW = rows()


def declared() -> dict[str, Signal]:
    found = {}
    for room in ROOMS:
        names = vars(import_module(f"{room}.signals"))
        found |= {f"{room}.{name}": it for name, it in names.items() if isinstance(it, Signal)}
    return found


def listeners_of(signal: Signal) -> list[str]:
    """`room.function` of each receiver of the product; tests may listen as well."""
    found = [receiver() for _key, receiver, *_rest in signal.receivers]
    ours = [one for one in found if one is not None and one.__module__.endswith(".receivers")]
    return sorted(f"{one.__module__.split('.')[0]}.{one.__name__}" for one in ours)


def test_every_signal_has_its_line():
    assert sorted(name for row in FLOW for name in row[3]) == sorted(declared())


def test_those_who_listen_are_those_written_down():
    written = {row[3][0]: sorted(row[4]) for row in FLOW}

    assert {name: listeners_of(signal) for name, signal in declared().items()} == written


def test_a_signal_is_heard_by_later_rooms_or_by_its_own():
    for name, signal in declared().items():
        room = name.split(".")[0]
        source = list((ROOT / room).rglob("*.py"))
        heard_in = {listener.split(".")[0] for listener in listeners_of(signal)} - {room}

        imports = {later for later in heard_in for path in source if names_room(path, later)}
        assert imports == set()


def names_room(path, room: str) -> bool:
    return re.search(rf"^(from|import) {room}\b", path.read_text(), re.MULTILINE) is not None


@pytest.mark.parametrize("verb", sorted({verb for row in FLOW for verb in row[2]}))
def test_every_verb_exists(verb):
    room, _actions, name = verb.split(".")

    assert callable(attrgetter(name)(import_module(f"{room}.actions")))


@pytest.mark.parametrize("door", sorted({door for row in FLOW for door in row[1]}))
def test_every_door_exists(door):
    assert find_spec(door) is not None


@pytest.mark.parametrize("signal", sorted(declared()))
def test_only_verbs_announce(signal):
    room, name = signal.split(".")
    sends = re.compile(rf"\b{name}\.send(_robust)?\(")

    senders = [path for path in (ROOT / room).rglob("*.py") if sends.search(path.read_text())]

    assert senders != []
    assert [path for path in senders if "actions" not in str(path.relative_to(ROOT / room))] == []
