"""What must never be true of scores; see `mail.invariants`."""

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import F, Q
from django.utils import timezone

from mail.invariants import Contradictions
from matching.choices import RunState
from matching.models import Match, MatchRun, WantedMatch

LONG = timedelta(hours=1)


def contradictions() -> Contradictions:
    rows = Match.objects.order_by()
    unwritten = Q(profile_revision__gt=F("company__revision"))
    unwritten |= Q(brief_revision__gt=F("challenge__revision"))
    return {
        "The parts of a score do not add up to it": _askew(),
        "A score belongs to the run of another challenge": (
            rows.exclude(run=None).exclude(run__challenge=F("challenge"))
        ),
        "A score was made of a text that is not written yet": rows.filter(unwritten),
        "A run is done and does not say when": (
            MatchRun.objects.order_by().filter(state=RunState.DONE, finished_at=None)
        ),
        "A pair that somebody touched has waited for its score for an hour": (
            WantedMatch.objects.possible().filter(wanted_at__lt=timezone.now() - LONG).order_by()
        ),
    }


def _askew() -> Iterator[int]:
    told = Match.objects.order_by().values_list("pk", "total", "parts", "findings")
    for pk, total, parts, findings in told.iterator(chunk_size=2000):
        judged = sum(one["tenths"] for one in findings) if findings else total
        if not sum(parts) == judged == total:
            yield pk
