"""A letter of which nobody knows whether it arrived, sent once more."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from invitations.actions.gating import refusals_of_letters
from invitations.choices import Refusal, Status
from invitations.models import Invitation, Reminder
from invitations.problems import NOT_OPEN, InvitationProblem
from mail import actions as mail
from mail.actions.delivering import CannotSendAgain
from mail.choices import LetterState
from mail.models import Letter


@transaction.atomic
def send_again(*, invitation: Invitation, by: User | None) -> Invitation:
    """Queue the very same letter once more, or its reminder, under the same Message-ID.

    Raises InvitationProblem unless it is in doubt and the company may still be written to.
    """
    rows = Invitation.objects.select_for_update(of=("self",)).select_related("challenge", "company")
    row = rows.get(pk=invitation.pk)
    letter = _letter_in_doubt(row)
    if letter is None:
        raise InvitationProblem(_("Only a letter in doubt can be sent again."))
    if not row.challenge.is_open:
        raise InvitationProblem(NOT_OPEN)
    refusal = refusals_of_letters([row])[row.pk]
    if refusal:
        raise InvitationProblem(str(Refusal(refusal).label))
    try:
        mail.send_again(letter=letter, by=by)
    except CannotSendAgain as problem:
        raise InvitationProblem(str(problem)) from problem
    return row


def _letter_in_doubt(row: Invitation) -> Letter | None:
    """That of the invitation, or the reminder where that one arrived."""
    letter_id = row.letter_id if row.status == Status.QUEUED else ""
    if row.status == Status.SENT:
        reminders = Reminder.objects.filter(invitation=row)
        letter_id = reminders.values_list("letter_id", flat=True).first() or ""
    doubtful = Letter.objects.filter(state=LetterState.IN_DOUBT)
    return doubtful.filter(pk=letter_id).first() if letter_id else None
