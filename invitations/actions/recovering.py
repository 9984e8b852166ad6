"""What became of letters, when nobody heard the bell."""

from django.db.models import Exists, OuterRef, UUIDField
from django.db.models.functions import Cast

from invitations.actions.complaining import complaints_not_written_down
from invitations.choices import WAITING, Status
from invitations.models import Invitation, Nomination, Reminder
from mail.choices import UNWANTED, LetterState
from mail.models import Letter


def letters_not_heard_of(*, by: None = None) -> list[str]:
    """Ids of letters whose fate is known, and unknown to what they are about or the ledger."""
    sent = Letter.objects.filter(
        pk=Cast(OuterRef("letter_id"), UUIDField()), state=LetterState.SENT
    )
    stopped = Letter.objects.filter(
        pk=Cast(OuterRef("letter_id"), UUIDField()), last_error=UNWANTED
    )
    failed = Letter.objects.filter(
        pk=Cast(OuterRef("letter_id"), UUIDField()), state=LetterState.FAILED
    )
    missed = (
        Invitation.objects.filter(status=Status.QUEUED).whose_letter_is(
            LetterState.SENT, LetterState.FAILED
        ),
        Invitation.objects.filter(status__in=WAITING).whose_letter_is(
            LetterState.BOUNCED, LetterState.COMPLAINED
        ),
        Reminder.objects.filter(Exists(sent) | Exists(stopped), sent_at=None),
        Reminder.objects.filter(invitation__in=Invitation.objects.whose_reminder_is_lost()),
        Nomination.objects.written_to().filter(Exists(failed)),
    )
    ids = {one for rows in missed for one in rows.values_list("letter_id", flat=True)}
    return sorted(ids.union(complaints_not_written_down()))
