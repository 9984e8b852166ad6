"""What the worker does for matching. Each task takes ids and calls one verb."""

from collections.abc import Sequence

import structlog
from celery import shared_task

from challenges.models import Challenge
from matching import actions
from matching.models import MatchRun

FEW = 200

# However many workers there are, each finds a block to take; and a killed one loses little.
BLOCKS = 8
LARGEST_BLOCK = 64

log = structlog.get_logger(__name__)


@shared_task
def score_challenges(run_ids: list[int]) -> None:
    """Score a block of challenges; runs that are gone or taken are left alone."""
    try:
        actions.score_challenges(runs=list(MatchRun.objects.filter(pk__in=run_ids)))
    except Exception:
        log.exception("scoring_failed", runs=run_ids)
        raise


@shared_task
def rescore_companies(company_ids: list[int]) -> None:
    """Renew the matches of a few edited companies; after a long list score everything, once."""
    if len(company_ids) <= FEW:
        actions.rescore_companies(company_ids=company_ids)
        return
    open_ids = Challenge.objects.open().values_list("pk", flat=True)
    share_out(actions.request_runs(challenge_ids=open_ids))


@shared_task
def sweep_matching() -> None:
    """Find runs that the bell missed or whose worker died. The clock rings it every minute."""
    share_out(actions.recover_runs())


@shared_task
def renew_statistics() -> None:
    """Renew the statistics that scores rest on, and every score. The clock rings it at night."""
    actions.renew_statistics()
    share_out(actions.recover_runs())


def share_out(run_ids: Sequence[int]) -> None:
    """Ring for blocks of runs, so that all workers on all hosts share them."""
    size = min(max(-(-len(run_ids) // BLOCKS), 1), LARGEST_BLOCK)
    for start in range(0, len(run_ids), size):
        score_challenges.delay_on_commit(list(run_ids[start : start + size]))
