"""Pairs that somebody touched are kept, however their score moves."""

from collections.abc import Sequence

from accounts.models import User
from challenges.models import Challenge
from matching.models import Match


def keep(*, challenge: Challenge, company_ids: Sequence[int], by: User | None) -> None:
    """Called down by the rooms that know: invited, applied, nominated."""
    Match.objects.for_challenge(challenge).filter(company__in=company_ids).update(is_kept=True)
