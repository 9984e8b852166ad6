"""Weights that a challenge has for itself, and what trying others is computed from."""

from typing import Any

import pghistory
from django.conf import settings
from django.db import models

from challenges.models import Challenge
from matching.models.match import OF_ONE_CHALLENGE, MatchRun
from matching.scoring import Weights


class ChallengeWeightsQuerySet(models.QuerySet["ChallengeWeights"]):
    def in_use(self) -> "ChallengeWeightsQuerySet":
        return self.filter(is_used=True)


@pghistory.track(fields=["is_used"])
class ChallengeWeights(models.Model):
    """What a manager chose for one challenge. Every version is kept; one at most is in use.

    `points` are what was chosen, `tenths` what comes of it.
    """

    challenge = models.ForeignKey(Challenge, on_delete=models.CASCADE, related_name="weights")
    number = models.PositiveIntegerField()
    points = models.JSONField()
    tenths = models.JSONField()
    is_used = models.BooleanField(default=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    made_at = models.DateTimeField(auto_now_add=True)

    objects = ChallengeWeightsQuerySet.as_manager()
    events: Any  # its history, which pghistory keeps

    class Meta:
        ordering = ("-number",)
        constraints = (
            models.UniqueConstraint(
                fields=["challenge", "number"], name="one_weights_per_challenge_and_number"
            ),
            models.UniqueConstraint(
                fields=["challenge"],
                condition=models.Q(is_used=True),
                name="one_weights_in_use_per_challenge",
            ),
        )

    def __str__(self) -> str:
        return self.version

    @property
    def version(self) -> str:
        """The name that runs and matches carry."""
        return f"{OF_ONE_CHALLENGE}{self.challenge_id}-{self.number}"

    @property
    def as_weights(self) -> Weights:
        return Weights(version=self.version, tenths=self.tenths)


class ChallengeShares(models.Model):
    """The shares of all companies for one challenge (see `scoring.whatif`), measured when somebody
    wanted to try other weights on what `run` had found.
    """

    challenge = models.OneToOneField(
        Challenge, on_delete=models.CASCADE, primary_key=True, related_name="shares"
    )
    run = models.ForeignKey(MatchRun, on_delete=models.CASCADE, related_name="+")
    data = models.BinaryField()
    made_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"{self.challenge_id}: {self.run_id}"
