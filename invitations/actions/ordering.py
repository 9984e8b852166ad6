"""A manager's word that proposals leave or reminders follow, and the worker who makes it true."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import structlog
from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from accounts.models import User
from challenges.models import Challenge
from invitations.actions.reminding import remind_silent
from invitations.actions.sending import send
from invitations.choices import Status
from invitations.models import Invitation, Reminding, Sending
from invitations.problems import NOT_OPEN, InvitationProblem

# So many leave while the manager waits; more are the worker's.
AT_ONCE = 200

Order = TypeVar("Order", Sending, Reminding)

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
    return _carry_out_all(Sending, _carry_out)


@transaction.atomic
def order_reminders(*, challenge: Challenge, by: User) -> Reminding:
    """Have those silent reminded, as with `order_sending`. An order that waits is not given twice.

    Raises InvitationProblem when the challenge is not open.
    """
    if not challenge.is_open:
        raise InvitationProblem(NOT_OPEN)
    silent = Invitation.objects.for_challenge(challenge).silent().count()
    order, is_new = Reminding.objects.get_or_create(
        challenge=challenge, done_at=None, defaults={"number": silent, "asked_by": by}
    )
    if is_new and silent <= AT_ONCE:
        _remind(order)
    return order


def carry_out_remindings(*, by: None = None) -> int:
    """The same for reminders that were asked for. Returns how many orders are done."""
    return _carry_out_all(Reminding, _remind)


def _remind(order: Reminding) -> None:
    reminded = remind_silent(challenge=order.challenge, by=order.asked_by)
    order.written, order.too_soon = reminded.written, reminded.too_soon
    order.refused = reminded.refused
    _end(order)


def _carry_out_all(orders: type[Order], carry_out: Callable[[Order], None]) -> int:
    done, failed = 0, list[int]()
    while (one := _next(orders, carry_out, failed)) is not None:
        order_id, problem = one
        if problem is None:
            done += 1
        else:
            log.error(
                "order_not_carried_out",
                order=order_id,
                noun=orders.__name__,
                exc_info=problem,
            )
            failed.append(order_id)
    return done


def _next(
    orders: type[Order], carry_out: Callable[[Order], None], failed: Sequence[int]
) -> tuple[int, Exception | None] | None:
    """One order that cannot be carried out must not keep the others waiting."""
    order_id = 0
    try:
        with transaction.atomic():
            waiting = orders.objects.waiting().exclude(pk__in=failed).oldest_first()
            order = waiting.select_for_update(skip_locked=True).first()
            if order is None:
                return None
            order_id = order.pk
            _settle(order, carry_out)
    except Exception as problem:
        if not order_id:
            raise
        return order_id, problem
    return order_id, None


def _settle(order: Order, carry_out: Callable[[Order], None]) -> None:
    try:
        with transaction.atomic():
            carry_out(order)
    except InvitationProblem:
        order.was_closed = True
        _end(order)


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


def _end(order: Sending | Reminding) -> None:
    order.done_at = timezone.now()
    order.save()
