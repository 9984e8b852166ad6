"""What a manager decides about one company by hand, whatever the scores say."""

from typing import Any

import pghistory
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from challenges.models import Challenge
from companies.models import Company
from matching.choices import OverrideKind


class OverrideQuerySet(models.QuerySet["Override"]):
    def for_challenge(self, challenge: Challenge) -> "OverrideQuerySet":
        return self.filter(challenge=challenge)

    def pins(self) -> "OverrideQuerySet":
        return self.filter(kind=OverrideKind.PIN)

    def exclusions(self) -> "OverrideQuerySet":
        return self.filter(kind=OverrideKind.EXCLUDE)

    def raises(self) -> "OverrideQuerySet":
        return self.filter(kind=OverrideKind.RAISE)


@pghistory.track()
class Override(models.Model):
    """One for each challenge and company; no re-score touches it. `points` are those of a raise."""

    challenge = models.ForeignKey(Challenge, on_delete=models.CASCADE, related_name="overrides")
    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="overrides")
    kind = models.CharField(_("what to do"), max_length=10, choices=OverrideKind.choices)
    points = models.PositiveSmallIntegerField(
        _("points on top"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
    )
    reason = models.TextField(_("reason"), max_length=400)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    made_at = models.DateTimeField(auto_now=True)

    objects = OverrideQuerySet.as_manager()
    events: Any  # its history, which pghistory keeps

    class Meta:
        verbose_name = _("decision by hand")
        verbose_name_plural = _("decisions by hand")
        constraints = (
            models.UniqueConstraint(
                fields=["challenge", "company"], name="one_override_per_challenge_and_company"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    kind=OverrideKind.RAISE, points__isnull=False, points__range=(1, 100)
                )
                | (~models.Q(kind=OverrideKind.RAISE) & models.Q(points=None)),
                name="a_raise_has_points",
            ),
        )

    def __str__(self) -> str:
        return f"{self.company_id} × {self.challenge_id}: {self.kind}"
