"""Scoring challenges against every company."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import numpy as np
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from challenges.models import Challenge
from matching.actions.encoding import encode_briefs
from matching.actions.leaving import turn_away
from matching.actions.ranking import rank
from matching.actions.rescoring import rescore
from matching.actions.statistics import current_snapshot, refresh_terms
from matching.actions.storing import store
from matching.choices import RunState
from matching.columns import States, read_states
from matching.corpus import Companies
from matching.explaining import last_runs
from matching.meanings import briefs_of
from matching.models import BriefMeaning, Match, MatchRun
from matching.profiles import amendments_of
from matching.ranking import NOBODY, Columns
from matching.scoring import ENGINE
from matching.scoring.blocks import Yardstick, score_block, statistics_of
from matching.signals import matches_ready
from matching.tallying import Tally
from matching.weighing import weights_for

CLOCKS_DIFFER = timedelta(minutes=1)
AT_ONCE = 500  # companies edited while a run went on; after an import there may be many
SIGN_EVERY = timedelta(seconds=10)  # more often, an update of a whole block would be felt


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
    since, before = timezone.now() - CLOCKS_DIFFER, read_states()
    refresh_terms(on_progress=lambda done, total: _progress(taken, 5 + 25 * done // total))
    snapshot = current_snapshot()
    companies = Companies(snapshot)
    yardsticks = _prepare(taken, companies)
    _progress(taken, 35)
    tallies = _count(taken, yardsticks, companies)
    finished = [_finish(run, tally, since) for run, tally in zip(taken, tallies, strict=True)]
    done = [run for run in finished if run is not None]
    _settle(done, before, _decided_meanwhile(yardsticks) | _kept_meanwhile(done))
    return done


def _prepare(taken: Sequence[MatchRun], companies: Companies) -> list[Yardstick]:
    """What each run measures with; the run notes it, so that anybody can measure like it later."""
    challenges = _challenges(taken)
    snapshot = companies.row
    encode_briefs(
        challenges=list(challenges.values()),
        names=snapshot.encoders,
        on_progress=_signs_of_life(taken),
    )
    found = briefs_of(challenges.values(), snapshot.encoders)
    weights = weights_for(challenges.values())
    briefs = [found[run.challenge_id] for run in taken]
    spreads = statistics_of(briefs, companies.sample())
    for run, brief, statistics in zip(taken, briefs, spreads, strict=True):
        run.challenge = challenges[run.challenge_id]
        run.snapshot = snapshot
        run.engine_version = ENGINE
        run.encoders = snapshot.encoders
        run.brief = brief.to_data()
        run.brief_revision = brief.revision
        run.brief_statistics = statistics.to_data()
        run.weights_version = weights[run.challenge_id].version
        run.weights = dict(weights[run.challenge_id].tenths)
    return [
        Yardstick(brief, statistics, weights[brief.id])
        for brief, statistics in zip(briefs, spreads, strict=True)
    ]


def _count(
    taken: Sequence[MatchRun], yardsticks: Sequence[Yardstick], companies: Companies
) -> list[Tally]:
    """One pass over all companies, block by block."""
    tallies = [
        Tally(
            brief=yardstick.brief,
            touched=_touched(run),
            threshold=run.challenge.threshold * 10,
        )
        for run, yardstick in zip(taken, yardsticks, strict=True)
    ]
    challenges = np.array([run.challenge_id for run in taken], dtype=np.int32)
    runs = np.array([run.pk for run in taken], dtype=np.int64)
    seen = 0
    for block in companies.blocks():
        columns = []
        for tally, scores in zip(tallies, score_block(yardsticks, block.corpus), strict=True):
            tally.add(scores, block)
            columns.append(np.where(scores.eligible, scores.totals, NOBODY).astype(np.int16))
        ids = block.corpus.ids
        rank(Columns(ids, challenges, np.stack(columns, axis=1)), runs=runs)
        seen += ids.size
        _progress(taken, 35 + 50 * seen // max(len(companies), 1))
    return tallies


def _challenges(runs: Sequence[MatchRun]) -> dict[int, Challenge]:
    rows = Challenge.objects.select_related("lab").prefetch_related("requirements")
    return rows.in_bulk([run.challenge_id for run in runs])


def _progress(runs: Sequence[MatchRun], percent: int) -> None:
    """Also the worker's sign of life."""
    running = MatchRun.objects.filter(pk__in=[run.pk for run in runs], state=RunState.RUNNING)
    running.update(progress=percent, seen_at=timezone.now())


