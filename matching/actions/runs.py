"""Scoring challenges against every company."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from numpy.typing import NDArray

from challenges.models import Challenge
from companies.models import Company
from matching.actions.encoding import encode_briefs
from matching.actions.ranking import rank
from matching.actions.rescoring import rescore
from matching.actions.statistics import current_snapshot, refresh_terms
from matching.actions.storing import store
from matching.choices import RunState
from matching.corpus import Companies, all_companies, texts_of
from matching.explaining import Row, last_runs, row_of
from matching.meanings import briefs_of
from matching.models import CorpusSnapshot, Match, MatchRun
from matching.ranking import NOBODY, Columns
from matching.scoring import ENGINE, best
from matching.scoring.blocks import BlockScores, score_blocks
from matching.signals import matches_ready
from matching.weighing import weights_for

BEST_COMPANIES = 500
BEST_INELIGIBLE = 50
CLOCKS_DIFFER = timedelta(minutes=1)


@dataclass(frozen=True, eq=False)
class Ground:
    """What the runs of one block stand on; profiles edited after `since` may be missing in it."""

    since: datetime
    snapshot: CorpusSnapshot
    companies: Companies


def score_challenge(*, run: MatchRun) -> MatchRun | None:
    """The same for one run; None if it is taken."""
    return next(iter(score_challenges(runs=[run])), None)


def score_challenges(*, runs: Sequence[MatchRun]) -> list[MatchRun]:
    """Score every company for the challenges of these runs, and announce each that is ready.

    Safe to call twice, here and on another host: runs that are taken are left alone. The
    companies are read once for all; the matches of each challenge are written in one transaction.
    A worker that dies leaves whole challenges done and whole challenges for the sweep.
    """
    taken = _take([run.pk for run in runs])
    if not taken:
        return []
    try:
        return _score_taken(taken)
    except Exception as problem:
        for run in taken:
            fail_run(run=run, problem=type(problem).__name__)
        raise


def fail_run(*, run: MatchRun, problem: str) -> None:
    """The worker could not finish; `problem` is a kind of error, never its data."""
    MatchRun.objects.filter(pk=run.pk).exclude(state=RunState.DONE).update(
        state=RunState.FAILED, problem=problem[:200], finished_at=timezone.now()
    )


@transaction.atomic
def _take(run_ids: Sequence[int]) -> list[MatchRun]:
    rows = MatchRun.objects.filter(pk__in=run_ids, state=RunState.QUEUED).order_by("pk")
    taken = list(rows.select_for_update(skip_locked=True))
    now = timezone.now()
    MatchRun.objects.filter(pk__in=[run.pk for run in taken]).update(
        state=RunState.RUNNING, started_at=now, seen_at=now, progress=1
    )
    return taken


def _score_taken(taken: Sequence[MatchRun]) -> list[MatchRun]:
    since = timezone.now() - CLOCKS_DIFFER
    refresh_terms(on_progress=lambda done, total: _progress(taken, 5 + 55 * done // total))
    snapshot = current_snapshot()
    ground = Ground(since, snapshot, all_companies(snapshot))
    _progress(taken, 65)
    challenges = _challenges(taken)
    encode_briefs(challenges=list(challenges.values()), names=snapshot.encoders)
    briefs = briefs_of(challenges.values(), snapshot.encoders)
    weights = weights_for(challenges.values())
    done, columns = [], []
    for run in taken:
        challenge = challenges[run.challenge_id]
        scores = score_blocks(
            brief=briefs[challenge.pk],
            blocks=ground.companies.corpora,
            weights=weights[challenge.pk],
        )
        rows = _rows(run, challenge, scores, ground)
        _progress(taken, 75)
        finished = _finish(run, challenge, scores, rows, ground)
        if finished is not None:
            done.append(finished)
            columns.append(np.where(scores.eligible, scores.totals, NOBODY).astype(np.int16))
    _settle(done, columns, ground)
    return done


def _challenges(runs: Sequence[MatchRun]) -> dict[int, Challenge]:
    rows = Challenge.objects.select_related("lab").prefetch_related("requirements")
    return rows.in_bulk([run.challenge_id for run in runs])


def _progress(runs: Sequence[MatchRun], percent: int) -> None:
    """Also the worker's sign of life."""
    running = MatchRun.objects.filter(pk__in=[run.pk for run in runs], state=RunState.RUNNING)
    running.update(progress=percent, seen_at=timezone.now())


