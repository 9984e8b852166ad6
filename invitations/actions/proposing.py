"""Choosing whom to ask: the best matches above the threshold, or those a manager ticks."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from challenges.choices import Policy
from challenges.models import Challenge
from companies.models import ClusterMembership
from invitations.actions.sending import send
from invitations.choices import Status
from invitations.models import Invitation
from invitations.problems import InvitationProblem
from matching.actions import keep
from matching.models import Match, MatchQuerySet
from matching.scoring import strongest


@transaction.atomic
def propose(
    *, challenge: Challenge, company_ids: Sequence[int], by: User | None
) -> list[Invitation]:
    """Put companies on the challenge's list, each with its score and top reasons of now.

    Those on the list already stay as they are: there is one invitation per challenge and company.
    Raises InvitationProblem when a company has no match, for then nothing could be explained.
    """
    matches = list(Match.objects.for_challenge(challenge).filter(company__in=company_ids))
    if len(matches) < len(set(company_ids)):
        raise InvitationProblem(
            _("Some of these companies have no score for this challenge. Score again, then choose.")
        )
    _add(challenge=challenge, matches=matches, by=by)
    return list(Invitation.objects.for_challenge(challenge).filter(company__in=company_ids))


@transaction.atomic
def propose_best(*, challenge: Challenge, by: User | None = None) -> list[Invitation]:
    """Renew the proposals after a scoring, and with policy *automatic* write to own members.

    Proposals nobody touched follow the scores: those no longer among the best leave the list.
    Automatic letters go to members of the challenge's own cluster organisation while fewer than
    `maximum` invitations were written; all others wait for a manager's hand.
    """
    challenge = Challenge.objects.select_for_update().get(pk=challenge.pk)
    if not challenge.is_open:
        return []
    asked = Invitation.objects.for_challenge(challenge)
    best = list(_candidates(challenge)[: challenge.maximum])
    untouched = asked.filter(status=Status.PROPOSED, proposed_by=None)
    untouched.exclude(company__in=[match.company_id for match in best]).delete()
    written = asked.exclude(status__in=[Status.PROPOSED, Status.REFUSED]).count()
    places = max(challenge.maximum - written, 0)
    _add(challenge=challenge, matches=best[:places], by=by)
    if challenge.policy == Policy.AUTOMATIC and places:
        _write_to_own_members(challenge, places)
    return list(asked)


def _candidates(challenge: Challenge) -> MatchQuerySet:
    """Eligible matches above the threshold of companies nobody has written to, best first."""
    settled = Invitation.objects.for_challenge(challenge).exclude(status=Status.PROPOSED)
    matches = Match.objects.for_challenge(challenge).eligible().above(challenge.threshold)
    return (
        matches.filter(company__is_active=True, company__wants_invitations=True)
        .exclude(company__in=settled.values("company"))
        .best_first()
    )


def _write_to_own_members(challenge: Challenge, places: int) -> None:
    members = ClusterMembership.objects.filter(cluster=challenge.lab.cluster_id)
    best = list(_candidates(challenge).filter(company__in=members.values("company"))[:places])
    _add(challenge=challenge, matches=best, by=None)
    chosen = Invitation.objects.for_challenge(challenge).filter(
        status=Status.PROPOSED, company__in=[match.company_id for match in best]
    )
    send(challenge=challenge, invitation_ids=list(chosen.values_list("pk", flat=True)), by=None)


def _add(*, challenge: Challenge, matches: list[Match], by: User | None) -> None:
    rows = [
        Invitation(
            challenge=challenge,
            company_id=match.company_id,
            total=match.total,
            reasons=[finding.to_data() for finding in strongest(match.judged)],
            proposed_by=by,
        )
        for match in matches
    ]
    Invitation.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)
    keep(challenge=challenge, company_ids=[match.company_id for match in matches], by=by)
