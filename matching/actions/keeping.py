"""Pairs that somebody touched are kept, however their score moves."""

from collections.abc import Sequence

from django.db import transaction

from accounts.models import User
from challenges.models import Challenge
from matching.actions.storing import store, write_down
from matching.explaining import rows_of
from matching.models import Match


@transaction.atomic
def keep(*, challenge: Challenge, company_ids: Sequence[int], by: User | None) -> None:
    """Called down by the rooms that know: invited, applied, nominated.

    A pair that was only a number, too far down for any list, is explained and written now; one
    that is stored keeps its numbers, and what they rest on is written beside them.
    """
    matches = Match.objects.for_challenge(challenge).filter(company__in=company_ids)
    matches.update(is_kept=True)
    lacking = set(company_ids) - set(matches.values_list("company", flat=True))
    if lacking:
        # Whoever decides about a pair holds the challenge: its numbers are of before or after that.
        Challenge.objects.select_for_update().get(pk=challenge.pk)
        store(rows_of([(challenge.pk, pk) for pk in sorted(lacking)]), as_kept=True)
    silent = matches.unexplained().order_by("company").values_list("company", flat=True)
    if pairs := [(challenge.pk, pk) for pk in silent]:
        write_down(rows_of(pairs))
