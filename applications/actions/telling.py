"""What becomes of a challenge concerns those who write applications to it."""

from collections.abc import Iterable

from django.db import transaction

from accounts.models import User
from applications.choices import WITHDRAWABLE, Status
from applications.emails import tell_applicant
from applications.models import Application, NewsForApplicants
from challenges.models import Challenge


@transaction.atomic
def tell_applicants(
    *, challenge: Challenge, event: str, occasion: str, by: User | None = None
) -> int:
    """Write the news to drafts and submitted ones; that the challenge is withdrawn also to those
    on the shortlist or chosen for a pilot. Returns to how many. Twice writes it once.

    `event` is extended, reopened, closed or withdrawn; `occasion` tells one time from the next.
    """
    writing = (Status.DRAFT, Status.SUBMITTED)
    concerned = Application.objects.for_challenge(challenge).filter(
        status__in=WITHDRAWABLE if event == "withdrawn" else writing
    )
    rows = concerned.select_related("challenge__lab__cluster", "company", "started_by")
    for application in rows.order_by("pk"):
        tell_applicant(application=application, event=event, occasion=occasion)
    return len(rows)


def note_news(*, challenges: Iterable[Challenge], event: str, by: User | None = None) -> list[int]:
    """In the transaction that makes it, so that no lost ring loses it. Returns the ids."""
    rows = NewsForApplicants.objects.bulk_create(
        NewsForApplicants(challenge=one, event=event, occasion=one.updated_at.isoformat())
        for one in challenges
    )
    return [row.pk for row in rows]


def news_missed(*, by: User | None = None) -> list[int]:
    return list(NewsForApplicants.objects.missed().values_list("pk", flat=True))


@transaction.atomic
def tell_news(*, news_id: int, by: User | None = None) -> bool:
    """The letters and the end of the news are one transaction. False if nothing is left to tell."""
    rows = NewsForApplicants.objects.select_for_update(of=("self",), skip_locked=True)
    news = rows.select_related("challenge").filter(pk=news_id).first()
    if news is None:
        return False
    tell_applicants(challenge=news.challenge, event=news.event, occasion=news.occasion, by=by)
    news.delete()
    return True
