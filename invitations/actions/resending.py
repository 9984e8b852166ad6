"""A letter of which nobody knows whether it arrived, sent once more."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from invitations.actions.gating import refusals_of
from invitations.choices import Refusal, Status
from invitations.models import Invitation
from invitations.problems import NOT_OPEN, InvitationProblem
from mail import actions as mail
from mail.actions.delivering import CannotSendAgain
from mail.choices import LetterState
from mail.models import Letter


@transaction.atomic
def send_again(*, invitation: Invitation, by: User | None) -> Invitation:
    """Queue the very same letter once more, under the same Message-ID.

    Raises InvitationProblem unless it is in doubt and the company may still be written to.
    """
    rows = Invitation.objects.select_for_update(of=("self",)).select_related("challenge", "company")
    row = rows.get(pk=invitation.pk)
    letter = Letter.objects.filter(pk=row.letter_id).first() if row.letter_id else None
    if row.status != Status.QUEUED or letter is None or letter.state != LetterState.IN_DOUBT:
        raise InvitationProblem(_("Only a letter in doubt can be sent again."))
    if not row.challenge.is_open:
        raise InvitationProblem(NOT_OPEN)
    refusal = refusals_of([row])[row.pk]
    if refusal:
        raise InvitationProblem(str(Refusal(refusal).label))
    try:
        mail.send_again(letter=letter, by=by)
    except CannotSendAgain as problem:
        raise InvitationProblem(str(problem)) from problem
    return row
