"""Applications: entries by web form, with or without an invitation."""

import uuid
from datetime import datetime
from typing import Any, cast

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Person, Role
from applications.choices import ANSWERS, ARRIVED, MOVES, TEXT_LENGTH, Status
from challenges.models import Challenge, UntoldNews
from companies.models import Company, Solution


class ApplicationQuerySet(models.QuerySet["Application"]):
    def of(self, user: Person) -> "ApplicationQuerySet":
        """Those of the companies the user speaks for."""
        return self.filter(company__in=Company.objects.of(user))

    def arrived(self) -> "ApplicationQuerySet":
        """Those a manager may read: submitted, and what came of it."""
        return self.filter(status__in=ARRIVED)

    def for_challenge(self, challenge: Challenge) -> "ApplicationQuerySet":
        return self.filter(challenge=challenge)

    def managed_by(self, user: Person) -> "ApplicationQuerySet":
        return self.filter(challenge__in=Challenge.objects.managed_by(user).values("pk"))


@pghistory.track(fields=["status"])
class Application(models.Model):
    """One per challenge and company.

    `revision` and `written_from` keep two people from overwriting each other's text.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    challenge = models.ForeignKey(Challenge, on_delete=models.PROTECT, related_name="applications")
    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="applications")
    status = models.CharField(
        _("status"), max_length=12, choices=Status.choices, default=Status.DRAFT, editable=False
    )
    solution = models.ForeignKey(
        Solution,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("solution you offer"),
    )
    pitch = models.CharField(_("your answer in one sentence"), max_length=240, blank=True)
    approach = models.TextField(_("how you meet the need"), max_length=TEXT_LENGTH, blank=True)
    evidence = models.TextField(_("what shows that it works"), max_length=TEXT_LENGTH, blank=True)
    pilot_plan = models.TextField(_("plan for the pilot"), max_length=TEXT_LENGTH, blank=True)
    team = models.TextField(_("people and partners"), max_length=TEXT_LENGTH, blank=True)
    price_eur = models.PositiveIntegerField(_("price of the pilot, euros"), null=True, blank=True)
    contact_name = models.CharField(_("contact person"), max_length=120, blank=True)
    contact_email = models.EmailField(_("contact e-mail"), blank=True)
    contact_phone = models.CharField(_("contact telephone"), max_length=40, blank=True)
    # Edits of a submitted application that were typed, saved, and not sent yet.
    pending = models.JSONField(default=dict, blank=True)
    revision = models.PositiveIntegerField(default=1)
    # Which opened form wrote last, so that nobody is warned of their own autosave.
    written_from = models.CharField(max_length=32, blank=True)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    submitted_at = models.DateTimeField(_("arrived"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        ordering = ("-submitted_at", "-id")
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        constraints = (
            models.UniqueConstraint(
                fields=["challenge", "company"], name="one_application_per_challenge_and_company"
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=[Status.DRAFT, Status.WITHDRAWN])
                | models.Q(submitted_at__isnull=False),
                name="submitted_application_has_arrived",
            ),
        )
        indexes = (models.Index(fields=["challenge", "status"], name="application_of_challenge"),)
        triggers = (
            pgtrigger.FSM(
                name="allowed_moves",
                field="status",
                transitions=[(str(a), str(b)) for a, b in MOVES],
            ),
        )

    def __str__(self) -> str:
        return self.pitch or str(self.challenge)

    def get_absolute_url(self) -> str:
        """The company's own page of it."""
        return reverse("applications:own", args=[self.public_id])

    @classmethod
    def label_of(cls, answer: str) -> str:
        """An answer's name for readers."""
        field = cast("models.Field[Any, Any]", cls._meta.get_field(answer.removesuffix("_id")))
        return capfirst(str(field.verbose_name))

    @property
    def latest(self) -> dict[str, Any]:
        """What was typed last, sent or not, by the names of the answers."""
        return {name: getattr(self, name) for name in ANSWERS} | self.pending

    @property
    def arrival(self) -> datetime:
        """When it arrived. Ask only an application that has."""
        return cast(datetime, self.submitted_at)

    @property
    def has_arrived(self) -> bool:
        return self.status in ARRIVED

    @property
    def is_decided_on(self) -> bool:
        """Whether a manager has taken a step with it, so that it can be changed no more."""
        return self.has_arrived and self.status != Status.SUBMITTED

    def roles_of(self, user: Person) -> set[Role]:
        """The company's people always; managers of the challenge once it has arrived."""
        roles = self.company.roles_of(user)
        if self.status in ARRIVED:
            roles |= self.challenge.roles_of(user)
        return roles


class ApplicationVersion(models.Model):
    """What a submitted application said before it was edited."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="versions")
    revision = models.PositiveIntegerField()
    content = models.JSONField()
    arrived_at = models.DateTimeField()
    replaced_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-revision",)
        constraints = (
            models.UniqueConstraint(
                fields=["application", "revision"], name="one_version_per_revision"
            ),
        )

    def __str__(self) -> str:
        return f"{self.application_id} v{self.revision}"


def place_of(attachment: "Attachment", name: str) -> str:
    """Where a file lies: nothing of what its sender called it, and no ending to run it by."""
    return f"attachments/{timezone.now():%Y/%m}/{attachment.public_id}"


class Attachment(models.Model):
    """A file of an application.

    Its type was read from its content; it is served only as a download.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    application = models.ForeignKey(
        Application, on_delete=models.CASCADE, related_name="attachments"
    )
    file = models.FileField(upload_to=place_of)
    name = models.CharField(_("file name"), max_length=160)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField(_("size"))
    sha256 = models.CharField(max_length=64)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=["application", "sha256"], name="one_copy_of_a_file_per_application"
            ),
        )

    def __str__(self) -> str:
        return self.name

    def roles_of(self, user: Person) -> set[Role]:
        return self.application.roles_of(user)


class NewsForApplicants(UntoldNews):
    """Those who write applications have not been told yet."""
