"""Weights of one challenge: measured for trying, chosen, given up."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from challenges.models import Challenge
from matching.actions.statistics import refresh_terms
from matching.actions.waiting import request_runs
from matching.choices import RunState
from matching.corpus import Companies
from matching.meanings import briefs_of
from matching.models import ChallengeShares, ChallengeWeights, MatchRun
from matching.problems import MatchProblem
from matching.scoring.blocks import Yardstick, score_block, statistics_of
from matching.scoring.whatif import Shares
from matching.whatif import weights_from

ATTEMPTS = 3


def measure_shares(*, challenge: Challenge) -> ChallengeShares | None:
    """Measure every company for the challenge as a run would now, for trying other weights.

    None if it has not been scored yet. Nothing is encoded: the last run has read the brief. If
    another run ends meanwhile, what was measured says nothing of it: they are measured once more.
    """
    run, row = _last_run(challenge), None
    for _attempt in range(ATTEMPTS):
        row = _measure(challenge, run) if run else None
        measured, run = run, _last_run(challenge)
        if row is None or run == measured:
            break
    return row


def _last_run(challenge: Challenge) -> MatchRun | None:
    done = MatchRun.objects.filter(challenge=challenge, state=RunState.DONE)
    return done.exclude(snapshot=None).select_related("snapshot").first()


def _measure(challenge: Challenge, run: MatchRun) -> ChallengeShares | None:
    if run.snapshot is None:
        return None
    refresh_terms()
    companies = Companies(run.snapshot)
    present = Challenge.objects.select_related("lab").get(pk=challenge.pk)
    brief = briefs_of([present], run.snapshot.encoders)[challenge.pk]
    (statistics,) = statistics_of([brief], companies.sample())
    yardstick = Yardstick(brief, statistics)
    scores = [one for block in companies.blocks() for one in score_block([yardstick], block.corpus)]
    if not scores:
        return None
    row, _made = ChallengeShares.objects.update_or_create(
        challenge=challenge, defaults={"run": run, "data": Shares.of(scores).to_bytes()}
    )
    return row


@transaction.atomic
def choose_weights(
    *, challenge: Challenge, points: Mapping[str, int], by: User
) -> ChallengeWeights:
    """What each criterion counts for this challenge from now on; a run is put in line.

    `points` are whole numbers by criterion, of which only the proportion counts.
    """
    challenge = _open(challenge)
    if not sum(points.values()):
        raise MatchProblem(_("Give at least one criterion some weight."))
    last = ChallengeWeights.objects.filter(challenge=challenge).first()
    number = last.number + 1 if last else 1
    ChallengeWeights.objects.in_use().filter(challenge=challenge).update(is_used=False)
    row = ChallengeWeights.objects.create(
        challenge=challenge,
        number=number,
        points=dict(points),
        tenths=dict(weights_from(points).tenths),
        made_by=by,
    )
    request_runs(challenge_ids=[challenge.pk])
    return row


@transaction.atomic
def reset_weights(*, challenge: Challenge, by: User) -> None:
    """The weights of the network, or the default ones, count again. Twice changes nothing."""
    challenge = _open(challenge)
    used = ChallengeWeights.objects.in_use().filter(challenge=challenge)
    if used.update(is_used=False):
        request_runs(challenge_ids=[challenge.pk])


def _open(challenge: Challenge) -> Challenge:
    row = Challenge.objects.select_for_update(no_key=True).get(pk=challenge.pk)
    if not row.is_open:
        raise MatchProblem(_("This challenge is not open; its weights no longer change."))
    return row
