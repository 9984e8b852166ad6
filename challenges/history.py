"""Which moves a challenge made, when, and who made them: read from the database's own history."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from challenges.models import Challenge

VERBS: dict[str, str | Promise] = {
    "create": _("Created"),
    "publish": _("Published"),
    "close": _("Closed"),
    "reopen": _("Reopened"),
    "extend": _("Deadline extended"),
    "withdraw": _("Withdrawn"),
}


@dataclass(frozen=True)
class Move:
    label: str | Promise
    at: datetime
    who: str


def moves_of(challenge: Challenge) -> list[Move]:
    """Newest first. `who` is empty where the clock did it."""
    kept = (
        challenge.events.filter(pgh_context__metadata__verb__in=list(VERBS))
        .order_by("-pgh_id")
        .values_list("pgh_context__metadata", "pgh_created_at")[:20]
    )
    people = User.objects.in_bulk({context["user"] for context, _at in kept if context["user"]})
    return [
        Move(VERBS[context["verb"]], at, str(people.get(context["user"], "")))
        for context, at in kept
    ]
