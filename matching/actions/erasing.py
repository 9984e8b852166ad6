"""A company was erased: no word by it, or about it, stays in scores, reasons and decisions."""

from collections.abc import Sequence

from django.apps import apps
from django.db import transaction

from matching.models import Contest, Match, Override, ProfileMeaning, ProfileTerms, WantedMatch


@transaction.atomic
def forget_companies(*, company_ids: Sequence[int], by: None = None) -> None:
    """Findings quote profiles, and terms are their words; numbers and what was decided stay for
    counting.
    """
    Match.objects.filter(company__in=company_ids).update(findings=[], conditions=[])
    contests = Contest.objects.filter(company__in=company_ids)
    for contest in contests:
        contest.events.all().delete()
    contests.delete()
    Override.objects.filter(company__in=company_ids).update(reason="")
    # By company: of a decision that was taken back, the history is all that is left.
    apps.get_model("matching", "OverrideEvent").objects.filter(company__in=company_ids).update(
        reason=""
    )
    ProfileTerms.objects.filter(company__in=company_ids).delete()
    ProfileMeaning.objects.filter(company__in=company_ids).delete()
    WantedMatch.objects.filter(company__in=company_ids).delete()
