"""Valkey that hangs is left alone for a moment, so that a page waits for it once, not each time."""

from time import monotonic

SLOW_SECONDS = 0.5
PAUSE_SECONDS = 5.0


class Breaker:
    """One for each process. A refused connection costs nothing and does not open it."""

    def __init__(self) -> None:
        self._until = 0.0

    def is_open(self) -> bool:
        return monotonic() < self._until

    def note_failure(self, *, began: float) -> None:
        """Asked at `began`, it has just failed to answer."""
        if monotonic() - began > SLOW_SECONDS:
            self._until = monotonic() + PAUSE_SECONDS


valkey = Breaker()
