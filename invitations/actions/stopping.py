"""Letters that nobody needs any more do not leave."""

from collections.abc import Iterable

from django.db import transaction

from accounts.models import User
from invitations.models import Reminder
from mail.actions import cancel


@transaction.atomic
def stop_reminders(*, invitation_ids: Iterable[int], by: User | None = None) -> None:
    """Nobody is reminded of what they answered or what is over; what still waits does not leave."""
    waiting = Reminder.objects.filter(invitation__in=list(invitation_ids), sent_at=None)
    stopped = cancel(letter_ids=waiting.values_list("letter_id", flat=True), by=by)
    waiting.filter(letter_id__in=stopped).delete()
