"""Companies, what they offer, and what they have done."""

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from accounts.permissions import Person, Role
from clusters.choices import MemberRole
from clusters.models import ClusterOrganisation
from companies.choices import (
    ClaimState,
    ClientType,
    CompanyRole,
    ImportState,
    Source,
    Visibility,
)
from taxonomy.capabilities import CAPABILITY_CHOICES
from taxonomy.languages import LANGUAGES
from taxonomy.sizes import SIZE_CHOICES
from taxonomy.themes import THEME_CHOICES
from taxonomy.trl import TRL_CHOICES


class CompanyQuerySet(models.QuerySet["Company"]):
    def active(self) -> "CompanyQuerySet":
        """All that are scored: not deleted, not withdrawn by an undone import."""
        return self.filter(is_active=True)

    def of(self, user: Person) -> "CompanyQuerySet":
        """The companies the user is owner or editor of."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(pk__in=CompanyMember.objects.filter(user=user).values("company"))

    def members_of(self, organisations) -> "CompanyQuerySet":
        """Those vouched for by one of the cluster organisations."""
        vouched = ClusterMembership.objects.filter(cluster__in=organisations)
        return self.filter(pk__in=vouched.values("company"))

    def visible_to(self, user: Person) -> "CompanyQuerySet":
        """Those the user may see by name. Nothing reads names of companies around this."""
        if getattr(user, "is_administrator", False):
            return self
        public = models.Q(visibility=Visibility.PUBLIC)
        if not user.is_authenticated:
            return self.filter(public)
        own = ClusterOrganisation.objects.with_member(user)
        near = ClusterOrganisation.objects.in_networks_of(user)
        in_own = ClusterMembership.objects.filter(cluster__in=own).values("company")
        in_network = ClusterMembership.objects.filter(cluster__in=near).values("company")
        mine = CompanyMember.objects.filter(user=user).values("company")
        return self.filter(
            public
            | models.Q(pk__in=mine)
            | models.Q(pk__in=in_own)
            | models.Q(visibility=Visibility.NETWORK, pk__in=in_network)
        )


@pghistory.track()
class Company(models.Model):
    """An applicant organisation with its profile.

    `size_class` is computed from the size figures and None when the people are not stated.
    `revision` grows with every edit of the profile; scores carry it, so a late score never wins.
    """

    slug = models.SlugField(_("address"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=160)
    registry_number = models.CharField(_("registry or VAT number"), max_length=40, blank=True)
    website = models.URLField(_("website"), blank=True)
    email = models.EmailField(_("address on file"), blank=True)
    summary = models.CharField(_("in one sentence"), max_length=200, blank=True)
    description = models.TextField(_("description"), blank=True)
    language = models.CharField(
        _("language of the profile"), max_length=8, choices=LANGUAGES, default="en"
    )
    street = models.CharField(_("street"), max_length=160, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=20, blank=True)
    city = models.CharField(_("city"), max_length=100, blank=True)
    country = CountryField(_("country"), blank=True)
    lat = models.FloatField(_("latitude"), null=True, blank=True)
    lon = models.FloatField(_("longitude"), null=True, blank=True)
    founded = models.PositiveSmallIntegerField(
        _("founded in"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1600), MaxValueValidator(2100)],
    )
    staff = models.PositiveIntegerField(_("people employed"), null=True, blank=True)
    turnover_meur = models.DecimalField(
        _("turnover, million euros"), max_digits=9, decimal_places=2, null=True, blank=True
    )
    balance_meur = models.DecimalField(
        _("balance sheet, million euros"), max_digits=9, decimal_places=2, null=True, blank=True
    )
    size_class = models.CharField(_("size class"), max_length=20, choices=SIZE_CHOICES, blank=True)
    themes = ArrayField(
        models.CharField(max_length=40, choices=THEME_CHOICES),
        verbose_name=_("themes"),
        default=list,
        blank=True,
    )
    capabilities = ArrayField(
        models.CharField(max_length=40, choices=CAPABILITY_CHOICES),
        verbose_name=_("capabilities"),
        default=list,
        blank=True,
    )
    countries_served = ArrayField(
        models.CharField(max_length=2), verbose_name=_("countries served"), default=list, blank=True
    )
    languages_of_work = ArrayField(
        models.CharField(max_length=8, choices=LANGUAGES),
        verbose_name=_("languages of work"),
        default=list,
        blank=True,
    )
    visibility = models.CharField(
        _("who may see the company by name"),
        max_length=10,
        choices=Visibility.choices,
        default=Visibility.CLUSTER,
    )
    source = models.CharField(max_length=12, choices=Source.choices, default=Source.REGISTERED)
    wants_invitations = models.BooleanField(_("wants invitations by e-mail"), default=True)
    is_active = models.BooleanField(default=True)
    is_demonstration = models.BooleanField(default=False)
    revision = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = CompanyQuerySet.as_manager()

    class Meta:
        ordering = ("name", "id")
        verbose_name = _("company")
        verbose_name_plural = _("companies")
        indexes = (
            GinIndex(fields=["themes"], name="company_themes"),
            GinIndex(fields=["capabilities"], name="company_capabilities"),
            models.Index(fields=["name", "id"], name="company_by_name"),
            models.Index(fields=["country"], name="company_by_country"),
        )

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("companies:detail", args=[self.slug])

    def roles_of(self, user: Person) -> set[Role]:
        if not user.is_authenticated:
            return set()
        return {Role(row.role) for row in self.members.all() if row.user_id == user.pk}


class CompanyMember(models.Model):
    """A person who speaks for a company."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="company_memberships"
    )
    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="members")
    role = models.CharField(_("role"), max_length=20, choices=CompanyRole.choices)
    since = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("company", "role", "user")
        constraints = (
            models.UniqueConstraint(fields=["user", "company"], name="one_role_per_company"),
        )

    def __str__(self) -> str:
        return f"{self.get_role_display()}, {self.company}"


