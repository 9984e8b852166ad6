"""The findings that most people look at are written down after a run, when nobody waits for it."""

from collections.abc import Callable, Sequence

from django.db import transaction
from django.db.models import Q

from challenges.choices import Status
from challenges.models import Challenge
from companies.models import Company
from matching import advising
from matching.actions.storing import write_down
from matching.choices import RunState
from matching.explaining import judged_rows
from matching.models import Match, MatchQuerySet, MatchRun, MatchRunQuerySet
from matching.offers import explain_unstored, offer_of
from matching.patience import Scoring, note_tried

# Two pages of a list; what lies further down is explained when somebody turns the page.
FRONT = 100

# So many take a part of a second; nobody else waits for these rows longer.
AT_ONCE = 100


def explain_waiting(*, may_go_on: Callable[[], bool]) -> bool:
    """Explain run after run while `may_go_on` says so. Returns whether some are left."""
    while may_go_on():
        if not _explain_next():
            return False
    return _waiting().exists()


def explain_matches(
    *, match_ids: Sequence[int], may_go_on: Callable[[], bool], by: None = None
) -> list[int]:
    """Write down what a reader waits for, some at a time while `may_go_on` says so.

    Returns those that are left. What is written down stays as it is; what cannot be explained,
    because its profile is scored again, is noted, so that nobody waits for it until it is.
    """
    for start in range(0, len(match_ids), AT_ONCE):
        if start and not may_go_on():
            return list(match_ids[start:])
        note_tried(_explain_some(match_ids[start : start + AT_ONCE]))
    return []


@transaction.atomic
def _explain_some(match_ids: Sequence[int]) -> list[Scoring]:
    """What could not be explained."""
    taken = _write_down(Match.objects.filter(pk__in=match_ids))
    return Match.objects.filter(pk__in=taken).unexplained().scorings()


def explain_list(*, challenge_id: int, by: None = None) -> None:
    """Somebody looks beyond the front of a challenge's list: write down what all of it lacks."""
    silent = Match.objects.filter(challenge=challenge_id).unexplained().best_first()
    ids = list(silent.values_list("pk", flat=True))
    explain_matches(match_ids=ids, may_go_on=lambda: True)


def explain_offers(*, company: Company, challenge_ids: Sequence[int], by: None = None) -> None:
    """Find what a company reads and no match stores."""
    explain_unstored(company, challenge_ids)


def find_changes(*, challenge: Challenge, company: Company, by: None = None) -> None:
    """Find what would change this score most; without its reasons nothing yet."""
    match = offer_of(company, challenge)
    if match is not None:
        advising.find_changes(match)


def _write_down(matches: MatchQuerySet) -> list[int]:
    """Those that were looked at. What another worker has in its hands is left to it: it does the
    same, and two that wait for each other's rows would wait for ever.
    """
    rows = matches.unexplained().select_for_update(skip_locked=True, no_key=True)
    found = list(rows.values_list("pk", "challenge", "company"))
    if found:
        write_down(judged_rows((challenge, company) for _pk, challenge, company in found))
    return [pk for pk, _challenge, _company in found]


def explain_for_good(*, challenge_ids: list[int]) -> None:
    """A challenge that is over is never scored again: all its matches wait to be explained."""
    runs = MatchRun.objects.filter(challenge__in=challenge_ids, state=RunState.DONE)
    runs.exclude(snapshot=None).update(is_explained=False)


def is_explaining_left() -> bool:
    return _waiting().exists()


@transaction.atomic
def _explain_next() -> bool:
    run = _waiting().select_related("challenge").select_for_update(of=["self"], skip_locked=True)
    taken = run.order_by("pk").first()
    if taken is None:
        return False
    pairs = [(taken.challenge_id, company_id) for company_id in _silent(taken)]
    if pairs:
        write_down(judged_rows(pairs))
    MatchRun.objects.filter(pk=taken.pk).update(is_explained=True)
    return True


def _waiting() -> MatchRunQuerySet:
    return MatchRun.objects.filter(state=RunState.DONE, is_explained=False)


def _silent(run: MatchRun) -> list[int]:
    """Companies whose matches lack findings: the best and those somebody touched, or all."""
    matches = Match.objects.for_challenge(run.challenge)
    silent = matches.filter(run=run).unexplained()
    if run.challenge.status == Status.OPEN:
        front = matches.best_first().values("pk")[:FRONT]
        silent = silent.filter(Q(pk__in=front) | Q(is_kept=True))
    return list(silent.values_list("company_id", flat=True))
