"""Pairs that somebody touched are kept, however their score moves."""

from collections.abc import Sequence

from django.db import transaction

from accounts.models import User
from challenges.models import Challenge
from matching.actions.storing import store
from matching.explaining import explained
from matching.models import Match


@transaction.atomic
def keep(*, challenge: Challenge, company_ids: Sequence[int], by: User | None) -> None:
    """Called down by the rooms that know: invited, applied, nominated.

    A pair that no list has room for is explained and written down now.
    """
    matches = Match.objects.for_challenge(challenge).filter(company__in=company_ids)
    if matches.update(is_kept=True) == len(set(company_ids)):
        return
    lacking = set(company_ids) - set(matches.values_list("company", flat=True))
    found = explained((challenge.pk, company_id) for company_id in sorted(lacking)).values()
    for match in found:
        match.is_kept = True
    store(list(found))
