"""Shared words that change by law: size thresholds, as dated rows an administrator edits."""

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from taxonomy.sizes import SIZE_CHOICES, Threshold


class SizeThresholdQuerySet(models.QuerySet["SizeThreshold"]):
    def valid_on(self, day: date) -> "SizeThresholdQuerySet":
        """The rows in force on a day, smallest class first."""
        return self.filter(valid_from__lte=day).exclude(valid_until__lt=day).order_by("staff_below")


class SizeThreshold(models.Model):
    """One size class: fewer people than that, and turnover or balance at most so many M€."""

    size_class = models.CharField(_("size class"), max_length=20, choices=SIZE_CHOICES)
    staff_below = models.PositiveIntegerField(_("fewer people than"))
    turnover_meur = models.DecimalField(_("turnover up to, M€"), max_digits=9, decimal_places=2)
    balance_meur = models.DecimalField(_("balance sheet up to, M€"), max_digits=9, decimal_places=2)
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=200)

    objects = SizeThresholdQuerySet.as_manager()

    class Meta:
        verbose_name = _("size threshold")
        verbose_name_plural = _("size thresholds")
        constraints = (
            models.UniqueConstraint(
                fields=["size_class", "valid_from"], name="one_threshold_per_class_and_day"
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_size_class_display()} ({self.valid_from})"

    def as_threshold(self) -> Threshold:
        return Threshold(
            self.size_class, self.staff_below, float(self.turnover_meur), float(self.balance_meur)
        )