def _signs_of_life(runs: Sequence[MatchRun]) -> Callable[[], None]:
    """To be called as often as one likes while briefs are read, of which a block may have many."""
    last = timezone.now()

    def give() -> None:
        nonlocal last
        if timezone.now() - last >= SIGN_EVERY:
            _progress(runs, 30)
            last = timezone.now()

    return give


def _touched(run: MatchRun) -> list[int]:
    kept = Match.objects.filter(challenge=run.challenge_id, is_kept=True)
    return list(kept.values_list("company_id", flat=True))


@transaction.atomic
def _finish(run: MatchRun, tally: Tally, since: datetime) -> MatchRun | None:
    """None where the sweep has given the worker up meanwhile and another one is on it."""
    current = MatchRun.objects.select_for_update().get(pk=run.pk)
    if current.state != RunState.RUNNING:
        return None
    rows = tally.rows(run)
    store(rows)
    _forget_others(run, [row["company_id"] for row in rows], since)
    run.companies_total = run.companies_scored = tally.seen
    run.companies_eligible = tally.eligible.seen
    run.above_threshold = tally.above
    run.bar = tally.eligible.bar
    run.bar_ineligible = tally.ineligible.bar
    run.state = RunState.DONE
    run.progress = 100
    run.started_at = current.started_at
    run.seen_at = run.finished_at = timezone.now()
    run.save()
    former = BriefMeaning.objects.filter(challenge=run.challenge_id)
    former.filter(revision__lt=run.brief_revision).delete()
    matches_ready.send(sender=MatchRun, challenge_ids=[run.challenge_id])
    return run


def _forget_others(run: MatchRun, company_ids: Sequence[int], since: datetime) -> None:
    stale = Match.objects.filter(challenge=run.challenge_id, is_kept=False)
    edited = Q(company__is_active=True, company__updated_at__gte=since)
    edited &= Q(company__revision__gt=F("profile_revision"))
    stale.exclude(Q(company__in=company_ids) | Q(run__gt=run.pk) | edited).delete()


def _decided_meanwhile(yardsticks: Sequence[Yardstick]) -> set[int]:
    """Companies about which a manager decided after the runs had read the decisions."""
    now = amendments_of([one.brief.id for one in yardsticks])
    return {
        company_id
        for brief in (one.brief for one in yardsticks)
        for company_id in {*brief.amendments, *now[brief.id]}
        if brief.amendments.get(company_id) != now[brief.id].get(company_id)
    }


@transaction.atomic
def _kept_meanwhile(runs: Sequence[MatchRun]) -> set[int]:
    """Companies that somebody touched after the runs had asked which: numbers of before them."""
    challenges = Challenge.objects.filter(pk__in=[run.challenge_id for run in runs])
    # Whoever writes a pair to keep it holds its challenge: what is on its way is waited for.
    locked = challenges.order_by("pk").select_for_update(no_key=True)
    kept = Match.objects.filter(
        challenge__in=list(locked.values_list("pk", flat=True)),
        is_kept=True,
        company__is_active=True,
    )
    others = kept.exclude(run__in=[run.pk for run in runs])
    return set(others.values_list("company_id", flat=True))


def _settle(runs: Sequence[MatchRun], before: States, touched: set[int]) -> None:
    """Profiles edited, read by encoders, decided about and kept meanwhile are scored once more."""
    company_ids = sorted({*before.changed_by(read_states()), *touched})
    refresh_terms(company_ids=company_ids)
    these = Challenge.objects.filter(pk__in=[run.challenge_id for run in runs])
    for start in range(0, len(company_ids) if runs else 0, AT_ONCE):
        rescore(runs=last_runs(these), company_ids=company_ids[start : start + AT_ONCE])
    turn_away(matches=Match.objects.filter(challenge__in=[run.challenge_id for run in runs]))
    MatchRun.objects.filter(pk__in=[run.pk for run in runs]).update(is_settled=True)
