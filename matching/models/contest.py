"""What a company says against a finding, and what became of it."""

from collections.abc import Iterable
from typing import Any

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from challenges.models import Challenge
from companies.models import Company, Reference
from matching.choices import (
    CONTEST_MOVES,
    CRITERION_CHOICES,
    LIVING,
    SHARE_OF,
    ContestState,
    Granted,
)

STATEMENT_LENGTH = 600
ANSWER_LENGTH = 600


class ContestQuerySet(models.QuerySet["Contest"]):
    def for_challenge(self, challenge: Challenge) -> "ContestQuerySet":
        return self.filter(challenge=challenge)

    def of_companies(
        self, companies: models.QuerySet[Company] | Iterable[Company]
    ) -> "ContestQuerySet":
        return self.filter(company__in=companies)

    def waiting(self) -> "ContestQuerySet":
        """Not decided yet."""
        return self.filter(state=ContestState.OPEN)

    def accepted(self) -> "ContestQuerySet":
        return self.filter(state=ContestState.ACCEPTED)

    def living(self) -> "ContestQuerySet":
        return self.filter(state__in=LIVING)


@pghistory.track(fields=["state", "granted", "answer", "decided_by"])
class Contest(models.Model):
    """A sentence against one finding, with a link or a reference that shows it.

    An accepted one changes the part it names to the share that was `granted`, in every scoring
    from then on.
    """

    challenge = models.ForeignKey(Challenge, on_delete=models.CASCADE, related_name="contests")
    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="contests")
    criterion = models.CharField(max_length=20, choices=CRITERION_CHOICES)
    state = models.CharField(
        max_length=10, choices=ContestState.choices, default=ContestState.OPEN, editable=False
    )
    statement = models.TextField(_("what the finding misses"), max_length=STATEMENT_LENGTH)
    link = models.URLField(_("link that shows it"), max_length=500, blank=True)
    reference = models.ForeignKey(
        Reference,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="contests",
        verbose_name=_("reference that shows it"),
    )
    granted = models.CharField(_("what counts"), max_length=10, choices=Granted.choices, blank=True)
    answer = models.TextField(_("reason"), max_length=ANSWER_LENGTH, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    made_at = models.DateTimeField(auto_now_add=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decisions = models.PositiveSmallIntegerField(default=0)

    objects = ContestQuerySet.as_manager()
    events: Any  # its history, which pghistory keeps

    class Meta:
        ordering = ("-made_at", "-id")
        verbose_name = _("contested finding")
        verbose_name_plural = _("contested findings")
        constraints = (
            models.UniqueConstraint(
                fields=["challenge", "company", "criterion"],
                condition=models.Q(state__in=LIVING),
                name="one_living_contest_per_match_and_criterion",
            ),
            models.CheckConstraint(
                condition=(
                    models.Q(state=ContestState.ACCEPTED, granted__in=Granted.values)
                    | (~models.Q(state=ContestState.ACCEPTED) & models.Q(granted=""))
                ),
                name="accepted_contest_says_what_counts",
            ),
        )
        indexes = (models.Index(fields=["challenge", "state"], name="contest_of_challenge"),)
        triggers = (
            pgtrigger.FSM(
                name="allowed_moves",
                field="state",
                transitions=[(str(a), str(b)) for a, b in CONTEST_MOVES],
            ),
        )

    def __str__(self) -> str:
        return f"{self.company_id} × {self.challenge_id}: {self.criterion}, {self.state}"

    def get_absolute_url(self) -> str:
        return reverse("matching:contest", args=[self.challenge.slug, self.pk])

    @property
    def is_waiting(self) -> bool:
        return self.state == ContestState.OPEN

    @property
    def is_decided(self) -> bool:
        return self.state in (ContestState.ACCEPTED, ContestState.REFUSED)

    @property
    def share(self) -> float:
        """What an accepted contest makes of its part."""
        return SHARE_OF[Granted(self.granted)]
