"""After an edit: only what it touches."""

from collections.abc import Mapping, Sequence

import numpy as np
from django.db import transaction

from challenges.models import Challenge
from companies.models import Company
from matching.actions.encoding import encode_companies
from matching.actions.leaving import turn_away
from matching.actions.ranking import rank
from matching.actions.statistics import refresh_terms
from matching.actions.storing import store
from matching.explaining import bare_row, last_runs, scored
from matching.models import CompanyRanking, Match, MatchRun, WantedMatch
from matching.profiles import State, amendments_of, states_of
from matching.ranking import NOBODY, Columns
from matching.scoring import Profile, Scores
from matching.scoring.arrays import Bools
from matching.signals import matches_ready

# More profiles than these are read by the process that does nothing else.
AT_ONCE_ENCODED = 5


def rescore_companies(*, company_ids: Sequence[int]) -> list[int]:
    """Renew these companies' matches with every open challenge that has been scored.

    The number is the one a full run would give under the challenge's snapshot. Companies that are
    gone lose the matches nobody touched, and are not eligible in the others. Returns the ids of the
    challenges.
    """
    if not company_ids:
        return []
    refresh_terms(company_ids=company_ids)
    if len(company_ids) <= AT_ONCE_ENCODED:
        encode_companies(company_ids=company_ids)
    gone = Company.objects.filter(pk__in=company_ids, is_active=False)
    left = Match.objects.filter(company__in=gone, is_kept=False)
    turn_away(matches=Match.objects.filter(company__in=gone))
    CompanyRanking.objects.filter(company__in=gone).delete()
    WantedMatch.objects.filter(company__in=gone).delete()
    stale = _stale(company_ids)
    runs = last_runs(Challenge.objects.open()) if stale else []
    rescore(runs=runs, company_ids=stale, are_all=True)
    if not left.delete()[0] and not stale:
        return []
    challenge_ids = [run.challenge_id for run in runs]
    if challenge_ids:
        with transaction.atomic():
            matches_ready.send(sender=MatchRun, challenge_ids=challenge_ids)
    return challenge_ids


def _stale(company_ids: Sequence[int]) -> list[int]:
    """Those scored before their last edit or reading; of ten edits in a row one is scored."""
    rows = CompanyRanking.objects.filter(company__in=company_ids)
    fresh = {
        pk: (revision, readings)
        for pk, revision, readings in rows.values_list("company", "revision", "readings")
    }
    return [pk for pk, state in states_of(company_ids).items() if fresh.get(pk) != state]


def rescore(*, runs: Sequence[MatchRun], company_ids: Sequence[int], are_all: bool = False) -> None:
    """Renew these companies' matches with these challenges, each under the statistics of its run.

    `are_all` says that no open challenge is missing. A match is written if it is there already,
    or good enough to be among those a full run would write. What a manager decides meanwhile, and
    what an edit or an encoder brings, is not overwritten for long: the same is done once more.
    """
    challenge_ids = [run.challenge_id for run in runs]
    decided = amendments_of(challenge_ids)
    states = states_of(company_ids)
    _rescore(runs, company_ids, states if are_all else None)
    now = states_of(company_ids)
    moved = [pk for pk, state in now.items() if states.get(pk) != state]
    if amendments_of(challenge_ids) != decided:
        moved = list(company_ids)
    if moved:
        refresh_terms(company_ids=moved)
        rescore(runs=runs, company_ids=moved, are_all=are_all)


def _rescore(
    runs: Sequence[MatchRun], company_ids: Sequence[int], states: Mapping[int, State] | None
) -> None:
    known = Match.objects.filter(
        company__in=company_ids, challenge__in=[run.challenge_id for run in runs]
    )
    written = set(known.values_list("challenge", "company"))
    rows, columns, used = [], [], []
    profiles: list[Profile] = []
    for scores, run, profiles in scored(runs, company_ids):
        chosen = _good_enough(run, scores)
        for row, profile in enumerate(profiles):
            if chosen[row] or (run.challenge_id, profile.id) in written:
                rows.append(bare_row(run, scores, profile))
        columns.append(np.where(scores.eligible, scores.totals, NOBODY))
        used.append(run)
    if not columns:
        return
    known_as = [states.get(profile.id, (0, 0)) for profile in profiles] if states else None
    with transaction.atomic():
        store(rows)
        rank(
            Columns(
                companies=np.array([profile.id for profile in profiles], dtype=np.int64),
                challenges=np.array([run.challenge_id for run in used], dtype=np.int32),
                totals=np.stack(columns, axis=1).astype(np.int16),
            ),
            runs=np.array([run.pk for run in used], dtype=np.int64),
            states=np.array(known_as, dtype=np.int64) if known_as else None,
        )
        silent = MatchRun.objects.filter(pk__in={row["run_id"] for row in rows})
        silent.filter(is_explained=True).update(is_explained=False)


def _good_enough(run: MatchRun, scores: Scores) -> Bools:
    enough: Bools = scores.totals >= np.where(scores.eligible, run.bar, run.bar_ineligible)
    return enough
