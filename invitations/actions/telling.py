"""What becomes of a challenge concerns those who were invited to it."""

from django.db import transaction

from accounts.models import User
from challenges.models import Challenge
from invitations import emails
from invitations.actions.gating import may_tell
from invitations.models import Invitation


@transaction.atomic
def tell_invited(*, challenge: Challenge, event: str, occasion: str, by: User | None = None) -> int:
    """Write the news to everybody it concerns. Returns to how many. Twice writes nothing twice.

    Whom the gate does not allow hears nothing from us, unless they said that they are interested.
    `event` is extended, reopened, closed or withdrawn; `occasion` tells one time from the next.
    """
    concerned = Invitation.objects.for_challenge(challenge).concerned().order_by("pk")
    rows = list(concerned.select_related("challenge__lab__cluster", "company"))
    may = may_tell(rows)
    allowed = [row for row in rows if may[row.pk]]
    for invitation in allowed:
        emails.tell_invited(invitation=invitation, event=event, occasion=occasion)
    return len(allowed)
