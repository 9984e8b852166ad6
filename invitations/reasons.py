"""Why a company is asked; proposals are made before the worker has explained a match, or after."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Q

from invitations.models import Invitation, InvitationQuerySet
from matching.models import Match, MatchQuerySet
from matching.scoring import strongest


def reasons_in(match: Match) -> list[dict[str, Any]]:
    return [finding.to_data() for finding in strongest(match.judged)]


def with_reasons(invitations: Sequence[Invitation]) -> list[Invitation]:
    """Those without reasons get score and reasons of their match as they stand now, in memory.

    Returns the ones that changed. One query, and none where nothing lacks.
    """
    lacking = [row for row in invitations if not row.reasons]
    if not lacking:
        return []
    return fill_in(lacking, matches_of(lacking).filter(findings__isnull=False))


def fill_in(invitations: Sequence[Invitation], matches: Iterable[Match]) -> list[Invitation]:
    """The same from these matches."""
    found = {(match.challenge_id, match.company_id): match for match in matches}
    return [row for row in invitations if _fill(row, found.get((row.challenge_id, row.company_id)))]


def matches_of(invitations: Sequence[Invitation]) -> MatchQuerySet:
    return Match.objects.filter(Exists(_pairs(invitations)))


def _pairs(invitations: Sequence[Invitation]) -> InvitationQuerySet:
    return Invitation.objects.filter(
        pk__in=[row.pk for row in invitations],
        challenge=OuterRef("challenge"),
        company=OuterRef("company"),
    )


def behind(invitations: Sequence[Invitation]) -> list[Match]:
    """Matches of those that know no reasons, or those of another score than it is now."""
    lacking = Q(reasons=[]) | ~Q(total=OuterRef("total"))
    return list(Match.objects.filter(Exists(_pairs(invitations).filter(lacking))))


def silent_among(invitations: Iterable[Invitation], matches: Iterable[Match]) -> set[int]:
    """Ids of those that know no reasons, for nobody has written down those of their match."""
    silent = {(one.challenge_id, one.company_id) for one in matches if one.findings is None}
    return {
        row.pk
        for row in invitations
        if not row.reasons and (row.challenge_id, row.company_id) in silent
    }


def are_being_written(invitation: Invitation) -> bool:
    """Whether its match has a score and, for a moment still, no reasons."""
    return not invitation.reasons and matches_of([invitation]).unexplained().exists()


def _fill(row: Invitation, match: Match | None) -> bool:
    reasons = reasons_in(match) if match is not None else []
    if match is None or not reasons:
        return False
    row.total, row.reasons = match.total, reasons
    return True
