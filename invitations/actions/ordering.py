"""A manager's word that proposals leave, and the worker who makes it true."""

from collections.abc import Sequence

import structlog
from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from accounts.models import User
from challenges.models import Challenge
from invitations.actions.sending import send
from invitations.choices import Status
from invitations.models import Invitation, Sending
from invitations.problems import NOT_OPEN, InvitationProblem

# So many leave while the manager waits; more are the worker's.
AT_ONCE = 200

log = structlog.get_logger(__name__)


@transaction.atomic
def order_sending(
    *, challenge: Challenge, invitation_ids: Sequence[int], note: str, by: User
) -> Sending:
    """Have these proposals sent: a few at once, thousands by the worker (`carry_out_sendings`).

    Raises InvitationProblem when the challenge is not open.
    """
    if not challenge.is_open:
        raise InvitationProblem(NOT_OPEN)
    sending = Sending.objects.create(
        challenge=challenge,
        invitation_ids=list(invitation_ids),
        number=len(invitation_ids),
        note=note.strip()[:600],
        asked_by=by,
    )
    if sending.number <= AT_ONCE:
        _carry_out(sending)
    return sending


def carry_out_sendings(*, by: None = None) -> int:
    """Send what managers asked for, oldest first. Returns how many of their orders are done.

    Each in one transaction, past those another worker is at: a worker that dies leaves an order
    that nobody began.
    """
    done, failed = 0, list[int]()
    while (one := _next(failed)) is not None:
        sending_id, problem = one
        if problem is None:
            done += 1
        else:
            log.error("sending_not_carried_out", sending=sending_id, exc_info=problem)
            failed.append(sending_id)
    return done


def _next(failed: Sequence[int]) -> tuple[int, Exception | None] | None:
    """One order that cannot be carried out must not keep the others waiting."""
    sending_id = 0
    try:
        with transaction.atomic():
            waiting = Sending.objects.waiting().exclude(pk__in=failed).oldest_first()
            sending = waiting.select_for_update(skip_locked=True).first()
            if sending is None:
                return None
            sending_id = sending.pk
            _settle(sending)
    except Exception as problem:
        if not sending_id:
            raise
        return sending_id, problem
    return sending_id, None


def _settle(sending: Sending) -> None:
    try:
        with transaction.atomic():
            _carry_out(sending)
    except InvitationProblem:
        sending.was_closed = True
        _end(sending)


def _carry_out(sending: Sending) -> None:
    """What was withdrawn or sent since the order was given is no part of it any more."""
    rows = Invitation.objects.filter(pk__one_of=set(sending.invitation_ids))
    still = list(rows.filter(status=Status.PROPOSED).values_list("pk", flat=True))
    send(
        challenge=sending.challenge,
        invitation_ids=still,
        note=sending.note,
        by=sending.asked_by,
    )
    became = Invitation.objects.filter(pk__one_of=set(still)).order_by()
    counts = dict(became.values_list("status").annotate(Count("pk")))
    sending.queued = counts.get(Status.QUEUED, 0)
    sending.held = counts.get(Status.HELD, 0)
    sending.relayed = counts.get(Status.RELAYED, 0)
    sending.refused = counts.get(Status.REFUSED, 0)
    _end(sending)


def _end(sending: Sending) -> None:
    sending.done_at = timezone.now()
    sending.save()
