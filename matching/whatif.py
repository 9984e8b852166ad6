"""Other weights for one challenge, tried before they count: who would enter, who would leave."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from django.utils import timezone

from challenges.choices import Policy
from challenges.models import Challenge
from companies.models import Company
from matching.models import ChallengeShares, Match, MatchRun, Override
from matching.profiles import amendments_of
from matching.scoring import DEFAULT_WEIGHTS, Weights
from matching.scoring.whatif import Shares, Terms, invited
from matching.tallying import BEST_COMPANIES
from matching.weighing import weights_of

MOST_POINTS = 100

# A slider asks again and again. So many bytes stay unpacked in each process: a million companies
# once, or fewer for several challenges. The last ones asked for stay.
SHARES_KEPT = 96 << 20

_kept: dict[tuple[int, datetime], Shares] = {}
_keeping = Lock()


@dataclass(frozen=True)
class Prediction:
    """Companies with their totals in tenths of a point, first come first."""

    before: dict[int, int]
    after: dict[int, int]
    counts: dict[str, int]

    @property
    def entering(self) -> list[int]:
        return [company_id for company_id in self.after if company_id not in self.before]

    @property
    def leaving(self) -> list[int]:
        return [company_id for company_id in self.before if company_id not in self.after]


def shares_of(run: MatchRun | None) -> Shares | None:
    """What was measured for this run; None until the worker has. Only the first time is it read."""
    rows = ChallengeShares.objects.filter(run=run)
    measured = rows.values_list("run", "made_at").first() if run else None
    if measured is None:
        return None
    with _keeping:
        found = _kept.pop(measured, None)
    if found is None:
        data = rows.filter(made_at=measured[1]).values_list("data", flat=True).first()
        found = Shares.from_bytes(bytes(data)) if data else None
    if found is not None:
        _keep(measured, found)
    return found


def _keep(measured: tuple[int, datetime], shares: Shares) -> None:
    with _keeping:
        _kept[measured] = shares
        while sum(one.nbytes for one in _kept.values()) > SHARES_KEPT:
            del _kept[next(iter(_kept))]


def points_of(challenge: Challenge, asked: tuple[str, ...]) -> dict[str, int]:
    """Where the sliders stand: what each criterion counts now, in whole points."""
    own = challenge.weights.in_use().first()
    if own is not None:
        return {code: own.points.get(code, 0) for code in asked}
    tenths = weights_of(challenge).tenths
    return {code: round(tenths.get(code, 0) / 10) for code in asked}


def weights_from(points: Mapping[str, int], *, version: str = "tried") -> Weights:
    """What a brief does not ask keeps what it has by default, for the day it asks."""
    return DEFAULT_WEIGHTS.with_points(points, version=version)


def predict(challenge: Challenge, shares: Shares, points: Mapping[str, int]) -> Prediction:
    """Six short queries and some arithmetic over arrays."""
    weights, terms = weights_from(points), terms_of(challenge)
    return Prediction(
        before=invited(shares, weights_of(challenge), terms),
        after=invited(shares, weights, terms),
        counts=weights.among(shares.asked),
    )


def terms_of(challenge: Challenge) -> Terms:
    """What `MatchQuerySet.to_invite` goes by, for the places of this challenge, and what companies
    said they want of letters. Budgets, shares and readers come after and are not matching's.
    """
    overrides = Override.objects.for_challenge(challenge)
    unwilling = Company.objects.filter(is_active=False) | Company.objects.wanting_no_letter(
        themes=challenge.themes,
        country=str(challenge.lab.country),
        today=timezone.localdate(),
    )
    kept = Match.objects.for_challenge(challenge).filter(is_kept=True)
    return Terms(
        threshold=challenge.threshold * 10,
        places=challenge.maximum,
        stored=BEST_COMPANIES,
        amendments=amendments_of([challenge.pk])[challenge.pk],
        pinned=frozenset(overrides.pins().values_list("company", flat=True)),
        excluded=frozenset(overrides.exclusions().values_list("company", flat=True)),
        unwilling=frozenset(unwilling.values_list("pk", flat=True)),
        kept=frozenset(kept.values_list("company", flat=True)),
        is_automatic=challenge.policy == Policy.AUTOMATIC,
    )
