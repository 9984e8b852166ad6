"""Readiness of the solution that comes closest to the range the challenge asks for."""

from collections.abc import Iterable, Sequence
from functools import lru_cache, partial

import numpy as np

from matching.scoring.arrays import Bools, Floats
from matching.scoring.corpus import TRL_LEVELS, Corpus
from matching.scoring.criteria.telling import told_once
from matching.scoring.facts import Brief, Profile, Solution
from matching.scoring.findings import Quote, Reason, Said

STEPS_TO_ZERO = 3


def asked(brief: Brief) -> bool:
    return brief.trl_min is not None or brief.trl_max is not None


def measure(brief: Brief, corpus: Corpus) -> tuple[Floats, Bools]:
    return _shares(*brief.trl_range).take(corpus.trl_sets), corpus.trl_sets > 0


def explain(brief: Brief, profiles: Iterable[Profile]) -> list[Said]:
    steps = [steps_outside(brief, level) for level in range(TRL_LEVELS + 1)]
    nearest = [_nearest(profile.solutions, steps) for profile in profiles]
    reasons = told_once(partial(_reason, brief), (level for level, _solution in nearest))
    return [
        (reason, (Quote("profile", "solution", solution.id, solution.name),))
        for reason, (_level, solution) in zip(reasons, nearest, strict=True)
    ]


def _nearest(solutions: Iterable[Solution], steps: Sequence[int]) -> tuple[int, Solution]:
    """The first of those with the fewest steps outside, by level, and its level."""
    ready = [(one.trl, one) for one in solutions if one.trl is not None]
    return min(ready, key=lambda known: steps[known[0]])


@lru_cache(maxsize=64)
def _shares(low: int, high: int) -> Floats:
    """By the set of a company's levels, as `Corpus.trl_sets` numbers them."""
    gaps = np.array([max(low - level, level - high, 0) for level in range(1, TRL_LEVELS + 1)])
    sets = np.arange(1 << TRL_LEVELS)[:, None] >> np.arange(TRL_LEVELS) & 1 > 0
    nearest = np.where(sets, gaps, TRL_LEVELS).min(axis=1)
    shares: Floats = np.maximum(1 - nearest / STEPS_TO_ZERO, 0.0)
    return shares


def _reason(brief: Brief, level: int) -> Reason:
    low, high = brief.trl_range
    steps = steps_outside(brief, level)
    if steps:
        return Reason("trl_gap", trl=level, low=low, high=high, steps=steps)
    return Reason("trl_in_range", trl=level, low=low, high=high)


def steps_outside(brief: Brief, trl: int) -> int:
    low, high = brief.trl_range
    return max(low - trl, trl - high, 0)
