"""Time as a person feels it, and as the processor spends it."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Took:
    """Seconds by the clock and of this process; the second holds on a busy machine too."""

    wall: float
    cpu: float

    def __str__(self) -> str:
        return f"{in_words(self.wall)} ({in_words(self.cpu)} cpu)"

    def __add__(self, other: "Took") -> "Took":
        return Took(self.wall + other.wall, self.cpu + other.cpu)

    def times(self, factor: float) -> "Took":
        return Took(self.wall * factor, self.cpu * factor)


def in_words(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds >= 10 else f"{seconds * 1000:.0f} ms"


def timed(step: Callable[[], Any], rounds: int = 1) -> tuple[Took, Any]:
    """The median of the rounds, and the last result."""
    walls, cpus, result = [], [], None
    for _round in range(rounds):
        wall, cpu = time.perf_counter(), time.process_time()
        result = step()
        cpus.append(time.process_time() - cpu)
        walls.append(time.perf_counter() - wall)
    return Took(statistics.median(walls), statistics.median(cpus)), result
