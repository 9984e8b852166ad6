"""Challenges: needs stated by challenge owners in living labs."""

from collections.abc import Collection
from typing import Any

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Person, Role
from challenges.choices import MOVES, PUBLIC_STATES, OfferKind, Policy, Priority, Status
from clusters.choices import MemberRole
from clusters.models import ClusterOrganisation, Membership, near
from labs.models import LivingLab
from taxonomy.capabilities import CAPABILITY_CHOICES
from taxonomy.languages import LANGUAGES
from taxonomy.sizes import SIZE_CHOICES
from taxonomy.themes import THEME_CHOICES
from taxonomy.trl import TRL_CHOICES

PAST_STATES = (Status.CLOSED, Status.DECIDED, Status.ARCHIVED)
CARD_FIELDS = (
    "slug",
    "status",
    "title",
    "question",
    "language",
    "themes",
    "offer_kind",
    "time_zone",
    "deadline",
    "lab__slug",
    "lab__name",
    "lab__city",
    "lab__country",
    "lab__language",
)


class ChallengeQuerySet(models.QuerySet["Challenge"]):
    def open(self) -> "ChallengeQuerySet":
        """Those a company may apply to now, by the database's clock."""
        return self.filter(status=Status.OPEN, deadline__gte=Now())

    def past(self) -> "ChallengeQuerySet":
        """Public ones that take no more applications."""
        over = models.Q(status__in=PAST_STATES)
        return self.filter(over | models.Q(status=Status.OPEN, deadline__lt=Now()))

    def for_cards(self) -> "ChallengeQuerySet":
        """With their labs, without the long texts."""
        return self.select_related("lab").only(*CARD_FIELDS)

    def public(self) -> "ChallengeQuerySet":
        """Those everybody may read."""
        return self.filter(status__in=PUBLIC_STATES)

    def managed_by(self, user: Person) -> "ChallengeQuerySet":
        """Challenges in labs of the clusters the user manages."""
        return self.filter(
            lab__cluster__in=ClusterOrganisation.objects.with_member(user, MemberRole.MANAGER)
        )

    def visible_to(self, user: Person) -> "ChallengeQuerySet":
        """The public ones and, for a manager, those of the manager's own clusters in any state."""
        if getattr(user, "is_administrator", False):
            return self
        if not user.is_authenticated:
            return self.public()
        managed = Membership.objects.filter(user=user.pk, role=MemberRole.MANAGER)
        own = models.Q(lab__cluster__in=managed.values("organisation"))
        return self.filter(models.Q(status__in=PUBLIC_STATES) | own)

    def in_networks_of(self, user: Person) -> "ChallengeQuerySet":
        """Public challenges of clusters in the user's networks, and all of the user's own."""
        if not user.is_authenticated:
            return self.none()
        return self.visible_to(user).filter(lab__cluster__in=near(user))

    def due(self) -> "ChallengeQuerySet":
        """Open ones whose deadline has passed."""
        return self.filter(status=Status.OPEN, deadline__lt=Now())


