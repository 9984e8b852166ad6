"""What became of invitations: of each with its letter, and of how many what."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from invitations.choices import ANSWERED, BY_HAND, DeclineReason, Refusal, Status
from invitations.models import Invitation, InvitationQuerySet
from look.statuses import STATUSES
from mail.choices import LetterState
from mail.models import Letter

# Where the letter tells more than the invitation does.
TELLING = (
    LetterState.IN_DOUBT,
    LetterState.FAILED,
    LetterState.BOUNCED,
    LetterState.COMPLAINED,
)
LOST = (Refusal.NOT_DELIVERABLE, Refusal.COMPLAINED)
# What the filter of fates calls some of the refused.
NARROWER = {Refusal.NOT_DELIVERABLE.value: "came_back", Refusal.COMPLAINED.value: "unwanted"}


@dataclass(frozen=True)
class Fate:
    """A pill, and whether the letter may be sent once more."""

    noun: str
    value: str
    is_in_doubt: bool = False


def fates_of(invitations: Sequence[Invitation]) -> dict[int, Fate]:
    """By invitation. Two queries however many, and none where no letter is out."""
    own = {
        row.pk: row.letter_id
        for row in invitations
        if row.letter_id not in ("", BY_HAND) and not row.is_answered
    }
    letters = Letter.objects.filter(pk__in=own.values()) if own else Letter.objects.none()
    states = {str(pk): state for pk, state in letters.values_list("pk", "state")}
    reminders = _reminders([str(row.pk) for row in invitations if _may_have_had_two(row)])
    return {
        row.pk: _fate(row, states.get(own.get(row.pk, ""), ""), reminders.get(row.pk, ""))
        for row in invitations
    }


def _may_have_had_two(row: Invitation) -> bool:
    return row.letter_id != "" and (row.status == Status.SENT or _is_lost(row))


def _is_lost(row: Invitation) -> bool:
    return row.status == Status.REFUSED and row.refused_because in LOST


def _reminders(ids: list[str]) -> dict[int, str]:
    """States of the letters that reminded, by invitation; of the last one."""
    if not ids:
        return {}
    letters = Letter.objects.filter(kind="invite-reminder").about("invitation", ids)
    told = letters.order_by("created_at").values_list("related_id", "state")
    return {int(pk): state for pk, state in told}


def _fate(row: Invitation, letter: str, reminder: str) -> Fate:
    """What the later letter tells counts where the first arrived."""
    if row.status == Status.QUEUED and letter == LetterState.IN_DOUBT:
        return Fate("letter", letter, is_in_doubt=True)
    if row.status == Status.SENT and reminder == LetterState.IN_DOUBT:
        return Fate("letter", reminder, is_in_doubt=True)
    state = letter if letter in TELLING else reminder
    if _is_lost(row) and state in TELLING:
        return Fate("letter", state)
    return Fate("invitation", row.status)


@dataclass(frozen=True)
class Tally:
    """How many invitations ended so; `parts` says why, where there is a why."""

    label: str
    count: int
    url: str
    parts: list["Tally"] = field(default_factory=list)


def tallies_of(rows: InvitationQuerySet, url: str) -> list[Tally]:
    """What became of all of them; `url` is the list that its filters narrow. One query."""
    groups = rows.order_by().values_list("status", "decline_reason", "refused_because")
    counts = {tuple(why): number for *why, number in groups.annotate(number=Count("pk"))}
    tallies = [_tally(status, counts, url) for status in Status]
    return [one for one in tallies if one.count]


def _tally(status: Status, counts: dict[tuple[Any, ...], int], url: str) -> Tally:
    mine = {why: number for why, number in counts.items() if why[0] == status}
    narrowing = f"{url}{'&' if '?' in url else '?'}status="
    here = f"{narrowing}{status.value}"
    label = _label(status, came_back=any(refusal in LOST for *_way, refusal in mine))
    return Tally(label, sum(mine.values()), here, _parts(status, mine, narrowing))


def _label(status: Status, *, came_back: bool) -> str:
    if status == Status.SENT:
        return pgettext("invitation", "No answer yet")
    if status == Status.REFUSED and came_back:
        return pgettext("invitation", "Not sent, or came back")
    return str(STATUSES["invitation"][status].label)


def _parts(status: Status, counts: dict[tuple[Any, ...], int], narrowing: str) -> list[Tally]:
    """Declined and refused by their reasons, the most frequent first."""
    url = f"{narrowing}{status.value}"
    if status == Status.DECLINED:
        parts = [
            Tally(_reason(why), number, f"{url}&reason={why}" if why else url)
            for (_status, why, _refusal), number in counts.items()
        ]
    elif status == Status.REFUSED:
        totals: dict[str, int] = {}
        for (_status, _why, refusal), number in counts.items():
            totals[refusal] = totals.get(refusal, 0) + number
        parts = [
            Tally(_refused(why), number, f"{narrowing}{NARROWER.get(why, status.value)}")
            for why, number in totals.items()
        ]
    else:
        return []
    return sorted(parts, key=lambda part: (-part.count, part.label))


def _reason(code: str) -> str:
    return str(DeclineReason(code).label) if code else _("No reason given")


def _refused(code: str) -> str:
    return str(Refusal(code).label) if code else _("No reason given")


def steps_of(rows: InvitationQuerySet) -> list[dict[str, Any]]:
    """The funnel from letters written to those interested. One query."""
    written = rows.written()
    counts = written.aggregate(
        invited=Count("pk"),
        reached=Count("sent_at"),
        answered=Count("pk", filter=Q(status__in=ANSWERED)),
        interested=Count("pk", filter=Q(status=Status.INTERESTED)),
    )
    return [
        {"label": _("Invited"), "count": counts["invited"]},
        {"label": _("Reached"), "count": counts["reached"]},
        {"label": _("Answered"), "count": counts["answered"]},
        {"label": _("Interested"), "count": counts["interested"]},
    ]
