"""No letter of invitation, reminder, news, nomination or digest leaves around the send-gate.

The source is read: every call that queues a letter under a list one can leave, and every function
that leads to such a call, is either behind a function that asks the gate, or reported here.
"""

import ast
from collections import defaultdict
from dataclasses import dataclass, field

import pytest

from runner.checkout import ROOT

QUEUES = {"queue", "queue_many"}
GATES = {"may_write", "may_write_to", "may_tell", "verdicts_of", "refusals_of"}
ROOMS = sorted(path.parent.name for path in ROOT.glob("*/apps.py"))
# Lists of other letters, which the gate does not govern: none so far.
OTHER_LISTS: set[str] = set()


@dataclass
class Function:
    module: str
    name: str
    names: set[str] = field(default_factory=set)
    queues_a_list: bool = False


def functions_of(module: str, source: str) -> list[Function]:
    """Every function with all the names it mentions, each with the module it was imported from."""
    nodes = list(ast.walk(ast.parse(source)))
    imported = {
        alias.asname or alias.name: f"{node.module}.{alias.name}"
        for node in nodes
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    return [
        function_of(node, module, imported) for node in nodes if isinstance(node, ast.FunctionDef)
    ]


def function_of(node: ast.FunctionDef, module: str, imported: dict[str, str]) -> Function:
    function = Function(module, node.name)
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name):
            function.names.add(imported.get(inner.id, f"{module}.{inner.id}"))
        elif isinstance(inner, ast.Attribute) and isinstance(inner.value, ast.Name):
            function.names.add(f"{imported.get(inner.value.id, module)}.{inner.attr}")
        elif isinstance(inner, ast.Call) and queues(inner) and list_of(inner):
            function.queues_a_list = True
    return function


def queues(call: ast.Call) -> bool:
    called = call.func
    name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
    return name in QUEUES


def list_of(call: ast.Call) -> str:
    """The list a letter is queued under, as it is written there; nothing for receipts and codes."""
    for keyword in call.keywords:
        if keyword.arg == "list_name":
            written = ast.unparse(keyword.value)
            return "" if written in {"None", "''"} or written in OTHER_LISTS else written
    return ""


def product() -> list[Function]:
    found = []
    for room in ROOMS:
        if room == "mail":
            continue
        for path in sorted((ROOT / room).rglob("*.py")):
            if "migrations" not in path.parts:
                module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
                found += functions_of(module, path.read_text())
    return found


def around_the_gate(functions: list[Function]) -> set[str]:
    """Functions that queue such a letter and can be reached without asking the gate."""
    callers = defaultdict(list)
    for function in functions:
        for name in function.names:
            callers[name].append(function)

    def asks(function: Function) -> bool:
        return any(name.rpartition(".")[2] in GATES for name in function.names)

    def is_guarded(function: Function, seen: frozenset[str] = frozenset()) -> bool:
        own = f"{function.module}.{function.name}"
        if asks(function):
            return True
        outer = [one for one in callers[own] if f"{one.module}.{one.name}" not in {own, *seen}]
        return bool(outer) and all(is_guarded(one, seen | {own}) for one in outer)

    return {
        f"{function.module}.{function.name}"
        for function in functions
        if function.queues_a_list and not is_guarded(function)
    }


def test_no_letter_leaves_around_the_gate():
    functions = product()

    assert any(function.queues_a_list for function in functions)
    assert around_the_gate(functions) == set()


LETTER = """
from mail.actions import queue

def remind(invitation):
    queue(key="x", kind="remind", list_name=LIST)
"""
GUARDED = """
from invitations.emails import remind
from invitations.actions.gating import may_write

def remind_all(rows):
    verdicts = may_write(rows)
    _remind(rows)

def _remind(rows):
    remind(rows[0])
"""
UNGUARDED = """
from invitations import emails

def remind_quietly(rows):
    emails.remind(rows[0])
"""


@pytest.mark.parametrize(
    "sources, found",
    [
        ([LETTER], {"invitations.emails.remind"}),
        ([LETTER, GUARDED], set()),
        ([LETTER, GUARDED, UNGUARDED], {"invitations.emails.remind"}),
        ([LETTER.replace("list_name=LIST", "list_name=None")], set()),
    ],
)
def test_a_way_around_would_be_found(sources, found):
    modules = ("invitations.emails", "invitations.actions.reminding", "invitations.tasks")
    functions = [
        function
        for module, source in zip(modules, sources, strict=False)
        for function in functions_of(module, source)
    ]

    assert around_the_gate(functions) == found
