"""Invitations: letters asking matched companies to look."""

from collections.abc import Iterable

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Person, Role
from challenges.models import Challenge
from companies.models import Company
from invitations.choices import (
    ANSWERED,
    CONCERNED,
    MOVES,
    UNWRITTEN,
    WAITING,
    DeclineReason,
    Refusal,
    Status,
)

Companies = models.QuerySet[Company] | Iterable[Company]


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def for_challenge(self, challenge: Challenge) -> "InvitationQuerySet":
        return self.filter(challenge=challenge)

    def of_companies(self, companies: Companies) -> "InvitationQuerySet":
        """Those the companies may read: letters that were really written to them."""
        return self.filter(company__in=companies).written()

    def managed_by(self, user: Person) -> "InvitationQuerySet":
        return self.filter(challenge__in=Challenge.objects.managed_by(user).values("pk"))

    def waiting(self) -> "InvitationQuerySet":
        """Written, not answered."""
        return self.filter(status__in=WAITING)

    def written(self) -> "InvitationQuerySet":
        """Those with a letter in the outbox or beyond, whatever became of them since."""
        return self.exclude(letter_id="").exclude(status__in=UNWRITTEN)

    def concerned(self) -> "InvitationQuerySet":
        """Those who hear when the challenge is extended, closed, reopened or withdrawn."""
        return self.written().filter(status__in=CONCERNED)

    def chosen_by_hand(self) -> "InvitationQuerySet":
        return self.filter(status=Status.PROPOSED).exclude(proposed_by=None)

    def answered(self) -> "InvitationQuerySet":
        return self.filter(status__in=ANSWERED)


@pghistory.track(fields=["status", "decline_reason"])
class Invitation(models.Model):
    """One per challenge and company, whatever happens.

    `total` and `reasons` are the score and its top reasons; they follow the scores until the letter
    is written, which quotes them. `token_hash` belongs to the link in the letter. `attempt` counts
    proposals, so that a second try after a refusal writes a second letter.
    """

    challenge = models.ForeignKey(Challenge, on_delete=models.CASCADE, related_name="invitations")
    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="invitations")
    status = models.CharField(
        _("status"), max_length=12, choices=Status.choices, default=Status.PROPOSED, editable=False
    )
    total = models.PositiveSmallIntegerField(_("score"), default=0)
    reasons = models.JSONField(default=list)
    note = models.TextField(_("personal note"), max_length=600, blank=True)
    attempt = models.PositiveSmallIntegerField(default=1)
    letter_id = models.CharField(max_length=40, blank=True)
    token_hash = models.CharField(max_length=64, unique=True, null=True, blank=True)
    refused_because = models.CharField(max_length=40, choices=Refusal.choices, blank=True)
    decline_reason = models.CharField(
        _("reason"), max_length=20, choices=DeclineReason.choices, blank=True
    )
    answer_note = models.TextField(_("message to the cluster manager"), max_length=600, blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ("-total", "company_id")
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = (
            models.UniqueConstraint(
                fields=["challenge", "company"], name="one_invitation_per_challenge_and_company"
            ),
        )
        indexes = (
            models.Index(fields=["challenge", "status"], name="invitation_of_challenge"),
            models.Index(fields=["company", "status"], name="invitation_of_company"),
            models.Index(fields=["letter_id"], name="invitation_by_letter"),
        )
        triggers = (
            pgtrigger.FSM(
                name="allowed_moves",
                field="status",
                transitions=[(str(a), str(b)) for a, b in MOVES],
            ),
        )

    def __str__(self) -> str:
        return f"{self.company}: {self.challenge}"

    def get_absolute_url(self) -> str:
        return reverse("invitations:detail", args=[self.pk])

    @property
    def is_waiting(self) -> bool:
        return self.status in WAITING

    @property
    def is_answered(self) -> bool:
        return self.status in ANSWERED

    def roles_of(self, user: Person) -> set[Role]:
        return self.challenge.roles_of(user) | self.company.roles_of(user)
