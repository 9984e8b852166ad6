"""The last look before reminders leave: who gets one, and who does not and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.permissions import Person
from challenges.models import Challenge
from invitations.actions import refusals_of
from invitations.lastlook import SHOWN
from invitations.models import Invitation
from invitations.pacing import in_pause
from invitations.showing import names_of, told


@dataclass(frozen=True)
class SilentCompany:
    name: str
    sent_at: datetime | None
    refusal: str


@dataclass(frozen=True)
class SilentGroup:
    """Companies that fare alike: all of them counted, the first ones by name."""

    count: int
    shown: Sequence[SilentCompany]

    @property
    def more(self) -> int:
        return self.count - len(self.shown)


@dataclass(frozen=True)
class ReminderLook:
    to_remind: SilentGroup
    too_soon: SilentGroup
    refused: SilentGroup


def reminder_look(challenge: Challenge, *, reader: Person) -> ReminderLook:
    """Nothing is decided here: reminding asks the gate again. Those silent longest come first."""
    silent = Invitation.objects.for_challenge(challenge).silent().order_by("sent_at", "pk")
    rows = list(silent.only("challenge", "company", "status", "sent_at"))
    refusals = refusals_of(rows)
    allowed = [row for row in rows if not refusals[row.pk]]
    too_soon = in_pause({row.company_id for row in allowed})
    groups = (
        [row for row in allowed if row.company_id not in too_soon],
        [row for row in allowed if row.company_id in too_soon],
        [row for row in rows if refusals[row.pk]],
    )
    named = [row.company_id for group in groups for row in group[:SHOWN]]
    names = {pk: name for pk, (_seen, name) in names_of(named, reader=reader).items()}
    return ReminderLook(*(_group(rows, names, refusals) for rows in groups))


def _group(
    rows: Sequence[Invitation], names: Mapping[int, str], refusals: Mapping[int, str]
) -> SilentGroup:
    shown = [
        SilentCompany(names[row.company_id], row.sent_at, told(refusals[row.pk]))
        for row in rows[:SHOWN]
    ]
    return SilentGroup(len(rows), shown)
