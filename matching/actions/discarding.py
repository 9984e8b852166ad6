"""What was kept for somebody who tried something goes when it no longer serves."""

from django.db.models import Exists, OuterRef

from challenges.models import Challenge
from matching.choices import RunState
from matching.models import ChallengeShares, MatchRun


def discard_shares(*, by: None = None) -> None:
    """Shares of all companies are large, and of use only for the last run of an open challenge."""
    newer = MatchRun.objects.filter(
        challenge=OuterRef("challenge"), state=RunState.DONE, pk__gt=OuterRef("run")
    )
    of_use = ChallengeShares.objects.filter(~Exists(newer), challenge__in=Challenge.objects.open())
    ChallengeShares.objects.exclude(pk__in=of_use.values("pk")).delete()
