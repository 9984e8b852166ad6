"""A manager decides about one company by hand: pin, exclude, raise."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from challenges.models import Challenge
from companies.models import Company
from matching.actions.amending import amend
from matching.actions.keeping import keep
from matching.actions.outcomes import record_outcome
from matching.choices import Outcome, OverrideKind
from matching.models import Match, Override, WantedMatch
from matching.problems import MatchProblem

REMOVED = "removed"


@transaction.atomic
def override(
    *,
    challenge: Challenge,
    company: Company,
    kind: str,
    reason: str,
    points: int | None = None,
    by: User,
) -> Override:
    """Pin, exclude or raise this company for the challenge; an earlier decision is replaced.

    The score shows a raise as a part of its own, at once and after every scoring. Raises
    MatchProblem when the challenge is not open, or what was given is not enough.
    """
    challenge = _open(challenge)
    if not reason.strip():
        raise MatchProblem(_("Give a reason; it is kept with the decision."))
    if kind == OverrideKind.RAISE and not points:
        raise MatchProblem(_("Say by how many points to raise the score."))
    keep(challenge=challenge, company_ids=[company.pk], by=by)
    if not _has_score(challenge, company):
        raise MatchProblem(_("This company has no score for the challenge yet."))
    row, _made = Override.objects.update_or_create(
        challenge=challenge,
        company=company,
        defaults={
            "kind": kind,
            "points": points if kind == OverrideKind.RAISE else None,
            "reason": reason.strip(),
            "made_by": by,
        },
    )
    _record(challenge, company, kind, by)
    amend(challenge=challenge, company_id=company.pk)
    return row


@transaction.atomic
def remove_override(*, challenge: Challenge, company: Company, by: User) -> None:
    """Let the scores speak again. Twice changes nothing."""
    challenge = _open(challenge)
    gone, _rows = Override.objects.for_challenge(challenge).filter(company=company).delete()
    if gone:
        _record(challenge, company, REMOVED, by)
        amend(challenge=challenge, company_id=company.pk)


def _open(challenge: Challenge) -> Challenge:
    """Raises MatchProblem: whoever applied was told a score, and no hand lowers it afterwards. A
    contest that waits is still decided (`matching.actions.contesting`), which can only raise it.
    """
    row = Challenge.objects.select_for_update(no_key=True).get(pk=challenge.pk)
    if not row.is_open:
        raise MatchProblem(_("This challenge is not open; what was decided stays as it is."))
    return row


def _has_score(challenge: Challenge, company: Company) -> bool:
    """Or is about to have one."""
    pair = {"challenge": challenge, "company": company}
    return (
        Match.objects.filter(**pair).exists()
        or WantedMatch.objects.possible().filter(**pair).exists()
    )


def _record(challenge: Challenge, company: Company, reason: str, by: User) -> None:
    """With the numbers of before."""
    record_outcome(
        challenge=challenge, company=company, outcome=Outcome.OVERRIDDEN, reason=reason, by=by
    )
