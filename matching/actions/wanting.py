"""Whoever touches a pair wants its numbers and reasons. Nobody waits for them: see `writing`."""

from collections.abc import Iterable

from django.utils import timezone

from companies.models import Company
from matching.models import WantedMatch
from matching.signals import matches_wanted


def want(*, challenge_id: int, company_ids: Iterable[int]) -> None:
    """In the caller's transaction. Companies that have left are not scored, and not waited for."""
    companies = Company.objects.active().filter(pk__in=set(company_ids)).order_by("pk")
    now = timezone.now()
    rows = [
        WantedMatch(challenge_id=challenge_id, company_id=pk, wanted_at=now)
        for pk in companies.values_list("pk", flat=True)
    ]
    WantedMatch.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["challenge", "company"],
        update_fields=["wanted_at"],
        batch_size=1000,
    )
    if rows:
        matches_wanted.send(sender=WantedMatch, challenge_ids=[challenge_id])