class ClusterMembership(models.Model):
    """Which cluster organisation vouches for a company."""

    company = models.ForeignKey(
        Company, on_delete=models.CASCADE, related_name="cluster_memberships"
    )
    cluster = models.ForeignKey(
        ClusterOrganisation, on_delete=models.CASCADE, related_name="company_memberships"
    )
    since = models.DateField(auto_now_add=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["company", "cluster"], name="one_membership_per_company_and_cluster"
            ),
        )

    def __str__(self) -> str:
        return f"{self.company}, {self.cluster}"


class Solution(models.Model):
    """A product or service a company offers."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="solutions")
    name = models.CharField(_("name"), max_length=160)
    description = models.TextField(_("what it does"), blank=True)
    trl = models.PositiveSmallIntegerField(
        _("technology readiness"), choices=TRL_CHOICES, null=True, blank=True
    )
    capabilities = ArrayField(
        models.CharField(max_length=40, choices=CAPABILITY_CHOICES),
        verbose_name=_("capabilities"),
        default=list,
        blank=True,
    )
    countries_served = ArrayField(
        models.CharField(max_length=2), verbose_name=_("countries served"), default=list, blank=True
    )

    class Meta:
        ordering = ("id",)
        verbose_name = _("solution")
        verbose_name_plural = _("solutions")

    def __str__(self) -> str:
        return self.name


class Reference(models.Model):
    """Something a company has done for a client, with place and year."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="references")
    title = models.CharField(_("title"), max_length=160)
    description = models.TextField(_("what was done and what came of it"), blank=True)
    place = models.CharField(_("place"), max_length=100, blank=True)
    country = CountryField(_("country"), blank=True)
    year = models.PositiveSmallIntegerField(
        _("year"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1950), MaxValueValidator(2100)],
    )
    client_type = models.CharField(
        _("kind of client"), max_length=24, choices=ClientType.choices, blank=True
    )

    class Meta:
        ordering = ("-year", "id")
        verbose_name = _("reference")
        verbose_name_plural = _("references")

    def __str__(self) -> str:
        return self.title


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
    state = models.CharField(max_length=12, choices=ClaimState.choices, default=ClaimState.WAITING)
    token_hash = models.CharField(max_length=64, unique=True, null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        ordering = ("-created_at",)
        constraints = (
            models.UniqueConstraint(
                fields=["company", "user"],
                condition=models.Q(state="waiting"),
                name="one_waiting_claim_per_person_and_company",
            ),
        )

    def __str__(self) -> str:
        return f"{self.company}: {self.get_state_display()}"


class MemberList(models.Model):
    """An uploaded member list of a cluster organisation, parsed into rows of the database."""

    cluster = models.ForeignKey(
        ClusterOrganisation, on_delete=models.CASCADE, related_name="member_lists"
    )
    file_name = models.CharField(max_length=200)
    columns = models.JSONField(default=list)
    mapping = models.JSONField(default=dict)
    visibility = models.CharField(
        _("who may see these companies by name"),
        max_length=10,
        choices=Visibility.choices,
        default=Visibility.CLUSTER,
    )
    state = models.CharField(
        max_length=12, choices=ImportState.choices, default=ImportState.UPLOADED
    )
    rows_total = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveIntegerField(default=0)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-created_at",)
        verbose_name = _("member list")
        verbose_name_plural = _("member lists")

    def __str__(self) -> str:
        return self.file_name

    def roles_of(self, user: Person) -> set[Role]:
        return self.cluster.roles_of(user) & {Role(MemberRole.MANAGER)}


class MemberListRow(models.Model):
    """One row of an uploaded list, what the check said, and what came of it."""

    member_list = models.ForeignKey(MemberList, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    cells = models.JSONField()
    errors = models.JSONField(default=list)
    outcome = models.CharField(max_length=12, blank=True)
    company = models.ForeignKey(
        Company, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    before = models.JSONField(null=True, blank=True)

    class Meta:
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(
                fields=["member_list", "number"], name="one_row_per_number_of_list"
            ),
        )

    def __str__(self) -> str:
        return f"{self.member_list} {self.number}"
