"""What a company answers, and how an invitation ends without an answer."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from challenges.models import Challenge
from invitations.choices import ANSWERED, WAITING, Status
from invitations.models import Invitation
from invitations.problems import InvitationProblem
from invitations.signals import invitation_answered


@transaction.atomic
def answer(
    *,
    invitation: Invitation,
    interested: bool,
    reason: str = "",
    note: str = "",
    arrived_at: datetime | None = None,
    by: User | None,
) -> Invitation:
    """Record *interested*, or *declined* with a reason. Minds may change until the deadline.

    `arrived_at` is when the request began; by default now. The same answer twice changes nothing.
    """
    row = _locked(invitation)
    _still_open(row, arrived_at or timezone.now())
    status = Status.INTERESTED if interested else Status.DECLINED
    if (row.status, row.decline_reason, row.answer_note) == (status, reason, note):
        return row
    if row.status not in (*WAITING, *ANSWERED):
        raise InvitationProblem(_("This invitation can no longer be answered."))
    row.status = status
    row.decline_reason = "" if interested else reason
    row.answer_note = note
    row.answered_at = arrived_at or timezone.now()
    row.save(update_fields=["status", "decline_reason", "answer_note", "answered_at"])
    invitation_answered.send(sender=Invitation, invitation_ids=[row.pk])
    return row


@transaction.atomic
def take_back_answer(
    *, invitation: Invitation, arrived_at: datetime | None = None, by: User | None
) -> Invitation:
    """Undo an answer: the invitation waits again."""
    row = _locked(invitation)
    _still_open(row, arrived_at or timezone.now())
    if row.status not in ANSWERED:
        return row
    row.status = Status.SENT
    row.decline_reason = ""
    row.answered_at = None
    row.save(update_fields=["status", "decline_reason", "answered_at"])
    return row


@transaction.atomic
def expire(*, challenge: Challenge, by: User | None = None) -> int:
    """The challenge closed or was withdrawn: nothing waits any longer. Returns how many did."""
    rows = Invitation.objects.for_challenge(challenge)
    rows.filter(status=Status.PROPOSED, proposed_by=None).delete()
    return rows.filter(status__in=[*WAITING, Status.PROPOSED]).update(status=Status.EXPIRED)


@transaction.atomic
def revive(*, challenge: Challenge, by: User | None = None) -> int:
    """The challenge was reopened: letters that were sent may be answered again."""
    expired = Invitation.objects.for_challenge(challenge).filter(status=Status.EXPIRED)
    revived = expired.exclude(sent_at=None).update(status=Status.SENT)
    expired.filter(sent_at=None).update(status=Status.PROPOSED)
    return revived


def _locked(invitation: Invitation) -> Invitation:
    return (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("challenge__lab", "company")
        .get(pk=invitation.pk)
    )


def _still_open(invitation: Invitation, at: datetime) -> None:
    challenge = invitation.challenge
    if not challenge.is_open or challenge.deadline < at:
        raise InvitationProblem(
            _("This challenge has closed, so the invitation can no longer be answered.")
        )
