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
from companies.models import Company
from invitations.actions.gating import refusals_of
from invitations.actions.sending import lose, losses_among
from invitations.choices import Refusal
from invitations.emails import remind_companies
from invitations.models import Invitation, InvitationQuerySet, Reminder
from invitations.pacing import (
    hold_letters_apart,
    in_pause,
    last_letters,
    next_letter_at,
    pause,
)
from invitations.problems import NONE_REMINDED, InvitationProblem
from mail.models import Letter
from mail.sets import plan_anew

# A reminder on the last day would only be a reproach.
BEFORE_THE_END = timedelta(days=1)
# Whom nobody may remind, or had another letter lately, is not looked at again every minute, but at
# the latest when that letter is old enough.
AGAIN_AFTER = timedelta(hours=6)


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
    challenge = Challenge.objects.select_for_update(no_key=True).get(pk=challenge.pk)
    if not challenge.is_open:
        raise InvitationProblem(NONE_REMINDED)
    return _remind(Invitation.objects.for_challenge(challenge).silent(), by)


def remind_due(*, by: None = None) -> int:
    """Remind those silent for as many days as their challenge says. Returns how many letters."""
    due = due_for_reminder()
    return sum(_remind_due(pk) for pk in set(due.values_list("challenge", flat=True)))


@transaction.atomic
def _remind_due(challenge_id: int) -> int:
    challenge = Challenge.objects.select_for_update(no_key=True).get(pk=challenge_id)
    return _remind(due_for_reminder().filter(challenge=challenge), None).written


def due_for_reminder() -> InvitationQuerySet:
    """Without those whose own letter is too young for another, and those looked at lately."""
    now = timezone.now()
    rows = Invitation.objects.silent().filter(
        challenge__in=Challenge.objects.open().filter(deadline__gt=now + BEFORE_THE_END),
        challenge__remind_after__gt=0,
    )
    rows = rows.filter(sent_at__lte=_days_before(now)).filter(sent_at__lte=now - pause())
    return rows.exclude(not_reminded_at__gt=now - AGAIN_AFTER)


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
    rows = list(locked.only("challenge", "company", "status"))
    refusals = refusals_of(rows)
    allowed = [row for row in rows if not refusals[row.pk]]
    too_soon = in_pause({row.company_id for row in allowed})
    to_remind = [row for row in allowed if row.company_id not in too_soon]
    written = _queue(to_remind, by)
    nobody = {row.pk for row in rows if refusals[row.pk]}
    nobody |= {row.pk for row in to_remind if row.pk not in written}
    marked = Invitation.objects.filter(pk__one_of={row.pk for row in rows} - written)
    plan_anew()
    marked.update(not_reminded_at=timezone.now())
    _look_sooner([row for row in allowed if row.company_id in too_soon])
    return Reminded(len(written), len(allowed) - len(to_remind), len(nobody))


def _look_sooner(too_soon: Sequence[Invitation]) -> None:
    """Those whose pause is over before they would be looked at again: as if looked at earlier."""
    now = timezone.now()
    lasts = last_letters({row.company_id for row in too_soon}) if too_soon else {}
    rows = []
    for row in too_soon:
        over_at = lasts.get(row.company_id, now) + pause()
        if now < over_at < now + AGAIN_AFTER:
            row.not_reminded_at = over_at - AGAIN_AFTER
            rows.append(row)
    Invitation.objects.bulk_update(rows, ["not_reminded_at"], batch_size=500)


def _queue(rows: Sequence[Invitation], by: User | None) -> set[int]:
    """The worker writes the letters. Returns the invitations that have a reminder now.

    What is no address gets none, although nothing else stands against it.
    """
    if not rows:
        return set()
    companies = Company.objects.filter(pk__one_of={row.company_id for row in rows})
    countries = set(companies.order_by().values_list("country", flat=True).distinct())
    leaves_at = {str(one): next_letter_at(country=str(one)) for one in countries}
    ids = remind_companies(invitation_ids=[row.pk for row in rows], leaves_at=leaves_at, by=by)
    letters = Letter.objects.filter(pk__one_of=ids)
    reminders = [
        Reminder(invitation_id=int(about), letter_id=str(pk), leaves_at=at, written_by=by)
        for pk, about, at in letters.values_list("pk", "related_id", "next_attempt_at")
    ]
    Reminder.objects.bulk_create(reminders, batch_size=1000)
    return {one.invitation_id for one in reminders}


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
