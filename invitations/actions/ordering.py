"""A manager's word that proposals leave or reminders follow, and the worker who makes it true."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import structlog
from django.db import connection, transaction
from django.db.models import Count
from django.utils import timezone

from accounts.models import User
from challenges.models import Challenge
from invitations.actions.reminding import remind_silent
from invitations.actions.sending import send
from invitations.choices import Status
from invitations.models import Invitation, Reminding, Sending
from invitations.problems import NONE_REMINDED, NONE_WAITS, NOT_OPEN, InvitationProblem

# So many leave while the manager waits; more are the worker's.
AT_ONCE = 200

Order = TypeVar("Order", Sending, Reminding)

log = structlog.get_logger(__name__)


@transaction.atomic
def order_sending(
    *, challenge: Challenge, invitation_ids: Sequence[int], note: str, by: User
) -> Sending:
    """Have these proposals sent: a few at once, thousands by the worker (`carry_out_sendings`).

    What an order that waits means already is not ordered twice: of the same button pressed twice,
    both presses have one order. Raises InvitationProblem when the challenge is not open, or none of
    them is a proposal any more.
    """
    if not challenge.is_open:
        raise InvitationProblem(NOT_OPEN)
    _hold_orders_apart(challenge)
    ids = _not_ordered(challenge, invitation_ids)
    if not ids:
        return _ordered(challenge, invitation_ids)
    sending = Sending.objects.create(
        challenge=challenge,
        invitation_ids=ids,
        number=len(ids),
        note=note.strip()[:600],
        asked_by=by,
    )
    if sending.number <= AT_ONCE:
        _carry_out(sending)
    return sending


def _hold_orders_apart(challenge: Challenge) -> None:
    """Until the end of the transaction nobody else gives orders for this challenge.

    No lock of its row: the worker holds that while it is at thousands of letters.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext('invitations.orders'), %s::int)", [challenge.pk]
        )


def _not_ordered(challenge: Challenge, invitation_ids: Sequence[int]) -> list[int]:
    waiting = Sending.objects.waiting().filter(challenge=challenge)
    ordered = {pk for ids in waiting.values_list("invitation_ids", flat=True) for pk in ids}
    rows = Invitation.objects.for_challenge(challenge).filter(status=Status.PROPOSED)
    rows = rows.filter(pk__one_of=set(invitation_ids) - ordered)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def _ordered(challenge: Challenge, invitation_ids: Sequence[int]) -> Sending:
    """The last order that meant any of these."""
    orders = Sending.objects.filter(challenge=challenge)
    same = orders.filter(invitation_ids__overlap=list(invitation_ids)).first()
    if same is None:
        raise InvitationProblem(NONE_WAITS)
    return same


def carry_out_sendings(*, by: None = None) -> int:
    """Send what managers asked for, oldest first. Returns how many of their orders are done.

    Each in one transaction, past those another worker is at: a worker that dies leaves an order
    that nobody began.
    """
    return _carry_out_all(Sending, _carry_out)


@transaction.atomic
def order_reminders(*, challenge: Challenge, by: User) -> Reminding:
    """Have those silent reminded, as with `order_sending`. An order that waits is not given twice,
    and one that reminds nobody is not kept.

    Raises InvitationProblem when the challenge is not open.
    """
    if not challenge.is_open:
        raise InvitationProblem(NONE_REMINDED)
    _hold_orders_apart(challenge)
    silent = Invitation.objects.for_challenge(challenge).silent().count()
    if not silent:
        # It would be told as the last one, in place of the one that reminded them.
        return Reminding(challenge=challenge, number=0, asked_by=by, done_at=timezone.now())
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