def _rows(run: MatchRun, challenge: Challenge, scores: BlockScores, ground: Ground) -> list[Row]:
    """The best companies, the best ineligible ones and those somebody touched.

    All are explained. Where a profile was edited since it was read, the re-scoring at the end will
    do it.
    """
    eligible = best(scores, BEST_COMPANIES, among=scores.eligible).tolist()
    ineligible = best(scores, BEST_INELIGIBLE, among=~scores.eligible).tolist()
    touched = _touched_rows(challenge, scores)
    front = list(dict.fromkeys((*eligible, *ineligible, *touched)))
    companies = ground.companies
    texts = texts_of({int(scores.ids[row]): int(companies.revisions[row]) for row in front})
    explained = {row: texts[pk] for row in front if (pk := int(scores.ids[row])) in texts}
    return [
        row_of(run, scores.judge(row, explained[row]))
        if row in explained
        else _bare_row(run, scores, companies, row)
        for row in front
    ]


def _touched_rows(challenge: Challenge, scores: BlockScores) -> list[int]:
    kept = Match.objects.for_challenge(challenge).filter(is_kept=True)
    touched = np.isin(scores.ids, list(kept.values_list("company_id", flat=True)))
    found: list[int] = np.flatnonzero(touched).tolist()
    return found


def _bare_row(run: MatchRun, scores: BlockScores, companies: Companies, row: int) -> Row:
    """A match as numbers alone: what it rests on is known, what it says is asked for later."""
    return {
        "challenge_id": run.challenge_id,
        "company_id": int(scores.ids[row]),
        "run_id": run.pk,
        "total": int(scores.totals[row]),
        "parts": scores.parts[row].tolist(),
        "is_eligible": bool(scores.eligible[row]),
        "conditions": [],
        "findings": None,
        "completeness": round(int(scores.stated_tenths[row]) / 10),
        "engine_version": ENGINE,
        "weights_version": scores.weights.version,
        "brief_revision": scores.brief.revision,
        "profile_revision": int(companies.revisions[row]),
        "brief_hash": scores.brief.content_hash,
        "profile_hash": companies.hashes[row],
    }


@transaction.atomic
def _finish(
    run: MatchRun,
    challenge: Challenge,
    scores: BlockScores,
    rows: Sequence[Row],
    ground: Ground,
) -> MatchRun | None:
    """None where the sweep has given the worker up meanwhile and another one is on it."""
    run = MatchRun.objects.select_for_update().get(pk=run.pk)
    if run.state != RunState.RUNNING:
        return None
    store(rows)
    _forget_others(run, [row["company_id"] for row in rows], ground.since)
    eligible, totals = scores.eligible, scores.totals
    run.snapshot = ground.snapshot
    run.brief_revision = challenge.revision
    run.brief_statistics = scores.statistics.to_data()
    run.engine_version = ENGINE
    run.weights_version = scores.weights.version
    run.weights = dict(scores.weights.tenths)
    run.companies_total = run.companies_scored = len(ground.companies)
    run.companies_eligible = int(eligible.sum())
    run.above_threshold = int((eligible & (totals >= challenge.threshold * 10)).sum())
    run.bar = _bar(totals[eligible], BEST_COMPANIES)
    run.bar_ineligible = _bar(totals[~eligible], BEST_INELIGIBLE)
    run.state = RunState.DONE
    run.progress = 100
    run.seen_at = run.finished_at = timezone.now()
    run.save()
    matches_ready.send(sender=MatchRun, challenge_ids=[challenge.pk])
    return run


def _bar(totals: NDArray[np.int32], number: int) -> int:
    """What the last of the best has; nothing while there is room for everybody."""
    return 0 if totals.size <= number else int(np.partition(totals, -number)[-number])


def _forget_others(run: MatchRun, company_ids: Sequence[int], since: datetime) -> None:
    stale = Match.objects.filter(challenge=run.challenge_id, is_kept=False)
    edited = Q(company__is_active=True, company__updated_at__gte=since)
    stale.exclude(Q(company__in=company_ids) | Q(run__gt=run.pk) | edited).delete()


def _settle(runs: Sequence[MatchRun], columns: Sequence[NDArray[np.int16]], ground: Ground) -> None:
    """The companies' rankings follow; profiles edited meanwhile are scored once more."""
    if not runs:
        return
    challenges = np.array([run.challenge_id for run in runs], dtype=np.int32)
    ids, revisions = ground.companies.ids, ground.companies.revisions
    if ids.size:
        rank(Columns(ids, challenges, np.stack(columns, axis=1)))
    read = dict(zip(ids.tolist(), revisions.tolist(), strict=True))
    edited = Company.objects.active().filter(updated_at__gte=ground.since)
    now = edited.values_list("pk", "revision")
    company_ids = [company_id for company_id, revision in now if read.get(company_id) != revision]
    refresh_terms(company_ids=company_ids)
    if company_ids:
        these = Challenge.objects.filter(pk__in=challenges.tolist())
        rescore(runs=last_runs(these), company_ids=company_ids)
    MatchRun.objects.filter(pk__in=[run.pk for run in runs]).update(is_settled=True)
