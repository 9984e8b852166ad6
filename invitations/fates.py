"""What became of invitations: of each with its letter, and of how many what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from invitations.choices import ANSWERED, BY_HAND, DeclineReason, Refusal, Status
from invitations.models import Invitation, InvitationQuerySet, Reminder
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
    """By invitation. One query, three where a reminder was lost; none where no letter is out."""
    ids = {
        row.pk: row.letter_id
        for row in invitations
        if row.letter_id not in ("", BY_HAND) and not row.is_answered
    }
    states = _states(ids)
    lost_later = [
        row.pk for row in invitations if _is_lost(row) and states.get(row.pk) not in TELLING
    ]
    if lost_later:
        reminders = Reminder.objects.filter(invitation__in=lost_later)
        states |= _states(dict(reminders.values_list("invitation", "letter_id")))
    return {row.pk: _fate(row, states.get(row.pk, "")) for row in invitations}


def _states(letter_ids: Mapping[int, str]) -> dict[int, str]:
    """By invitation, of these letters."""
    if not letter_ids:
        return {}
    letters = Letter.objects.filter(pk__in=letter_ids.values()).values_list("pk", "state")
    states = {str(pk): state for pk, state in letters}
    return {row: states[one] for row, one in letter_ids.items() if one in states}


def _is_lost(row: Invitation) -> bool:
    return row.status == Status.REFUSED and row.refused_because in LOST


def _fate(row: Invitation, state: str) -> Fate:
    is_undecided = row.status == Status.QUEUED and state == LetterState.IN_DOUBT
    if is_undecided or (_is_lost(row) and state in TELLING):
        return Fate("letter", state, is_in_doubt=is_undecided)
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
    return Tally(_label(status), sum(mine.values()), here, _parts(status, mine, narrowing))


def _label(status: Status) -> str:
    if status == Status.SENT:
        return pgettext("invitation", "No answer yet")
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
