"""A small logistic over the shares of the criteria: weights that are never negative."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from matching.learning.lessons import Lessons
from matching.scoring.arrays import Floats

# How strongly the weights are pulled back to the defaults; a cross-validation chooses.
PULLS = (3.0, 10.0, 30.0, 100.0, 300.0)
FOLDS = 5
STEADY, CLOSE, STEPS = 1e-3, 1e-6, 60


@dataclass(frozen=True, slots=True)
class Curve:
    """The chance that somebody at a level comes: `expit(base + slope * level)`."""

    base: float
    slope: float

    def at(self, levels: Floats) -> Floats:
        chances: Floats = expit(self.base + self.slope * levels)
        return chances


def fit_weights(lessons: Lessons, defaults: Floats) -> Floats:
    """Weights that sum to one: the defaults, moved as far as unseen challenges bear out.

    Challenges are dealt into five heaps; each pull is judged on heaps it was not fitted to, and
    the defaults are among those judged.
    """
    pulls = [*PULLS, np.inf]
    losses = [_unseen_loss(lessons, defaults, pull) for pull in pulls]
    return _fitted(lessons, defaults, pulls[int(np.argmin(losses))])


def _unseen_loss(lessons: Lessons, defaults: Floats, pull: float) -> float:
    order = np.unique(lessons.challenges, return_inverse=True)[1]
    loss = 0.0
    for fold in range(FOLDS):
        seen, unseen = lessons.rows(order % FOLDS != fold), lessons.rows(order % FOLDS == fold)
        if len(seen) and len(unseen):
            weights = _fitted(seen, defaults, pull)
            curve = curve_of(seen, seen.levels(weights))
            loss += float(losses_of(unseen, curve.at(unseen.levels(weights))).sum())
    return loss


def _fitted(lessons: Lessons, defaults: Floats, pull: float) -> Floats:
    """Likelihood against distance from the defaults, at any slope; convex, so there is one answer.

    The distance of `b` from the ray of the defaults `d` is sum(b^2 / d) - sum(b)^2: the slope is
    free, only other proportions cost. A criterion that a brief did not ask for stands at the level
    of the others, as it does in the score.
    """
    if np.isinf(pull):
        return defaults
    known = defaults > 0
    shares = np.where(lessons.asked, lessons.shares, lessons.levels(defaults)[:, None])
    found = _logistic(lessons, shares[:, known], pull * (np.diag(1 / defaults[known]) - 1))
    weights = np.zeros_like(defaults)
    weights[known] = found[1:]
    whole = weights.sum()
    return weights / whole if whole > STEADY else defaults


def curve_of(lessons: Lessons, levels: Floats) -> Curve:
    """The curve through these levels; it never falls."""
    base, slope = _logistic(lessons, levels[:, None], np.zeros((1, 1)))
    return Curve(float(base), float(slope))


def _logistic(lessons: Lessons, features: Floats, penalty: Floats) -> Floats:
    """The base and the slopes, none of them negative, by Newton steps projected on that bound.

    Long sums are `einsum`, which has no threads: tall, narrow products only lose by them.
    """
    rows = np.hstack([np.ones((len(lessons), 1)), features])
    whole = np.eye(rows.shape[1]) * STEADY
    whole[1:, 1:] += penalty
    lowest = np.array([-np.inf, *[0.0] * features.shape[1]])
    found = np.zeros(rows.shape[1])
    for _step in range(STEPS):
        chances = expit(np.einsum("ij,j->i", rows, found))
        missed = lessons.counts * (chances - lessons.came)
        slant = np.einsum("ij,i->j", rows, missed) + whole @ found
        free = (found > lowest) | (slant < 0)
        if not free.any() or np.abs(slant[free]).max() < CLOSE:
            break
        spread = lessons.counts * chances * (1 - chances)
        bend = np.einsum("ij,i,ik->jk", rows, spread, rows) + whole
        step = np.zeros_like(found)
        step[free] = np.linalg.solve(bend[np.ix_(free, free)], slant[free])
        found = _downhill(found, step, lowest, lambda at: _cost(at, rows, lessons, whole))
    return found


def _downhill(
    found: Floats, step: Floats, lowest: Floats, cost: Callable[[Floats], float]
) -> Floats:
    """As far along the step as costs less, half as far each time."""
    here = cost(found)
    for halvings in range(STEPS):
        there: Floats = np.maximum(found - step / 2**halvings, lowest)
        if cost(there) < here:
            found = there
            break
    return found


def _cost(at: Floats, rows: Floats, lessons: Lessons, penalty: Floats) -> float:
    logits = np.einsum("ij,j->i", rows, at)
    likelihood = lessons.counts @ (np.logaddexp(0, logits) - lessons.came * logits)
    return float(likelihood + at @ penalty @ at / 2)


def losses_of(lessons: Lessons, chances: Floats) -> Floats:
    """The log loss of each lesson, times how much it counts."""
    chances = np.clip(chances, 1e-9, 1 - 1e-9)
    losses: Floats = -lessons.counts * np.where(lessons.came, np.log(chances), np.log1p(-chances))
    return losses
