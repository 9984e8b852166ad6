"""The verbs of matching."""

from matching.actions.contesting import (
    accept_contest,
    contest,
    reconsider_contest,
    refuse_contest,
    withdraw_contest,
)
from matching.actions.discarding import discard_shares
from matching.actions.encoding import encode_companies, encode_waiting, is_waiting
from matching.actions.erasing import forget_companies
from matching.actions.explaining import (
    explain_for_good,
    explain_list,
    explain_matches,
    explain_offers,
    explain_waiting,
    find_changes,
    is_explaining_left,
)
from matching.actions.keeping import keep
from matching.actions.learning import learn_weights, leave_weights_to_worker, use_weights
from matching.actions.measuring import measure_network
from matching.actions.outcomes import record_outcome, record_outcomes
from matching.actions.overriding import override, remove_override
from matching.actions.rescoring import rescore_companies
from matching.actions.runs import fail_run, score_challenge, score_challenges
from matching.actions.statistics import current_snapshot, refresh_terms, renew_statistics
from matching.actions.waiting import recover_runs, request_runs
from matching.actions.weighing import choose_weights, measure_shares, reset_weights
from matching.actions.writing import challenges_wanting, write_wanted

__all__ = [
    "accept_contest",
    "challenges_wanting",
    "choose_weights",
    "contest",
    "current_snapshot",
    "discard_shares",
    "encode_companies",
    "encode_waiting",
    "explain_for_good",
    "explain_list",
    "explain_matches",
    "explain_offers",
    "explain_waiting",
    "fail_run",
    "find_changes",
    "forget_companies",
    "is_explaining_left",
    "is_waiting",
    "keep",
    "learn_weights",
    "leave_weights_to_worker",
    "measure_network",
    "measure_shares",
    "override",
    "reconsider_contest",
    "record_outcome",
    "record_outcomes",
    "recover_runs",
    "refresh_terms",
    "refuse_contest",
    "remove_override",
    "renew_statistics",
    "request_runs",
    "rescore_companies",
    "reset_weights",
    "score_challenge",
    "score_challenges",
    "use_weights",
    "withdraw_contest",
    "write_wanted",
]