@pghistory.track(exclude=["search", "sought"])
class Challenge(models.Model):
    """A need in a living lab, and what the lab offers to whoever meets it.

    `revision` grows with every edit of the brief; scores carry it. The deadline's last minute
    counts whole: it is stored as hh:mm:59.999999 of `time_zone`.
    """

    slug = models.SlugField(_("address"), max_length=100, unique=True)
    lab = models.ForeignKey(
        LivingLab, on_delete=models.PROTECT, related_name="challenges", verbose_name=_("living lab")
    )
    status = models.CharField(
        _("status"), max_length=12, choices=Status.choices, default=Status.DRAFT, editable=False
    )
    # Need.
    title = models.CharField(_("title"), max_length=140)
    question = models.CharField(_("the question in one line"), max_length=240, blank=True)
    language = models.CharField(
        _("language of the brief"), max_length=8, choices=LANGUAGES, default="en"
    )
    themes = ArrayField(
        models.CharField(max_length=40, choices=THEME_CHOICES),
        verbose_name=_("themes"),
        default=list,
        blank=True,
    )
    need = models.TextField(_("the need"), blank=True)
    practice_today = models.TextField(_("how it is done today"), blank=True)
    # Wanted outcome.
    wanted_outcome = models.TextField(_("wanted outcome"), blank=True)
    success_criteria = models.TextField(_("success criteria"), blank=True)
    out_of_scope = models.TextField(_("out of scope"), blank=True)
    site_access = models.TextField(_("site and access"), blank=True)
    # Who can answer.
    trl_min = models.PositiveSmallIntegerField(
        _("lowest TRL"), choices=TRL_CHOICES, null=True, blank=True
    )
    trl_max = models.PositiveSmallIntegerField(
        _("highest TRL"), choices=TRL_CHOICES, null=True, blank=True
    )
    trl_is_must = models.BooleanField(_("the TRL range is a must"), default=False)
    countries = ArrayField(
        models.CharField(max_length=2),
        verbose_name=_("companies from these countries only"),
        default=list,
        blank=True,
    )
    size_classes = ArrayField(
        models.CharField(max_length=20, choices=SIZE_CHOICES),
        verbose_name=_("size classes"),
        default=list,
        blank=True,
    )
    languages_of_work = ArrayField(
        models.CharField(max_length=8, choices=LANGUAGES),
        verbose_name=_("languages of work"),
        default=list,
        blank=True,
    )
    needs_presence = models.BooleanField(_("work on the site is needed"), default=False)
    # Offer.
    offer_kind = models.CharField(
        _("kind of offer"), max_length=24, choices=OfferKind.choices, blank=True
    )
    budget_min = models.PositiveIntegerField(_("budget from, euros"), null=True, blank=True)
    budget_max = models.PositiveIntegerField(_("budget up to, euros"), null=True, blank=True)
    in_kind = models.TextField(_("what the lab adds in kind"), blank=True)
    pilot_weeks = models.PositiveSmallIntegerField(
        _("length of the pilot, weeks"), null=True, blank=True
    )
    follow_on = models.TextField(_("market after the pilot"), blank=True)
    # Dates.
    time_zone = models.CharField(_("time zone"), max_length=40, default="Europe/Copenhagen")
    deadline = models.DateTimeField(_("deadline for applications"), null=True, blank=True)
    decision_on = models.DateField(_("decision on"), null=True, blank=True)
    pilot_starts_on = models.DateField(_("pilot starts on"), null=True, blank=True)
    # Invitations.
    policy = models.CharField(
        _("invitations"), max_length=10, choices=Policy.choices, default=Policy.BY_HAND
    )
    threshold = models.PositiveSmallIntegerField(
        _("lowest score to invite"), default=55, validators=[MaxValueValidator(100)]
    )
    minimum = models.PositiveSmallIntegerField(
        _("fewest invitations"), default=0, db_default=0, validators=[MaxValueValidator(500)]
    )
    maximum = models.PositiveSmallIntegerField(
        _("most invitations"),
        default=20,
        validators=[MinValueValidator(1), MaxValueValidator(500)],
    )
    remind_after = models.PositiveSmallIntegerField(
        _("remind those silent after"),
        null=True,
        blank=True,
        validators=[MinValueValidator(3), MaxValueValidator(90)],
    )
    # The record.
    revision = models.PositiveIntegerField(default=1, editable=False)
    copied_from = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="copies"
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    published_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.CharField(_("reason for withdrawing"), max_length=400, blank=True)
    is_demonstration = models.BooleanField(default=False)
    # Written by a trigger, without accents and capitals.
    search = SearchVectorField(null=True, editable=False)
    sought = models.TextField(default="", editable=False)

    objects = ChallengeQuerySet.as_manager()
    events: Any  # its history, which pghistory keeps

    class Meta:
        ordering = ("deadline", "id")
        verbose_name = _("challenge")
        verbose_name_plural = _("challenges")
        indexes = (
            models.Index(fields=["status", "deadline", "id"], name="challenge_by_deadline"),
            GinIndex(fields=["themes"], name="challenge_themes"),
            GinIndex(fields=["search"], name="challenge_search"),
            GinIndex(fields=["sought"], opclasses=["gin_trgm_ops"], name="challenge_sought"),
        )
        constraints = (
            models.CheckConstraint(
                condition=models.Q(trl_min=None)
                | models.Q(trl_max=None)
                | models.Q(trl_min__lte=models.F("trl_max")),
                name="trl_range_is_a_range",
            ),
            models.CheckConstraint(
                condition=models.Q(budget_min=None)
                | models.Q(budget_max=None)
                | models.Q(budget_min__lte=models.F("budget_max")),
                name="budget_band_is_a_band",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=[Status.DRAFT, Status.WITHDRAWN])
                | models.Q(deadline__isnull=False),
                name="published_challenge_has_a_deadline",
            ),
        )
        triggers = (
            pgtrigger.Trigger(
                name="search_words",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert
                | pgtrigger.UpdateOf("title", "question", "need", "wanted_outcome"),
                func="""
                    NEW.sought := lower(unaccent(NEW.title || ' ' || NEW.question));
                    NEW.search := to_tsvector('simple', lower(unaccent(concat_ws(
                        ' ', NEW.title, NEW.question, NEW.need, NEW.wanted_outcome))));
                    RETURN NEW;
                """,
            ),
            pgtrigger.FSM(
                name="allowed_moves",
                field="status",
                transitions=[(str(a), str(b)) for a, b in MOVES],
            ),
        )

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("challenges:detail", args=[self.slug])

    def roles_of(self, user: Person) -> set[Role]:
        return self.lab.cluster.roles_of(user)

    def clean_parts(self, names: Collection[str]) -> None:
        """Check only these fields; ValidationError names them."""
        self.clean_fields(exclude={field.name for field in self._meta.fields} - set(names))

    def label_of(self, name: str) -> str:
        """What a field is called on screen."""
        return str(self._meta.get_field(name).verbose_name)  # type: ignore[union-attr]

    @property
    def manager_ids(self) -> "models.QuerySet[Membership, int]":
        """Ids of the people who manage the cluster of its lab: whom its news concerns."""
        managers = Membership.objects.filter(
            organisation=self.lab.cluster_id, role=MemberRole.MANAGER
        )
        return managers.values_list("user_id", flat=True)

    @property
    def is_draft(self) -> bool:
        return self.status == Status.DRAFT

    @property
    def is_open(self) -> bool:
        return self.status == Status.OPEN

    @property
    def takes_applications(self) -> bool:
        """Open, and not past its deadline while the clock has yet to close it."""
        return self.is_open and self.deadline is not None and self.deadline >= timezone.now()


class Requirement(models.Model):
    """A capability the challenge asks for."""

    challenge = models.ForeignKey(Challenge, on_delete=models.CASCADE, related_name="requirements")
    capability = models.CharField(_("capability"), max_length=40, choices=CAPABILITY_CHOICES)
    priority = models.CharField(
        _("priority"), max_length=8, choices=Priority.choices, default=Priority.MUST
    )

    class Meta:
        ordering = ("priority", "id")
        constraints = (
            models.UniqueConstraint(
                fields=["challenge", "capability"], name="one_requirement_per_capability"
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_capability_display()} ({self.get_priority_display()})"
