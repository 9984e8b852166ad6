"""News of a challenge, as later rooms keep it until everybody it concerns has been told."""

from datetime import timedelta
from typing import Self

from django.db import models
from django.utils import timezone

from challenges.models.challenge import Challenge

# The bell rings at once; later than this it must have been missed.
PATIENCE = timedelta(minutes=1)


class UntoldNewsQuerySet(models.QuerySet["UntoldNews"]):
    def missed(self) -> Self:
        return self.filter(announced_at__lt=timezone.now() - PATIENCE).order_by("pk")


class UntoldNews(models.Model):
    """Written in the transaction that changed the challenge, gone with the letters about it.

    `event` is extended, reopened, closed or withdrawn; `occasion` tells one time from the next.
    """

    challenge = models.ForeignKey(Challenge, on_delete=models.CASCADE, related_name="+")
    event = models.CharField(max_length=12)
    occasion = models.CharField(max_length=40)
    announced_at = models.DateTimeField(default=timezone.now)

    objects = UntoldNewsQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.challenge_id} {self.event}"
