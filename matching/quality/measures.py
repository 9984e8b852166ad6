"""Measures of a ranking against known answers, and how sure a difference is. Pure.

A company is an answer or it is not; degrees of relevance in a collection are read as answers.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

RESAMPLES = 5000
SEED = 20


@dataclass(frozen=True, eq=False)
class Measures:
    """One number per question and measure."""

    ndcg_10: Floats
    average_precision: Floats
    recall_20: Floats
    recall_50: Floats

    @property
    def means(self) -> dict[str, float]:
        return {
            "nDCG@10": float(self.ndcg_10.mean()),
            "MAP": float(self.average_precision.mean()),
            "recall@20": float(self.recall_20.mean()),
            "recall@50": float(self.recall_50.mean()),
        }


def measure(scores: Floats, answers: Bools) -> Measures:
    """Both questions by companies, each question with an answer; equal scores keep their order."""
    order = np.argsort(-scores, axis=1, kind="stable")
    found = np.take_along_axis(answers, order, axis=1)
    number = answers.sum(axis=1)
    return Measures(
        ndcg_10=_ndcg(found, number, 10),
        average_precision=_average_precision(found, number),
        recall_20=found[:, :20].sum(axis=1) / number,
        recall_50=found[:, :50].sum(axis=1) / number,
    )


def _ndcg(found: Bools, number: NDArray[np.int64], depth: int) -> Floats:
    """Gain over the discount log2(place + 1), beside that of the best possible ranking."""
    discounts = 1 / np.log2(np.arange(depth) + 2)
    ideal = np.concatenate([[0.0], np.cumsum(discounts)])[np.minimum(number, depth)]
    gained: Floats = found[:, :depth] @ discounts[: found.shape[1]] / ideal
    return gained


def _average_precision(found: Bools, number: NDArray[np.int64]) -> Floats:
    places = np.arange(1, found.shape[1] + 1)
    precision = np.cumsum(found, axis=1) / places
    average: Floats = (precision * found).sum(axis=1) / number
    return average


@dataclass(frozen=True)
class Difference:
    """A mean difference with the interval that holds it in 95 of 100 resamplings."""

    mean: float
    low: float
    high: float

    @property
    def is_sure(self) -> bool:
        return self.low > 0 or self.high < 0


def difference(ours: Floats, theirs: Floats) -> Difference:
    """Paired bootstrap over the questions, always with the same resamplings."""
    differences = ours - theirs
    draw = np.random.default_rng(SEED).integers(0, differences.size, (RESAMPLES, differences.size))
    means = differences[draw].mean(axis=1)
    low, high = np.quantile(means, (0.025, 0.975))
    return Difference(float(differences.mean()), float(low), float(high))
