"""What becomes of a challenge concerns those who were invited to it."""

from collections.abc import Iterable

from django.db import transaction

from accounts.models import User
from challenges.models import Challenge
from invitations import emails
from invitations.actions.gating import may_tell
from invitations.models import Invitation, NewsForInvited


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


def note_news(*, challenges: Iterable[Challenge], event: str, by: User | None = None) -> list[int]:
    """In the transaction that makes it, so that no lost ring loses it. Returns the ids."""
    rows = NewsForInvited.objects.bulk_create(
        NewsForInvited(challenge=one, event=event, occasion=one.updated_at.isoformat())
        for one in challenges
    )
    return [row.pk for row in rows]


def news_missed(*, by: User | None = None) -> list[int]:
    return list(NewsForInvited.objects.missed().values_list("pk", flat=True))


@transaction.atomic
def tell_news(*, news_id: int, by: User | None = None) -> bool:
    """The letters and the end of the news are one transaction. False if nothing is left to tell."""
    rows = NewsForInvited.objects.select_for_update(of=("self",), skip_locked=True)
    news = rows.select_related("challenge").filter(pk=news_id).first()
    if news is None:
        return False
    tell_invited(challenge=news.challenge, event=news.event, occasion=news.occasion, by=by)
    news.delete()
    return True
