"""Who waits for reasons, and how long: notes in the cache that fade by themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from time import time
from typing import TypeAlias

from django.core.cache import cache

RINGS_AGAIN = 10  # seconds; a page asks every second, and the bell may have been missed
GIVES_UP = 60  # seconds until a page stops asking and says what to do
TRIED = 300  # seconds for which nobody waits again for what could not be explained

# A match as one scoring left it: its id, the run and the moment.
Scoring: TypeAlias = tuple[int, int | None, datetime]


@dataclass(frozen=True)
class Wait:
    """What a page lacks, since when nothing has come, and what it lacked the last time."""

    missing: int
    since: float
    was_missing: int | None = None

    @property
    def is_over(self) -> bool:
        """Whether it has been tried for long enough."""
        return self.missing > 0 and time() - self.since >= GIVES_UP

    @property
    def goes_on(self) -> bool:
        return self.missing > 0 and not self.is_over

    @property
    def is_unchanged(self) -> bool:
        """Whether the page that asks shows all there is to show."""
        return self.goes_on and self.missing == self.was_missing

    @property
    def mark(self) -> str:
        """What the page says when it asks again."""
        return f"{self.since:.0f}-{self.missing}"


def wait_for(missing: int, mark: str = "") -> Wait:
    """`mark` is what the page was given the last time; nothing where somebody has just come."""
    since, _dash, before = mark[:40].partition("-")
    if since.isdecimal() and before.isdecimal():
        moves = int(before) != missing
        return Wait(missing, time() if moves else float(since), int(before))
    return Wait(missing, time())


def is_first_ring(name: str, *ids: object, within: int = RINGS_AGAIN) -> bool:
    """Whether nobody rang for the same within so many seconds."""
    told = sha256(repr(ids).encode()).hexdigest()
    return bool(cache.add(f"matching.rung:{name}:{told}", value=True, timeout=within))


def note_tried(scorings: Sequence[Scoring]) -> None:
    """The worker has done for these what it can; scored again, they are others."""
    if scorings:
        cache.set_many({_tried(one): True for one in scorings}, timeout=TRIED)


def untried(scorings: Sequence[Scoring]) -> list[int]:
    """The matches among these that are worth waiting for."""
    known = cache.get_many([_tried(one) for one in scorings]) if scorings else {}
    return [one[0] for one in scorings if _tried(one) not in known]


def _tried(one: Scoring) -> str:
    match_id, run_id, scored_at = one
    return f"matching.tried:{match_id}:{run_id}:{scored_at.timestamp()}"
