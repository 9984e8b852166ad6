"""What the worker does for matching. Each task takes ids and calls one verb."""

import structlog
from celery import shared_task

from challenges.models import Challenge
from matching import actions
from matching.models import MatchRun

FEW = 200

log = structlog.get_logger(__name__)


@shared_task
def score_challenge(run_id: int) -> None:
    """Score one challenge; a run that is gone or taken is left alone."""
    run = MatchRun.objects.filter(pk=run_id).first()
    if run is None:
        return
    try:
        actions.score_challenge(run=run)
    except Exception as problem:
        actions.fail_run(run=run, problem=type(problem).__name__)
        log.exception("scoring_failed", run=run_id)
        raise


@shared_task
def rescore_companies(company_ids: list[int]) -> None:
    """Renew the matches of a few edited companies; after a long list score everything, once."""
    if len(company_ids) <= FEW:
        actions.rescore_companies(company_ids=company_ids)
        return
    open_ids = Challenge.objects.open().values_list("pk", flat=True)
    for run_id in actions.request_runs(challenge_ids=open_ids):
        score_challenge.delay_on_commit(run_id)


@shared_task
def sweep_matching() -> None:
    """Find runs that the bell missed or whose worker died. The clock rings it every minute."""
    for run_id in actions.recover_runs():
        score_challenge.delay_on_commit(run_id)
