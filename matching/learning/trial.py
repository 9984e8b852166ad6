"""Weights on trial: made from older decisions, judged on the newest."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from matching.learning.fitting import curve_of, fit_weights, losses_of
from matching.learning.lessons import Lesson, Lessons
from matching.scoring.arrays import Bools, Floats
from matching.scoring.weights import FULL, Weights

HELD_BACK = 0.25
LEAST_TAUGHT, LEAST_HELD_BACK = 120, 40
LEAST_OF_EACH_TAUGHT, LEAST_OF_EACH_HELD_BACK = 20, 10
DRAWS = 1000


@dataclass(frozen=True, slots=True)
class Trial:
    """What the newest decisions say of two weights: those before, and those on trial.

    Losses are per decision, lower is better; `low` and `high` bound what is gained, nineteen
    times in twenty. The new are better where even the lower bound gains and the order is no worse.
    """

    tenths: Mapping[str, int]
    taught: int
    held_back: int
    loss_before: float
    loss_after: float
    auc_before: float
    auc_after: float
    low: float
    high: float

    @property
    def is_better(self) -> bool:
        return self.low > 0 and self.auc_after >= self.auc_before

    @property
    def figures(self) -> dict[str, float]:
        told = asdict(self)
        names = ("loss_before", "loss_after", "auc_before", "auc_after", "low", "high")
        return {name: round(told[name], 4) for name in names}


def learn(lessons: Sequence[Lesson], weights: Weights) -> Trial | None:
    """New weights on trial against these; None while there are too few decisions to judge by."""
    taught, held_back = _split(lessons, weights)
    if not _enough(taught, LEAST_TAUGHT, LEAST_OF_EACH_TAUGHT):
        return None
    if not _enough(held_back, LEAST_HELD_BACK, LEAST_OF_EACH_HELD_BACK):
        return None
    tenths = _whole(fit_weights(taught, _column(weights.tenths, weights)))
    found = dict(zip(weights.tenths, tenths, strict=True))
    return _tried(found, taught, held_back, weights)


def try_again(lessons: Sequence[Lesson], used: Mapping[str, int], weights: Weights) -> Trial:
    """Weights that are in use already, judged anew on the decisions that are the newest now."""
    return _tried(used, *_split(lessons, weights), weights)


def _split(lessons: Sequence[Lesson], weights: Weights) -> tuple[Lessons, Lessons]:
    """The older and the newest."""
    every = Lessons.build(lessons, tuple(weights.tenths))
    older = np.arange(len(every)) < len(every) - int(len(every) * HELD_BACK)
    return every.rows(older), every.rows(~older)


def _column(tenths: Mapping[str, int], weights: Weights) -> Floats:
    return np.array([tenths.get(code, 0) for code in weights.tenths]) / FULL


def _tried(
    tenths: Mapping[str, int], taught: Lessons, held_back: Lessons, before: Weights
) -> Trial:
    """Both are read as the product would show them: whole tenths, a curve through older levels."""
    losses, levels = [], []
    for weights in (_column(before.tenths, before), _column(tenths, before)):
        curve = curve_of(taught, taught.levels(weights))
        levels.append(held_back.levels(weights))
        losses.append(losses_of(held_back, curve.at(levels[-1])))
    low, high = _interval(losses[0] - losses[1], held_back)
    whole = held_back.counts.sum()
    return Trial(
        tenths=tenths,
        taught=len(taught),
        held_back=len(held_back),
        loss_before=float(losses[0].sum() / whole),
        loss_after=float(losses[1].sum() / whole),
        auc_before=auc(levels[0], held_back.came),
        auc_after=auc(levels[1], held_back.came),
        low=low,
        high=high,
    )


def _enough(lessons: Lessons, least: int, of_each: int) -> bool:
    came = int(lessons.came.sum())
    return len(lessons) >= least and min(came, len(lessons) - came) >= of_each


def _whole(weights: Floats) -> list[int]:
    """Tenths of a point that sum to a thousand, the largest remainders first."""
    exact = weights / weights.sum() * FULL
    tenths = np.floor(exact).astype(np.int64)
    last = np.argsort(tenths - exact, kind="stable")[: FULL - int(tenths.sum())]
    tenths[last] += 1
    found: list[int] = tenths.tolist()
    return found


def _interval(gains: Floats, lessons: Lessons) -> tuple[float, float]:
    """Drawn by challenge, whose companies were asked together; the same draws every time."""
    heaps, where = np.unique(lessons.challenges, return_inverse=True)
    gained = np.bincount(where, gains, heaps.size)
    counts = np.bincount(where, lessons.counts, heaps.size)
    drawn = np.random.default_rng(0).integers(0, heaps.size, (DRAWS, heaps.size))
    means = gained[drawn].sum(axis=1) / counts[drawn].sum(axis=1)
    low, high = np.quantile(means, (0.025, 0.975))
    return float(low), float(high)


def auc(levels: Floats, came: Bools) -> float:
    """How often one that came stands above one that did not; a tie is half."""
    order = np.argsort(levels, kind="stable")
    _values, first, times = np.unique(levels[order], return_index=True, return_counts=True)
    ranks = np.repeat(first + (times + 1) / 2, times)
    above = ranks[came[order]].sum() - came.sum() * (came.sum() + 1) / 2
    return float(above / (came.sum() * (~came).sum()))
