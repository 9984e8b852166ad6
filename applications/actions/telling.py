"""What becomes of a challenge concerns those who write applications to it."""

from django.db import transaction

from accounts.models import User
from applications.choices import Status
from applications.emails import tell_applicant
from applications.models import Application
from challenges.models import Challenge


@transaction.atomic
def tell_applicants(
    *, challenge: Challenge, event: str, occasion: str, by: User | None = None
) -> int:
    """Write the news to drafts and submitted ones. Returns to how many. Twice writes it once.

    `event` is extended, reopened, closed or withdrawn; `occasion` tells one time from the next.
    """
    concerned = Application.objects.for_challenge(challenge).filter(
        status__in=(Status.DRAFT, Status.SUBMITTED)
    )
    rows = concerned.select_related("challenge__lab__cluster", "company", "started_by")
    for application in rows.order_by("pk"):
        tell_applicant(application=application, event=event, occasion=occasion)
    return len(rows)
