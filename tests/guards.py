"""Nothing a person waits for encodes text or scores: who does is caught in the act.

The functions still do their work. Noted is who called them while the thread was answering a
request, until its last byte; a worker's thread may call them as it likes.
"""

import sys
import threading
from collections.abc import Callable, Iterator
from functools import wraps
from traceback import extract_stack
from typing import Any

import pytest
from django.core.signals import request_finished, request_started

from matching.encoders.bundled import EnglishMiniLM, MultilingualE5
from matching.encoders.endpoint import Endpoint
from matching.scoring import blocks, changes, judging, scores

FORBIDDEN = [
    (scores, "score"),
    (judging, "judge_each"),
    (blocks, "score_block"),
    (blocks, "statistics_of"),
    (changes, "best_changes"),
]
ENCODERS = (EnglishMiniLM, MultilingualE5, Endpoint)


class Caught:
    """What was called in requests, and from where; `told` forgets what it tells."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.answering = threading.local()

    def begin(self, **_told: object) -> None:
        self.answering.now = True

    def end(self, **_told: object) -> None:
        self.answering.now = False

    def told(self) -> list[str]:
        calls, self.calls = self.calls, []
        return calls

    def watch(self, function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def watched(*args: Any, **kwargs: Any) -> Any:
            if getattr(self.answering, "now", False):
                caller = extract_stack(limit=2)[0]
                where = f"{caller.filename}:{caller.lineno}"
                self.calls.append(f"{function.__qualname__} from {where}")
            return function(*args, **kwargs)

        return watched


@pytest.fixture
def nothing_scored_in_requests(monkeypatch: pytest.MonkeyPatch) -> Iterator[Caught]:
    """Fails the test when a request of it scores or encodes, wherever the function was imported."""
    caught = Caught()
    for module, name in FORBIDDEN:
        function = getattr(module, name)
        watched = caught.watch(function)
        for holder in [one for key, one in sys.modules.items() if key.startswith("matching")]:
            if getattr(holder, name, None) is function:
                monkeypatch.setattr(holder, name, watched)
    for encoder in ENCODERS:
        for name in ("briefs", "passages"):
            monkeypatch.setattr(encoder, name, caught.watch(getattr(encoder, name)))
    request_started.connect(caught.begin)
    request_finished.connect(caught.end)
    yield caught
    request_started.disconnect(caught.begin)
    request_finished.disconnect(caught.end)
    assert caught.calls == []
