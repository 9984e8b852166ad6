"""What a company answers, and how an invitation ends without an answer."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import notify
from accounts.models import User
from challenges.choices import Status as ChallengeStatus
from challenges.models import Challenge
from invitations.actions.relaying import note_arrival
from invitations.actions.sending import record_fates, stop_letters
from invitations.choices import ANSWERABLE, ANSWERED, Status
from invitations.models import Invitation
from invitations.problems import InvitationProblem
from invitations.signals import invitation_answered
from mail.models import Letter
from mail.sets import plan_anew
from matching.actions import record_outcome, record_outcomes
from matching.choices import Outcome

OUTCOMES: dict[str, Outcome] = {
    Status.INTERESTED: Outcome.INTERESTED,
    Status.LATER: Outcome.POSTPONED,
    Status.DECLINED: Outcome.DECLINED,
}


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
    given = {
        "status": Status.INTERESTED if interested else Status.DECLINED,
        "decline_reason": "" if interested else reason,
        "not_before": None,
        "answer_note": note,
    }
    return _settle(invitation, given, arrived_at=arrived_at, by=by)


@transaction.atomic
def postpone(
    *,
    invitation: Invitation,
    until: date,
    note: str = "",
    arrived_at: datetime | None = None,
    by: User | None,
) -> Invitation:
    """Record *not now*: before the day `until` nobody asks again. Minds may change as well."""
    if until <= timezone.localdate():
        raise InvitationProblem(_("Choose a day that is still to come."))
    given = {
        "status": Status.LATER,
        "decline_reason": "",
        "not_before": until,
        "answer_note": note,
    }
    return _settle(invitation, given, arrived_at=arrived_at, by=by)


def _settle(
    invitation: Invitation, given: dict[str, Any], *, arrived_at: datetime | None, by: User | None
) -> Invitation:
    arrived_at = arrived_at or timezone.now()
    row = _locked(invitation)
    _still_open(row, arrived_at)
    if all(getattr(row, name) == value for name, value in given.items()):
        return row
    if row.status not in (*ANSWERABLE, *ANSWERED):
        raise InvitationProblem(_("This invitation can no longer be answered."))
    if row.status == Status.RELAYED:
        note_arrival(invitation=row, at=arrived_at, by=by)
    is_news = row.status != given["status"]
    for name, value in {**given, "answered_at": arrived_at}.items():
        setattr(row, name, value)
    row.save(update_fields=[*given, "answered_at"])
    if is_news:
        _tell_managers(row, by)
    _record(row, OUTCOMES[row.status], reason=row.decline_reason, at=arrived_at, by=by)
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
    row.not_before = None
    row.answered_at = None
    row.save(update_fields=["status", "decline_reason", "not_before", "answered_at"])
    _record(row, Outcome.INVITED, at=arrived_at, by=by)
    invitation_answered.send(sender=Invitation, invitation_ids=[row.pk])
    return row


@transaction.atomic
def wake_due(*, by: None = None) -> int:
    """The day a company named has come: its invitation waits again. Returns how many do.

    What matching was told stays: who said *not now* and then nothing is not simply silent.
    """
    ready = Invitation.objects.ready_again(timezone.localdate())
    return ready.update(status=Status.SENT, answered_at=None)


@transaction.atomic
def expire(*, challenge: Challenge, by: User | None = None) -> int:
    """The challenge closed or was withdrawn: nothing waits any longer. Returns how many did.

    Letters still in the outbox do not leave; should the challenge reopen, they are proposals again.
    """
    rows = Invitation.objects.for_challenge(challenge)
    stop_letters(invitations=rows, by=by)
    rows.filter(status=Status.PROPOSED, proposed_by=None).delete()
    record_outcomes(
        challenge=challenge,
        company_ids=rows.filter(status=Status.SENT, not_before=None).values_list(
            "company_id", flat=True
        ),
        outcome=Outcome.UNANSWERED,
        by=by,
    )
    over = [*ANSWERABLE, Status.HELD, Status.PROPOSED]
    plan_anew()
    return rows.filter(status__in=over).update(status=Status.EXPIRED)


@transaction.atomic
def expire_due(*, by: None = None) -> int:
    """Whatever still waits although its challenge is no longer open. Returns how many did."""
    over = [*ANSWERABLE, Status.HELD, Status.PROPOSED]
    waiting = Invitation.objects.filter(status__in=over)
    closed = waiting.exclude(challenge__status=ChallengeStatus.OPEN).values("challenge")
    challenges = Challenge.objects.filter(pk__in=closed).order_by("pk")
    return sum(expire(challenge=challenge, by=by) for challenge in challenges)


@transaction.atomic
def revive(*, challenge: Challenge, by: User | None = None) -> int:
    """The challenge was reopened: letters that were written may be answered again."""
    expired = Invitation.objects.for_challenge(challenge).filter(status=Status.EXPIRED)
    on_their_way = expired.filter(sent_at=None).exclude(letter_id="")
    letter_ids = [UUID(one) for one in on_their_way.values_list("letter_id", flat=True)]
    waiting_again = list(expired.exclude(sent_at=None).values_list("company_id", flat=True))
    plan_anew()
    revived = expired.exclude(sent_at=None).update(status=Status.SENT)
    revived += on_their_way.update(status=Status.QUEUED)
    record_outcomes(challenge=challenge, company_ids=waiting_again, outcome=Outcome.INVITED, by=by)
    expired.filter(letter_id="").update(status=Status.PROPOSED)
    fates = Letter.objects.filter(pk__one_of=letter_ids).values_list("pk", "state")
    record_fates(letters=[(str(letter), state) for letter, state in fates], by=by)
    return revived


def _record(
    row: Invitation, outcome: Outcome, *, reason: str = "", at: datetime | None, by: User | None
) -> None:
    record_outcome(
        challenge=row.challenge, company=row.company, outcome=outcome, reason=reason, at=at, by=by
    )


def _locked(invitation: Invitation) -> Invitation:
    return (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("challenge__lab", "company")
        .get(pk=invitation.pk)
    )


def _still_open(invitation: Invitation, at: datetime) -> None:
    challenge = invitation.challenge
    if not challenge.is_open or challenge.deadline is None or challenge.deadline < at:
        raise InvitationProblem(
            _("This challenge has closed, so the invitation can no longer be answered.")
        )


def _tell_managers(invitation: Invitation, by: User | None) -> None:
    """The notice keeps no name: whether a manager may read it is asked when it is read."""
    challenge = invitation.challenge
    tab = reverse("invitations:challenge", args=[challenge.slug])
    answered = f"{tab}?status={invitation.status}"
    notify(
        user_ids=challenge.manager_ids,
        kind=f"invitation_{invitation.status}",
        data={"company_id": invitation.company_id, "challenge": challenge.title},
        url=answered,
        group=answered,
        by=by,
    )
