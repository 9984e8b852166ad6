"""How letters of this room reach the outbox.

Accounts and mail stand side by side and do not import each other: the composition root hands
over the verbs of the mail room when the product starts.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import uuid4


class Queue(Protocol):
    def __call__(
        self,
        *,
        key: str,
        kind: str,
        to: str,
        language: str,
        context: Mapping[str, Any],
        name: str = "",
        by: Any = None,
    ) -> object: ...


class Forget(Protocol):
    def __call__(self, *, address: str, by: Any = None) -> object: ...


@dataclass
class Verbs:
    queue: Queue
    forget: Forget
    passage: Callable[[str], str]


_open: list[Verbs] = []


def open_post(*, queue: Queue, forget: Forget, passage: Callable[[str], str]) -> None:
    """Called once, when the product starts. `passage` marks words too long for a name."""
    _open[:] = [Verbs(queue, forget, passage)]


def send(
    *, kind: str, to: str, language: str, context: Mapping[str, Any], name: str = "", by: Any = None
) -> None:
    _open[0].queue(
        key=f"{kind}:{uuid4()}",
        kind=kind,
        to=to,
        language=language,
        context=context,
        name=name,
        by=by,
    )


def forget(*, address: str) -> None:
    """Erase a person from all letters."""
    _open[0].forget(address=address)


def passage(words: str) -> str:
    return _open[0].passage(words)
