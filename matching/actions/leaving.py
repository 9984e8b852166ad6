"""Companies that leave: what somebody touched stays and says so."""

from django.db import transaction

from matching.models import Match, MatchQuerySet
from matching.scoring import Condition, Reason, State

HAS_LEFT = Condition(
    "must_not_opt_out", State.NOT_MET, Reason("must_not_opt_out_not_met")
).to_data()


@transaction.atomic
def turn_away(*, matches: MatchQuerySet) -> None:
    """Those of companies that are gone are not eligible, for this reason beside any other.

    No run reads such a company; if it comes back it is scored, and its conditions with it.
    """
    gone = matches.filter(is_kept=True, company__is_active=False)
    rows = list(
        gone.exclude(conditions__contains=[HAS_LEFT]).order_by("pk").select_for_update(of=["self"])
    )
    for match in rows:
        others = [one for one in match.conditions if one["code"] != HAS_LEFT["code"]]
        match.is_eligible, match.conditions = False, [HAS_LEFT, *others]
    Match.objects.bulk_update(rows, ["is_eligible", "conditions"], batch_size=500)
