"""How good a network's matching has been, as counted last."""

from django.db import models

from clusters.models import Network
from matching.learning import Band, Count, Precision


class Measurement(models.Model):
    """One for each network, renewed at night.

    `figures` hold counts from `matching.learning`: of all that were asked, by country, size class
    and newness, of the ten best, and the bands of scores under `weights_version`
    that this engine and these encoders make.
    """

    network = models.OneToOneField(Network, on_delete=models.CASCADE, related_name="measurement")
    weights_version = models.CharField(max_length=40)
    asked = models.PositiveIntegerField(default=0)
    lessons = models.PositiveIntegerField(default=0)
    figures = models.JSONField(default=dict)
    made_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"{self.network} ({self.asked})"

    @property
    def bands(self) -> tuple[Band, ...]:
        return tuple(Band(**band) for band in self.figures["bands"])

    @property
    def measured_by(self) -> tuple[str, ...]:
        """The engine and the encoders whose scores the bands are about."""
        return tuple(self.figures.get("measured_by", ()))

    @property
    def whole(self) -> Count:
        return Count(**self.figures["whole"])

    @property
    def precision(self) -> Precision:
        return Precision(**self.figures["precision"])

    def counts_by(self, kind: str) -> dict[str, Count]:
        """By `country`, `size` or `newness`, the largest group first."""
        counts = {group: Count(**one) for group, one in self.figures[kind].items()}
        order = sorted(counts, key=lambda group: (-counts[group].asked, group))
        return {group: counts[group] for group in order}
