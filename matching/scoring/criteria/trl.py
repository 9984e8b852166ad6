"""Readiness of the solution that comes closest to the range the challenge asks for."""

from functools import lru_cache

import numpy as np

from matching.scoring.arrays import Bools, Floats
from matching.scoring.corpus import TRL_LEVELS, Corpus
from matching.scoring.facts import Brief, Profile
from matching.scoring.findings import Quote, Reason

STEPS_TO_ZERO = 3


def asked(brief: Brief) -> bool:
    return brief.trl_min is not None or brief.trl_max is not None


def measure(brief: Brief, corpus: Corpus) -> tuple[Floats, Bools]:
    return _shares(*brief.trl_range).take(corpus.trl_sets), corpus.trl_sets > 0


def explain(brief: Brief, profile: Profile) -> tuple[Reason, tuple[Quote, ...]]:
    ready = [solution for solution in profile.solutions if solution.trl is not None]
    nearest = min(ready, key=lambda solution: steps_outside(brief, solution.trl or 0))
    low, high = brief.trl_range
    steps = steps_outside(brief, nearest.trl or 0)
    data = {"trl": nearest.trl, "low": low, "high": high}
    reason = Reason("trl_gap", **data, steps=steps) if steps else Reason("trl_in_range", **data)
    return reason, (Quote("profile", "solution", nearest.id, nearest.name),)


@lru_cache(maxsize=64)
def _shares(low: int, high: int) -> Floats:
    """By the set of a company's levels, as `Corpus.trl_sets` numbers them."""
    gaps = np.array([max(low - level, level - high, 0) for level in range(1, TRL_LEVELS + 1)])
    sets = np.arange(1 << TRL_LEVELS)[:, None] >> np.arange(TRL_LEVELS) & 1 > 0
    nearest = np.where(sets, gaps, TRL_LEVELS).min(axis=1)
    shares: Floats = np.maximum(1 - nearest / STEPS_TO_ZERO, 0.0)
    return shares


def steps_outside(brief: Brief, trl: int) -> int:
    low, high = brief.trl_range
    return max(low - trl, trl - high, 0)
