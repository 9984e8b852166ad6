"""How far the letters of a challenge have come, and whether they stand still: reads only."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils import timezone

from challenges.models import Challenge
from invitations.choices import ANSWERED, UNWRITTEN, Status
from invitations.models import SILENT, Invitation, Reminding, Sending
from mail.health import STILL, Orders, standstill

# No challenge has more orders that wait.
LATEST = 20


@dataclass(frozen=True)
class Progress:
    """`sent` of `total` letters have left; `later` wait until people work where they go.

    `ordered` are proposals that somebody asked to send and that are not letters yet. `stands` says
    that nothing moves although it should. `reminding` is the last time somebody reminded by hand.
    """

    sent: int = 0
    leaving: int = 0
    later: int = 0
    ordered: int = 0
    stands: bool = False
    last: Sending | None = None
    reminding: Reminding | None = None

    @property
    def total(self) -> int:
        return self.sent + self.leaving + self.ordered

    @property
    def percent(self) -> int:
        return 100 * self.sent // self.total if self.total else 0

    @property
    def moves(self) -> bool:
        """Whether looking again soon will show something else."""
        return self.ordered > 0 or self.leaving > self.later


def counts_of(challenge: Challenge) -> dict[str, int]:
    """How many invitations stand where, in one query."""
    written = ~Q(letter_id="") & ~Q(status__in=UNWRITTEN)
    queued = Q(status=Status.QUEUED)
    return Invitation.objects.for_challenge(challenge).aggregate(
        proposed=Count("pk", filter=Q(status=Status.PROPOSED)),
        suggested=Count("pk", filter=Q(status=Status.PROPOSED, proposed_by=None)),
        written=Count("pk", filter=written),
        reached=Count("pk", filter=written & Q(sent_at__isnull=False)),
        queued=Count("pk", filter=queued),
        later=Count("pk", filter=queued & Q(leaves_at__gt=timezone.now())),
        answered=Count("pk", filter=Q(status__in=ANSWERED)),
        interested=Count("pk", filter=Q(status=Status.INTERESTED)),
        relayed=Count("pk", filter=Q(status=Status.RELAYED)),
        held=Count("pk", filter=Q(status=Status.HELD)),
        silent=Count("pk", filter=SILENT),
    )


def progress_of(challenge: Challenge, counts: Mapping[str, int]) -> Progress:
    """A fixed number of queries, however many letters."""
    sendings = list(
        Sending.objects.filter(challenge=challenge)
        .defer("invitation_ids")
        .select_related("asked_by")
        .order_by("-pk")[:LATEST]
    )
    waiting = [one for one in sendings if one.is_waiting]
    leaving = counts["queued"] - (_without_a_way(challenge) if counts["queued"] else 0)
    ordered = sum(one.number for one in waiting)
    due = ordered + max(leaving - counts["later"], 0)
    return Progress(
        sent=counts["reached"],
        leaving=leaving,
        later=min(counts["later"], leaving),
        ordered=ordered,
        stands=due > 0 and _stands_still(waiting),
        last=sendings[0] if sendings and not waiting else None,
        reminding=Reminding.objects.filter(challenge=challenge).select_related("asked_by").first(),
    )


def _without_a_way(challenge: Challenge) -> int:
    """Queued still, and their letters will not leave by themselves: nobody knows their fate."""
    return Invitation.objects.for_challenge(challenge).left_in_doubt().count()


def _stands_still(waiting: Collection[Sending]) -> bool:
    """An order of another challenge that nobody carries out holds up no letter of this one."""
    still = standstill()
    if still is None or still.why != "ordered":
        return still is not None
    long_ago = timezone.now() - STILL
    return any(one.asked_at < long_ago for one in waiting)


def orders_waiting() -> Orders:
    """Of all challenges, to send and to remind. The worker needs seconds for thousands."""
    told = ("number", "asked_at")
    orders = Sending.objects.waiting().order_by().values_list(*told)
    rows = list(orders.union(Reminding.objects.waiting().order_by().values_list(*told), all=True))
    return Orders(
        waiting=sum(number for number, _at in rows),
        oldest=min((at for _number, at in rows), default=None),
    )


def standing_still(challenges: Collection[int]) -> dict[int, Progress]:
    """By challenge, those whose letters should leave and do not. One query while all is well."""
    if standstill() is None:
        return {}
    concerned = Challenge.objects.filter(pk__in=challenges)
    queued = Invitation.objects.filter(challenge__in=concerned, status=Status.QUEUED)
    ordered = Sending.objects.waiting().filter(challenge__in=concerned)
    ids = {
        *queued.values_list("challenge", flat=True),
        *ordered.values_list("challenge", flat=True),
    }
    found = {one.pk: progress_of(one, counts_of(one)) for one in concerned.filter(pk__in=ids)}
    return {pk: one for pk, one in found.items() if one.stands}
