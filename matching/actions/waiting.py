"""Which challenges wait to be scored, and which must be scored again."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from challenges.choices import Status
from challenges.models import Challenge
from matching.choices import RunState
from matching.models import CorpusSnapshot, MatchRun

LOST_AFTER = timedelta(minutes=5)
TRY_AGAIN_AFTER = timedelta(minutes=5)


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


@transaction.atomic
def recover_runs() -> list[int]:
    """Runs that failed, lost their worker or rest on old statistics are made again.

    Returns the ids of all that wait.
    """
    now = timezone.now()
    long_ago = now - LOST_AFTER
    silent = Q(seen_at__lt=long_ago) | Q(seen_at=None, started_at__lt=long_ago)
    lost = MatchRun.objects.filter(silent, state=RunState.RUNNING)
    challenge_ids = list(lost.values_list("challenge_id", flat=True))
    lost.update(state=RunState.FAILED, problem="lost", finished_at=now)
    request_runs(challenge_ids=[*challenge_ids, *_to_make_again(now)])
    waiting = MatchRun.objects.filter(state=RunState.QUEUED)
    return list(waiting.order_by("pk").values_list("pk", flat=True))


def _to_make_again(now: datetime) -> list[int]:
    """Challenges whose last run did not come to its end, or cannot be built on any more."""
    failed = Q(state=RunState.FAILED, finished_at__lt=now - TRY_AGAIN_AFTER)
    unsettled = Q(state=RunState.DONE, is_settled=False, seen_at__lt=now - LOST_AFTER)
    newest = CorpusSnapshot.objects.values_list("pk", flat=True).first()
    outdated = Q(state=RunState.DONE, brief=None)
    if newest:
        outdated |= Q(state=RunState.DONE, snapshot__lt=newest)
    last = MatchRun.objects.filter(challenge__status=Status.OPEN).newest()
    again = last.filter(failed | unsettled | outdated)
    return list(again.values_list("challenge_id", flat=True))
