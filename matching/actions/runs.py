"""Scoring a challenge against every company."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import numpy as np
from django.db import transaction
from django.db.models import Count, F, Min, Q
from django.utils import timezone

from challenges.choices import Status
from challenges.models import Challenge
from companies.models import Company
from matching.actions.rescoring import rescore_run
from matching.actions.statistics import current_snapshot, refresh_terms
from matching.actions.storing import store
from matching.choices import RunState
from matching.corpus import Companies, all_companies
from matching.models import Match, MatchRun
from matching.profiles import brief_of
from matching.scoring import ENGINE, Scores, best, judge, score
from matching.signals import matches_ready

BEST_COMPANIES = 500
BEST_INELIGIBLE = 50
BEST_CHALLENGES = 50
LOST_AFTER = timedelta(minutes=5)
TRY_AGAIN_AFTER = timedelta(minutes=5)
CLOCKS_DIFFER = timedelta(minutes=1)


@transaction.atomic
def request_runs(*, challenge_ids: Iterable[int]) -> list[int]:
    """Put open challenges in line to be scored, each once. Returns the ids of the waiting runs."""
    wanted = Challenge.objects.filter(pk__in=list(challenge_ids), status=Status.OPEN)
    rows = [MatchRun(challenge_id=pk) for pk in wanted.values_list("pk", flat=True)]
    MatchRun.objects.bulk_create(rows, ignore_conflicts=True)
    waiting = MatchRun.objects.filter(
        challenge__in=[row.challenge_id for row in rows], state=RunState.QUEUED
    )
    return list(waiting.values_list("pk", flat=True))


def score_challenge(*, run: MatchRun) -> MatchRun | None:
    """Score every company for the run's challenge, keep the best, and announce matches_ready.

    Safe to call twice: the second finds the run taken and returns None. Progress is committed as
    it goes; the matches are written in one transaction.
    """
    taken = MatchRun.objects.filter(pk=run.pk, state=RunState.QUEUED)
    if not taken.update(state=RunState.RUNNING, started_at=timezone.now(), progress=1):
        return None
    since = timezone.now() - CLOCKS_DIFFER
    refresh_terms(on_progress=lambda done, total: _progress(run, 5 + 55 * done // total))
    snapshot = current_snapshot()
    companies = all_companies(snapshot)
    challenge = Challenge.objects.select_related("lab").get(pk=run.challenge_id)
    scores = score(brief=brief_of(challenge), corpus=companies.corpus)
    _progress(run, 75)
    with transaction.atomic():
        run = MatchRun.objects.select_for_update().get(pk=run.pk)
        run.snapshot = snapshot
        _write(run, challenge, companies, scores)
        matches_ready.send(sender=MatchRun, challenge_ids=[challenge.pk])
    _catch_up(run, since)
    return run


def fail_run(*, run: MatchRun, problem: str) -> None:
    """The worker could not finish; `problem` is a kind of error, never its data."""
    MatchRun.objects.filter(pk=run.pk).exclude(state=RunState.DONE).update(
        state=RunState.FAILED, problem=problem[:200], finished_at=timezone.now()
    )


@transaction.atomic
def recover_runs() -> list[int]:
    """Runs that failed or lost their worker are tried again. Returns the ids of all that wait."""
    now = timezone.now()
    lost = MatchRun.objects.filter(state=RunState.RUNNING, started_at__lt=now - LOST_AFTER)
    challenge_ids = list(lost.values_list("challenge_id", flat=True))
    lost.update(state=RunState.FAILED, problem="lost", finished_at=now)
    last = MatchRun.objects.order_by("challenge_id", "-pk").distinct("challenge_id").values("pk")
    failed = MatchRun.objects.filter(pk__in=last, state=RunState.FAILED)
    failed = failed.filter(finished_at__lt=now - TRY_AGAIN_AFTER)
    request_runs(challenge_ids=[*challenge_ids, *failed.values_list("challenge_id", flat=True)])
    waiting = MatchRun.objects.filter(state=RunState.QUEUED)
    return list(waiting.values_list("pk", flat=True))


def _catch_up(run: MatchRun, since: datetime) -> None:
    """Profiles edited while the run read them are scored once more under its statistics."""
    edited = Company.objects.active().filter(updated_at__gte=since)
    fresh = Match.objects.filter(run=run, profile_revision=F("company__revision"))
    left = edited.exclude(pk__in=fresh.values("company"))
    company_ids = list(left.values_list("pk", flat=True))
    refresh_terms(company_ids=company_ids)
    rescore_run(run=run, company_ids=company_ids)


def _progress(run: MatchRun, percent: int) -> None:
    MatchRun.objects.filter(pk=run.pk).update(progress=percent)


def _write(run: MatchRun, challenge: Challenge, companies: Companies, scores: Scores) -> None:
    rows = _chosen_rows(challenge, scores)
    store(run=run, judgements=[judge(scores, companies.profiles[row]) for row in rows])
    _forget_others(run, scores.ids[rows].tolist())
    eligible = scores.eligible
    run.brief_revision = challenge.revision
    run.brief_statistics = scores.statistics.to_data()
    run.engine_version = ENGINE
    run.weights_version = scores.weights_version
    run.companies_total = run.companies_scored = len(scores.corpus)
    run.companies_eligible = int(eligible.sum())
    run.above_threshold = int((eligible & (scores.totals >= challenge.threshold * 10)).sum())
    run.state = RunState.DONE
    run.progress = 100
    run.finished_at = timezone.now()
    run.save()


def _chosen_rows(challenge: Challenge, scores: Scores) -> list[int]:
    """The best companies, the best ineligible ones, and those it is among the best for."""
    front = best(scores, BEST_COMPANIES, among=scores.eligible).tolist()
    front += best(scores, BEST_INELIGIBLE, among=~scores.eligible).tolist()
    chosen = dict.fromkeys(front)
    chosen.update(dict.fromkeys(_rows_for_companies(challenge, scores)))
    kept = Match.objects.for_challenge(challenge).filter(is_kept=True)
    touched = np.isin(scores.ids, list(kept.values_list("company_id", flat=True)))
    chosen.update(dict.fromkeys(np.flatnonzero(touched).tolist()))
    return list(chosen)


def _rows_for_companies(challenge: Challenge, scores: Scores) -> list[int]:
    """Rows of companies for which this challenge is among their best open ones."""
    if len(scores.corpus) <= BEST_COMPANIES:
        return []
    others = Match.objects.filter(challenge__status=Status.OPEN).exclude(challenge=challenge)
    full = others.values("company_id").annotate(n=Count("pk"), weakest=Min("total"))
    bar = {
        row["company_id"]: row["weakest"] for row in full.filter(n__gte=BEST_CHALLENGES).iterator()
    }
    bars = np.array([bar.get(int(company), -1) for company in scores.ids])
    return np.flatnonzero(scores.eligible & (scores.totals > bars)).tolist()


def _forget_others(run: MatchRun, company_ids: Sequence[int]) -> None:
    stale = Match.objects.filter(challenge=run.challenge_id, is_kept=False)
    stale.exclude(Q(company__in=company_ids) | Q(run__gt=run.pk)).delete()
