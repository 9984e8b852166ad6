"""What came of a match, told by the rooms that know."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from challenges.models import Challenge
from companies.models import Company
from matching.actions.wanting import want
from matching.choices import STRANDS, Outcome
from matching.models import Match, RecordedOutcome
from matching.scoring import CRITERIA, NOTHING, PARTS, Finding, amended

NUMBERED_TWICE = "one_outcome_after_another"  # the constraint that two meet at


def record_outcome(
    *,
    challenge: Challenge,
    company: Company,
    outcome: Outcome,
    reason: str = "",
    at: datetime | None = None,
    by: User | None,
) -> None:
    """The same for one company."""
    record_outcomes(
        challenge=challenge,
        company_ids=[company.pk],
        outcome=outcome,
        reason=reason,
        at=at,
        by=by,
    )


@transaction.atomic
def record_outcomes(
    *,
    challenge: Challenge,
    company_ids: Iterable[int],
    outcome: Outcome,
    reason: str = "",
    at: datetime | None = None,
    by: User | None,
) -> None:
    """Called down when companies are asked, answer, apply, or are judged; learned from at night.

    The newest of its strand (see `choices.STRANDS`) counts, so an undone answer is recorded as
    *invited* once more. The same twice is written once. `reason` is a code. Who did it is not kept.
    Shares of a match that is not explained yet are told by the worker (`complete_outcomes`).
    """
    wanted = {"outcome": outcome, "reason": reason, "at": at or timezone.now()}
    concerned = sorted(set(company_ids))
    silent: set[int] = set()
    while news := _untold(challenge, concerned, outcome, reason):
        try:
            with transaction.atomic():
                silent = _append(challenge, news, wanted)
            break
        except IntegrityError as problem:
            # Somebody told something of the same pair just now: the next look sees it. Until then
            # no row of this try is held, or two that tell of several would wait for each other.
            if _constraint_of(problem) != NUMBERED_TWICE:
                raise
    # Last of all: who holds a wanted pair while another row is to follow, and who holds that row
    # and wants the pair, would wait for each other.
    if silent:
        want(challenge_id=challenge.pk, company_ids=silent)


def _untold(
    challenge: Challenge, company_ids: Collection[int], outcome: Outcome, reason: str
) -> dict[int, int]:
    """The companies of which this is news, with the number their next row has."""
    told = RecordedOutcome.objects.filter(challenge=challenge, company__in=company_ids)
    rows = told.in_order().values_list("company", "number", "outcome", "reason")
    numbers = dict.fromkeys(company_ids, 0)
    newest: dict[int, tuple[str, str]] = {}
    for company_id, number, what, why in rows:
        numbers[company_id] = number
        if STRANDS[Outcome(what)] == STRANDS[outcome]:
            newest[company_id] = what, why
    return {
        company_id: number + 1
        for company_id, number in numbers.items()
        if newest.get(company_id) != (outcome, reason)
    }


def _append(challenge: Challenge, numbers: dict[int, int], told: dict[str, Any]) -> set[int]:
    """All or none. Returns the companies whose reasons are not written yet.

    Raises IntegrityError where somebody else has told something of one of these pairs.
    """
    concerned = Match.objects.for_challenge(challenge).filter(company__in=numbers)
    matches = list(concerned.with_encoders())
    judged = {match.company_id: _numbers_of(match) for match in matches}
    rows = [
        RecordedOutcome(
            challenge=challenge,
            company_id=company_id,
            number=number,
            **told,
            **judged.get(company_id, {}),
        )
        for company_id, number in numbers.items()
    ]
    RecordedOutcome.objects.bulk_create(rows, batch_size=1000)
    explained = {match.company_id for match in matches if match.findings is not None}
    return numbers.keys() - explained


def _constraint_of(problem: IntegrityError) -> str:
    """Its name, as PostgreSQL tells it."""
    told = getattr(problem.__cause__, "diag", None)
    return getattr(told, "constraint_name", None) or ""


def _numbers_of(match: Match) -> dict[str, Any]:
    return {
        "total": match.total,
        "parts": match.parts,
        "shares": {finding.criterion: finding.share for finding in match.judged},
        "weights_version": match.weights_version,
        "engine_version": match.engine_version,
        "encoders": match.encoders,
    }


def complete_outcomes(*, matches: Sequence[Match]) -> None:
    """What was recorded before a match had findings gets the shares it lacks, once.

    Numbers are those of the moment: where they are others by now the shares stay unknown, and
    nothing is learned from them. A pair that had no numbers gets what was computed, without what
    was decided since. All are of one challenge, and read
    `with_encoders`.
    """
    known = {match.company_id: match for match in matches}
    ids = {match.challenge_id for match in matches}
    rows = RecordedOutcome.objects.filter(challenge__in=ids, company__in=known, shares={})
    changed = [row for row in rows if _complete(row, known[row.company_id])]
    fields = ["total", "parts", "shares", "weights_version", "engine_version", "encoders"]
    RecordedOutcome.objects.bulk_update(changed, fields, batch_size=500)


def _complete(row: RecordedOutcome, match: Match) -> bool:
    computed = amended(match.judged, NOTHING)
    if row.total is None:
        row.parts = _parts_of(computed)
        row.total = sum(row.parts)
        row.weights_version, row.engine_version = match.weights_version, match.engine_version
        row.encoders = match.encoders
    asked = [one for one in match.judged if one.criterion in CRITERIA]
    for findings in (asked, computed):
        if _parts_of(findings)[: len(CRITERIA)] == row.parts[: len(CRITERIA)]:
            row.shares = {finding.criterion: finding.share for finding in findings}
            return bool(findings)
    return False


def _parts_of(findings: Iterable[Finding]) -> list[int]:
    tenths = {finding.criterion: finding.tenths for finding in findings}
    return [tenths.get(part, 0) for part in PARTS]
