"""One reminder for those who have not answered, and never a second."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import DateTimeField, DurationField, ExpressionWrapper, F, Func, Value
from django.db.models.expressions import Combinable
from django.utils import timezone

from accounts.models import User
from challenges.models import Challenge
from companies.contacts import Contact, contacts_of
from invitations.actions.gating import refusals_of
from invitations.actions.sending import lose, losses_among
from invitations.choices import Refusal
from invitations.emails import remind_company
from invitations.models import Invitation, InvitationQuerySet, Reminder
from invitations.pacing import hold_letters_apart, in_pause, next_letter_at
from invitations.problems import NOT_OPEN, InvitationProblem
from invitations.tokens import hash_of, new_token
from mail.actions import postpone

# A reminder on the last day would only be a reproach.
BEFORE_THE_END = timedelta(days=1)


@dataclass(frozen=True)
class Reminded:
    """How many got a reminder, had a letter too lately for one, or may not be written to."""

    written: int = 0
    too_soon: int = 0
    refused: int = 0


@transaction.atomic
def remind_silent(*, challenge: Challenge, by: User | None) -> Reminded:
    """Remind all whom the challenge invited and who have not answered.

    Raises InvitationProblem when the challenge is not open. Twice writes nothing twice.
    """
    challenge = Challenge.objects.select_for_update().get(pk=challenge.pk)
    if not challenge.is_open:
        raise InvitationProblem(NOT_OPEN)
    return _remind(Invitation.objects.for_challenge(challenge).silent(), by)


def remind_due(*, by: None = None) -> int:
    """Remind those silent for as many days as their challenge says. Returns how many letters."""
    due = due_for_reminder()
    return sum(_remind_due(pk) for pk in set(due.values_list("challenge", flat=True)))


@transaction.atomic
def _remind_due(challenge_id: int) -> int:
    challenge = Challenge.objects.select_for_update().get(pk=challenge_id)
    return _remind(due_for_reminder().filter(challenge=challenge), None).written


def due_for_reminder() -> InvitationQuerySet:
    now = timezone.now()
    rows = Invitation.objects.silent().filter(
        challenge__in=Challenge.objects.open().filter(deadline__gt=now + BEFORE_THE_END),
        challenge__remind_after__gt=0,
    )
    return rows.filter(sent_at__lte=_days_before(now))


def _days_before(now: datetime) -> Combinable:
    """As many days as the challenge says."""
    days = Func(
        *[Value(0)] * 3,
        F("challenge__remind_after"),
        function="make_interval",
        output_field=DurationField(),
    )
    return ExpressionWrapper(Value(now, DateTimeField()) - days, output_field=DateTimeField())


def _remind(silent: InvitationQuerySet, by: User | None) -> Reminded:
    hold_letters_apart()
    locked = silent.select_for_update(of=("self",)).order_by("sent_at", "pk")
    rows = list(locked.select_related("company", "challenge__lab__cluster"))
    refusals = refusals_of(rows)
    allowed = [row for row in rows if not refusals[row.pk]]
    too_soon = in_pause({row.company_id for row in allowed})
    to_remind = [row for row in allowed if row.company_id not in too_soon]
    contacts = contacts_of([row.company_id for row in to_remind])
    written = sum(_write(row, contacts[row.company_id], by) for row in to_remind)
    return Reminded(written, len(allowed) - len(to_remind), len(rows) - len(allowed))


def _write(invitation: Invitation, contact: Contact, by: User | None) -> bool:
    token = new_token()
    letter = remind_company(invitation=invitation, contact=contact, token=token, by=by)
    if letter is None:
        return False
    leaves_at = next_letter_at(country=str(invitation.company.country), last_letter_at=None)
    postpone(letter_ids=[str(letter.pk)], until=leaves_at)
    Reminder.objects.create(
        invitation=invitation,
        letter_id=str(letter.pk),
        token_hash=hash_of(token),
        leaves_at=leaves_at,
        written_by=by,
    )
    return True


@transaction.atomic
def record_reminder_fates(
    *, letters: Sequence[tuple[str, str]], at: datetime | None = None, by: User | None = None
) -> None:
    """Reminders were sent, failed, came back or were reported.

    `letters` are pairs of letter id and its state. A lost reminder says of the company what a lost
    letter of invitation says: nobody reads there, or nobody wants to. One that its reader stopped
    before it left takes nothing back of the letter they have.
    """
    sent = [letter for letter, state in letters if state == "sent"]
    reminders = Reminder.objects.filter(letter_id__in=sent, sent_at=None)
    reminders.update(sent_at=at or timezone.now())
    for why, ids in losses_among(letters).items():
        if why != Refusal.STOPPED:
            rows = Invitation.objects.reminded().filter(reminder__letter_id__in=ids)
            lose(rows, why, at=at, by=by)
