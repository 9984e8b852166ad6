"""From a proposal to a letter, and what becomes of the letter."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from challenges.models import Challenge
from invitations.choices import Status
from invitations.emails import invite_company, recipient_of
from invitations.models import Invitation
from invitations.problems import InvitationProblem
from invitations.tokens import hash_of, new_token


@transaction.atomic
def send(
    *, challenge: Challenge, invitation_ids: Sequence[int], by: User | None
) -> list[Invitation]:
    """Write the letters of proposed invitations to the outbox. Returns those that were queued.

    A company that wants no invitations or has no address is refused, with the reason on the row.
    Doing it twice writes nothing twice. Raises InvitationProblem when the challenge is not open.
    """
    challenge = Challenge.objects.select_for_update().get(pk=challenge.pk)
    if not challenge.is_open:
        raise InvitationProblem(
            _("This challenge is not open, so nobody can be invited. Publish or reopen it first.")
        )
    rows = (
        Invitation.objects.for_challenge(challenge)
        .filter(pk__in=invitation_ids, status=Status.PROPOSED)
        .select_related("company")
        .select_for_update(of=("self",))
    )
    return [row for row in rows if _write(row, challenge, by)]


def _write(invitation: Invitation, challenge: Challenge, by: User | None) -> bool:
    invitation.challenge = challenge
    refusal = refusal_for(invitation)
    if not refusal:
        token = new_token()
        letter = invite_company(invitation=invitation, token=token, by=by)
        if letter is not None:
            return _queued(invitation, letter_id=str(letter.pk), token=token)
        refusal = "stopped"
    invitation.status = Status.REFUSED
    invitation.refused_because = refusal
    invitation.save(update_fields=["status", "refused_because"])
    return False


def _queued(invitation: Invitation, *, letter_id: str, token: str) -> bool:
    invitation.status = Status.QUEUED
    invitation.letter_id = letter_id
    invitation.token_hash = hash_of(token)
    invitation.save(update_fields=["status", "letter_id", "token_hash"])
    return True


def refusal_for(invitation: Invitation) -> str:
    """Why this company may not be written to: a code, or nothing."""
    company = invitation.company
    if not company.is_active:
        return "gone"
    if not company.wants_invitations:
        return "opted_out"
    if recipient_of(company) is None:
        return "no_address"
    return ""


@transaction.atomic
def record_fates(
    *, letters: Sequence[tuple[str, str]], at: datetime | None = None, by: User | None = None
) -> None:
    """Letters were sent or failed: `letters` are pairs of letter id and state; `at`: by default now."""
    sent = [letter for letter, state in letters if state == "sent"]
    Invitation.objects.filter(letter_id__in=sent, status=Status.QUEUED).update(
        status=Status.SENT, sent_at=at or timezone.now()
    )
    failed = [letter for letter, state in letters if state in ("failed", "bounced")]
    Invitation.objects.filter(letter_id__in=failed, status=Status.QUEUED).update(
        status=Status.REFUSED, refused_because="not_deliverable"
    )


@transaction.atomic
def withdraw(*, invitation: Invitation, by: User | None) -> Invitation:
    """Take an unanswered invitation back; its link says so from then on."""
    row = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if row.status not in (Status.PROPOSED, Status.QUEUED, Status.SENT):
        raise InvitationProblem(
            _("This invitation was answered or has ended; nothing to withdraw.")
        )
    row.status = Status.WITHDRAWN
    row.save(update_fields=["status"])
    return row


@transaction.atomic
def propose_again(*, invitation: Invitation, by: User | None) -> Invitation:
    """Give a refused invitation another try, once what stood against it is mended."""
    row = (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("company")
        .get(pk=invitation.pk)
    )
    if row.status != Status.REFUSED:
        raise InvitationProblem(_("Only a refused invitation can be proposed again."))
    row.status = Status.PROPOSED
    row.refused_because = ""
    row.proposed_by = by
    row.save(update_fields=["status", "refused_because", "proposed_by"])
    return row
