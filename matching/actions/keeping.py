"""Pairs that somebody touched are kept, however their score moves."""

from collections.abc import Collection, Sequence

from django.db import transaction
from django.db.models import Q

from accounts.models import User
from challenges.models import Challenge
from matching.actions.storing import store
from matching.actions.wanting import want
from matching.models import Match
from matching.offers import remembered
from matching.profiles import amendments_of


@transaction.atomic
def keep(*, challenge: Challenge, company_ids: Sequence[int], by: User | None) -> None:
    """Called down by the rooms that know: invited, applied, nominated.

    Nothing is scored here. A pair that was only a number, too far down for any list, is stored
    where somebody has read it lately, and else wanted of the worker; so are reasons that lack.
    """
    matches = Match.objects.for_challenge(challenge).filter(company__in=company_ids)
    matches.update(is_kept=True)
    matches = matches.annotate(is_silent=Q(findings__isnull=True))
    known = dict(matches.values_list("company", "is_silent"))
    lacking = set(company_ids) - known.keys()
    silent = {company_id for company_id, is_silent in known.items() if is_silent}
    if lacking:
        lacking -= _store_remembered(challenge, lacking)
    if wanted := lacking | silent:
        want(challenge_id=challenge.pk, company_ids=wanted)


def _store_remembered(challenge: Challenge, company_ids: Collection[int]) -> set[int]:
    """Which of them could be stored as they were read. What was decided is not in what was read."""
    # Whoever decides about a pair holds the challenge: its numbers are of before or after that.
    Challenge.objects.select_for_update(no_key=True).get(pk=challenge.pk)
    undecided = set(company_ids) - amendments_of([challenge.pk])[challenge.pk].keys()
    rows = remembered(challenge, undecided)
    if rows:
        store(rows, as_kept=True)
    return {row["company_id"] for row in rows}
