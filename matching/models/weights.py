"""Weights a network learned, and which of them count."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from clusters.models import Network
from matching.scoring import Weights


class WeightsVersion(models.Model):
    """Weights made from a network's decisions, with the figures that speak for or against them.

    Every version is kept. `figures` are those of decisions it was not made from (see
    `matching.learning`); `is_better` says that it beat the defaults on them.
    `measured_by` are the engine and the encoders whose shares it was made from.
    """

    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="weights")
    number = models.PositiveIntegerField()
    tenths = models.JSONField()
    decisions = models.PositiveIntegerField()
    held_back = models.PositiveIntegerField()
    is_better = models.BooleanField()
    figures = models.JSONField(default=dict)
    measured_by = ArrayField(models.CharField(max_length=80), default=list)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=["network", "number"], name="one_weights_per_number"),
        )

    def __str__(self) -> str:
        return f"{self.network} {self.number}"

    @property
    def as_weights(self) -> Weights:
        """By the name that runs and matches carry."""
        return Weights(version=f"learned-{self.pk}", tenths=self.tenths)


class WeightsChoiceQuerySet(models.QuerySet["WeightsChoice"]):
    def newest(self) -> "WeightsChoiceQuerySet":
        """Of each network the one that counts."""
        order = self.order_by("network_id", "-pk").distinct("network_id")
        return self.filter(pk__in=order.values("pk"))


class WeightsChoice(models.Model):
    """Which weights a network uses from then on; the newest counts, none are forgotten.

    Without a version the defaults count. `is_fixed` says that a person chose, and that the worker
    leaves it so.
    """

    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="weights_choices")
    version = models.ForeignKey(
        WeightsVersion, on_delete=models.CASCADE, null=True, related_name="choices"
    )
    is_fixed = models.BooleanField(default=False)
    chosen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    chosen_at = models.DateTimeField(auto_now_add=True)

    objects = WeightsChoiceQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.network}: {self.version_id or 'defaults'}"
