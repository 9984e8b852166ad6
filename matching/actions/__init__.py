"""The verbs of matching."""

from matching.actions.keeping import keep
from matching.actions.rescoring import rescore_companies
from matching.actions.runs import fail_run, score_challenge, score_challenges
from matching.actions.statistics import current_snapshot, refresh_terms, renew_statistics
from matching.actions.waiting import recover_runs, request_runs

__all__ = [
    "current_snapshot",
    "fail_run",
    "keep",
    "recover_runs",
    "refresh_terms",
    "renew_statistics",
    "request_runs",
    "rescore_companies",
    "score_challenge",
    "score_challenges",
]
