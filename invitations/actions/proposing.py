"""Putting companies on a challenge's list, each with its score and reasons of now."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from challenges.models import Challenge
from invitations.choices import Status
from invitations.models import Invitation
from invitations.problems import NOT_OPEN, InvitationProblem
from invitations.reasons import reasons_in
from matching.actions import keep
from matching.models import Match, Override


@transaction.atomic
def propose(
    *, challenge: Challenge, company_ids: Sequence[int], by: User | None
) -> list[Invitation]:
    """Put companies on the challenge's list, each with its score and top reasons of now.

    Those written to already stay as they are: there is one invitation per challenge and company.
    Raises InvitationProblem when the challenge is not open, when a manager has excluded a company
    from it, or when one has no match, for then nothing could be explained.
    """
    if not challenge.is_open:
        raise InvitationProblem(NOT_OPEN)
    _refuse_excluded(challenge, company_ids)
    matches = list(Match.objects.for_challenge(challenge).filter(company__in=company_ids))
    if len(matches) < len(set(company_ids)):
        raise InvitationProblem(
            _("Some of these companies have no score for this challenge. Score again, then choose.")
        )
    add(challenge=challenge, matches=matches, by=by)
    found = Invitation.objects.for_challenge(challenge).filter(company__in=company_ids)
    if by is not None:
        found.filter(status=Status.PROPOSED, proposed_by=None).update(proposed_by=by)
    return list(found)


def _refuse_excluded(challenge: Challenge, company_ids: Sequence[int]) -> None:
    excluded = Override.objects.for_challenge(challenge).exclusions()
    first = excluded.filter(company__in=company_ids).order_by("pk").first()
    if first is not None:
        raise InvitationProblem(
            _("One of these companies is excluded from this challenge: %(reason)s")
            % {"reason": first.reason}
        )


def add(*, challenge: Challenge, matches: Sequence[Match], by: User | None) -> None:
    """Those whose match is not explained yet have no reasons: `with_reasons` gives them theirs."""
    rows = [proposal_of(match, by=by) for match in matches]
    Invitation.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)
    renew_reasons(challenge, matches)
    keep(challenge=challenge, company_ids=[match.company_id for match in matches], by=by)


def proposal_of(match: Match, *, by: User | None = None) -> Invitation:
    """A proposal made of a match, not saved."""
    return Invitation(
        challenge_id=match.challenge_id,
        company_id=match.company_id,
        total=match.total,
        reasons=reasons_in(match),
        proposed_by=by,
    )


def renew_reasons(challenge: Challenge, matches: Sequence[Match]) -> None:
    """Until its letter is written, a proposal shows the score of now.

    Score and reasons stay together: while nobody has written down why, what is known stays.
    """
    current = {match.company_id: match for match in matches}
    rows = list(
        Invitation.objects.for_challenge(challenge)
        .filter(status__in=[Status.PROPOSED, Status.HELD], company__in=current)
        .select_for_update()
        .order_by("pk")
    )
    changed = [row for row in rows if _may_follow(current[row.company_id], row)]
    for row in changed:
        match = current[row.company_id]
        row.total = match.total
        row.reasons = reasons_in(match)
    Invitation.objects.bulk_update(changed, ["total", "reasons"], batch_size=500)


def _may_follow(match: Match, row: Invitation) -> bool:
    return match.findings is not None or not row.reasons
