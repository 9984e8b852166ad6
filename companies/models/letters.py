"""How people come to speak for a company: by claiming it, or asked in by a colleague."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Person
from clusters.choices import MemberRole
from clusters.models import ClusterOrganisation
from companies.choices import CLAIM_MOVES, ClaimState, CompanyRole
from companies.models.company import ClusterMembership, Company


class ClaimQuerySet(models.QuerySet["Claim"]):
    def waiting(self) -> "ClaimQuerySet":
        return self.filter(state=ClaimState.WAITING)

    def usable(self) -> "ClaimQuerySet":
        """Whose link still works, by the database's clock."""
        return self.waiting().exclude(token_hash=None).filter(expires_at__gt=Now())

    def for_manager(self, user: Person) -> "ClaimQuerySet":
        """Those the user may confirm: of companies that one of their cluster organisations lists.

        Never their own: then a second pair of eyes would be missing.
        """
        managed = ClusterOrganisation.objects.with_member(user, MemberRole.MANAGER)
        vouched = ClusterMembership.objects.filter(cluster__in=managed)
        asked = self.filter(asks_manager=True, company__in=vouched.values("company"))
        return asked.exclude(user=user.pk)


class Claim(models.Model):
    """A person says: this imported company is ours.

    Proved by a link mailed to the address on file (`token_hash`), or confirmed by a manager of a
    cluster organisation that vouches for the company. Never otherwise.
    """

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="claims")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="claims"
    )
    message = models.CharField(_("message to the cluster manager"), max_length=500, blank=True)
    state = models.CharField(
        _("state"), max_length=12, choices=ClaimState.choices, default=ClaimState.WAITING
    )
    asks_manager = models.BooleanField(default=False)
    token_hash = models.CharField(max_length=64, unique=True, null=True, blank=True)
    letter_sent_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )

    objects = ClaimQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at",)
        constraints = (
            models.UniqueConstraint(
                fields=["company", "user"],
                condition=models.Q(state="waiting"),
                name="one_waiting_claim_per_person_and_company",
            ),
        )
        triggers = (
            pgtrigger.FSM(
                name="allowed_moves",
                field="state",
                transitions=[(str(a), str(b)) for a, b in CLAIM_MOVES],
            ),
        )

    def __str__(self) -> str:
        return f"{self.company}: {self.get_state_display()}"


class ColleagueLetterQuerySet(models.QuerySet["ColleagueLetter"]):
    def waiting(self) -> "ColleagueLetterQuerySet":
        """Neither accepted nor withdrawn; perhaps too old."""
        return self.filter(accepted_at=None, withdrawn_at=None)

    def usable(self) -> "ColleagueLetterQuerySet":
        """By the database's clock, so that several web hosts agree."""
        return self.waiting().filter(expires_at__gt=Now())


class ColleagueLetter(models.Model):
    """A mailed request to speak for a company too: single use, stored hashed, expires."""

    email = models.EmailField(_("e-mail address"))
    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="colleague_letters")
    role = models.CharField(_("role"), max_length=20, choices=CompanyRole.choices)
    language = models.CharField(max_length=8, default="en")
    token_hash = models.CharField(max_length=64, unique=True)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = ColleagueLetterQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at",)
        constraints = (
            models.UniqueConstraint(
                Lower("email"),
                "company",
                condition=models.Q(accepted_at=None, withdrawn_at=None),
                name="one_waiting_colleague_letter",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_role_display()}, {self.company}"
