"""A company was erased: nothing of what it wrote stays in scores and reasons."""

from collections.abc import Sequence

from django.db import transaction

from matching.models import Contest, Match, ProfileMeaning, ProfileTerms


@transaction.atomic
def forget_companies(*, company_ids: Sequence[int], by: None = None) -> None:
    """Findings quote profiles, and terms are their words; the numbers stay for counting."""
    Match.objects.filter(company__in=company_ids).update(findings=[], conditions=[])
    contests = Contest.objects.filter(company__in=company_ids)
    for contest in contests:
        contest.events.all().delete()
    contests.delete()
    ProfileTerms.objects.filter(company__in=company_ids).delete()
    ProfileMeaning.objects.filter(company__in=company_ids).delete()
