"""Pairs that somebody touched before their numbers and reasons were written down."""

from django.db import models
from django.db.models import Exists, OuterRef
from django.utils import timezone

from challenges.models import Challenge
from companies.models import Company
from matching.models.match import MatchRun


class WantedMatchQuerySet(models.QuerySet["WantedMatch"]):
    def possible(self) -> "WantedMatchQuerySet":
        """Those the worker can score by now; the others wait for a run, and cost nothing."""
        runs = MatchRun.objects.measured().filter(challenge=OuterRef("challenge"))
        return self.filter(Exists(runs), company__is_active=True)


class WantedMatch(models.Model):
    """The worker scores such a pair, stores it and takes the row away; the sweep finds the rest.

    Whoever wants it once more while it waits moves `wanted_at`: a worker that is at it just now
    may not have seen what was decided or recorded meanwhile.
    """

    challenge = models.ForeignKey(
        Challenge, on_delete=models.CASCADE, related_name="wanted_matches", db_index=False
    )
    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="wanted_matches")
    wanted_at = models.DateTimeField(default=timezone.now)

    objects = WantedMatchQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["challenge", "company"], name="one_wanted_match_per_challenge_and_company"
            ),
        )

    def __str__(self) -> str:
        return f"{self.company_id} × {self.challenge_id}"
