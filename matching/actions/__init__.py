"""The verbs of matching."""

from matching.actions.keeping import keep
from matching.actions.rescoring import rescore_companies
from matching.actions.runs import fail_run, recover_runs, request_runs, score_challenge
from matching.actions.statistics import current_snapshot, refresh_terms

__all__ = [
    "current_snapshot",
    "fail_run",
    "keep",
    "recover_runs",
    "refresh_terms",
    "request_runs",
    "rescore_companies",
    "score_challenge",
]
