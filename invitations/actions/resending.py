"""A letter of which nobody knows whether it arrived, sent once more."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from invitations.actions.gating import refusals_of_letters
from invitations.choices import Refusal, Status
from invitations.models import Invitation, Reminder
from invitations.pacing import hold_letters_apart, last_letters, next_letter_at
from invitations.problems import NOT_OPEN, InvitationProblem
from mail import actions as mail
from mail.actions.delivering import CannotSendAgain
from mail.choices import LetterState
from mail.models import Letter


@transaction.atomic
def send_again(*, invitation: Invitation, by: User | None) -> Letter:
    """Queue the very same letter once more, or its reminder, under the same Message-ID.

    It leaves when people work there and the company had no other letter lately. Raises
    InvitationProblem unless it is in doubt and the company may still be written to.
    """
    hold_letters_apart()
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
        letter = mail.send_again(letter=letter, by=by)
    except CannotSendAgain as problem:
        raise InvitationProblem(str(problem)) from problem
    _keep_apart(letter, row)
    return letter


def _keep_apart(letter: Letter, row: Invitation) -> None:
    """From the letters that the company had, or is to have, meanwhile."""
    company, letter_id = row.company, str(letter.pk)
    last = last_letters([company.pk], besides=letter_id).get(company.pk)
    letter.next_attempt_at = next_letter_at(country=str(company.country), last_letter_at=last)
    mail.postpone(letter_ids=[letter_id], until=letter.next_attempt_at)
    for rows in (Invitation.objects.all(), Reminder.objects.all()):
        rows.filter(letter_id=letter_id).update(leaves_at=letter.next_attempt_at)


def _letter_in_doubt(row: Invitation) -> Letter | None:
    """That of the invitation, or the reminder where that one arrived."""
    letter_id = row.letter_id if row.status == Status.QUEUED else ""
    if row.status == Status.SENT:
        reminders = Reminder.objects.filter(invitation=row)
        letter_id = reminders.values_list("letter_id", flat=True).first() or ""
    doubtful = Letter.objects.filter(state=LetterState.IN_DOUBT)
    return doubtful.filter(pk=letter_id).first() if letter_id else None
