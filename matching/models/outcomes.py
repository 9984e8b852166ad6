"""What came of matches, as the rooms that know have told it."""

from collections.abc import Collection

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models

from challenges.models import Challenge
from clusters.models import Network
from companies.models import Company
from matching.choices import Outcome

# Shares may come once, and the numbers they make up where there were none; nothing else ever.
_TOLD_ALREADY = """
    OLD.shares <> '{}'::jsonb
    OR OLD.total IS NOT NULL AND (OLD.total, OLD.parts) IS DISTINCT FROM (NEW.total, NEW.parts)
    OR (OLD.challenge_id, OLD.company_id, OLD.number, OLD.outcome, OLD.reason, OLD.at)
        IS DISTINCT FROM
        (NEW.challenge_id, NEW.company_id, NEW.number, NEW.outcome, NEW.reason, NEW.at)
"""


ASKED_OR_NOT = (Outcome.INVITED, Outcome.UNINVITED)


class RecordedOutcomeQuerySet(models.QuerySet["RecordedOutcome"]):
    def of_network(self, network: Network) -> "RecordedOutcomeQuerySet":
        """Of challenges that organisations of the network run."""
        return self.filter(challenge__lab__cluster__networks=network)

    def for_challenge(self, challenge: Challenge) -> "RecordedOutcomeQuerySet":
        return self.filter(challenge=challenge)

    def invited_among(self, company_ids: Collection[int]) -> set[int]:
        """Those who were asked, as far as is known today. Of one challenge."""
        asked = self.filter(company__in=company_ids, outcome__in=ASKED_OR_NOT)
        newest = dict(asked.in_order().values_list("company", "outcome"))
        return {pk for pk, outcome in newest.items() if outcome == Outcome.INVITED}

    def in_order(self) -> "RecordedOutcomeQuerySet":
        """Pair by pair, each as it went."""
        return self.order_by("challenge_id", "company_id", "number")


class RecordedOutcome(models.Model):
    """One thing that came of a pair, with the numbers of its match at that moment.

    Rows are added and never changed; `number` counts those of a pair. Nobody is named: a company
    did it, or a manager. `shares` are those of the criteria the brief asked for, as this engine and
    these encoders measured them; where the match was not explained at that moment the worker tells
    them once, soon after.
    """

    challenge = models.ForeignKey(Challenge, on_delete=models.CASCADE, related_name="outcomes")
    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="outcomes")
    number = models.PositiveSmallIntegerField()
    outcome = models.CharField(max_length=12, choices=Outcome.choices)
    reason = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField()
    total = models.PositiveSmallIntegerField(null=True)
    parts = ArrayField(models.PositiveSmallIntegerField(), default=list)
    shares = models.JSONField(default=dict)
    weights_version = models.CharField(max_length=40, blank=True)
    engine_version = models.CharField(max_length=40, blank=True)
    encoders = ArrayField(models.CharField(max_length=80), null=True)

    objects = RecordedOutcomeQuerySet.as_manager()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=["challenge", "company", "number"], name="one_outcome_after_another"
            ),
        )
        triggers = (
            pgtrigger.Protect(
                name="append_only",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(_TOLD_ALREADY),
            ),
        )

    def __str__(self) -> str:
        return f"{self.company_id} × {self.challenge_id}: {self.outcome}"
