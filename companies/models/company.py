"""Companies, their people, and the cluster organisations that vouch for them."""

from collections.abc import Collection
from datetime import date
from typing import cast

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import TrigramSimilarity
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.expressions import RawSQL
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from accounts.models import User
from accounts.permissions import Person, Role
from clusters.choices import MemberRole
from clusters.models import ClusterOrganisation, near
from companies.choices import CompanyRole, Source, Visibility
from companies.models.wishes import LetterWishes
from mail.models import HashOf
from taxonomy.capabilities import CAPABILITY_CHOICES
from taxonomy.languages import LANGUAGES
from taxonomy.sizes import SIZE_CHOICES
from taxonomy.themes import THEME_CHOICES

# A claimant knows the whole name; a little misspelling and a missing legal form are forgiven.
ALMOST = 0.6
MIN_KEY = 5


def folded(text: str) -> Lower:
    """The text as the column `sought` holds it: no accents, no capitals."""
    return Lower(models.Func(models.Value(text), function="unaccent"))


# By hand, as `clusters.models.near`, because they stand in every list of names. Three conditions
# and not one union: PostgreSQL guesses the number of rows of each well, and of the union badly.
_OWN = "SELECT company_id FROM companies_companymember WHERE user_id = %s"
_OF_OWN_CLUSTERS = """
    SELECT vouched.company_id FROM companies_clustermembership AS vouched
    JOIN clusters_membership AS own ON own.organisation_id = vouched.cluster_id
    WHERE own.user_id = %s
"""
_OF_THESE = "SELECT company_id FROM companies_clustermembership WHERE cluster_id IN (%s)"


class CompanyQuerySet(models.QuerySet["Company"]):
    def active(self) -> "CompanyQuerySet":
        """All that are scored: not deleted, not withdrawn by an undone import."""
        return self.filter(is_active=True)

    def not_erased(self) -> "CompanyQuerySet":
        return self.filter(erased_at=None)

    def of(self, user: Person) -> "CompanyQuerySet":
        """The companies the user is owner or editor of."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(pk__in=CompanyMember.objects.of(user).values("company"))

    def written_to_at(self, address_hash: str) -> "CompanyQuerySet":
        """Those whose letters go there: to the address on file, or for want of one to an owner."""
        owners = CompanyMember.objects.filter(role=CompanyRole.OWNER, company=models.OuterRef("pk"))
        owners = owners.alias(trace=HashOf("user__email")).filter(trace=address_hash)
        return self.alias(trace=HashOf("email")).filter(
            models.Q(trace=address_hash) | models.Q(models.Exists(owners), email="")
        )

    def with_wishes(self) -> "CompanyQuerySet":
        """Those that want some invitations and not others, or none for a while."""
        return self.exclude(
            letter_themes=[], letter_countries=[], letters_per_month=None, no_letters_until=None
        )

    def wanting_no_letter(
        self, *, themes: Collection[str], country: str, today: date
    ) -> "CompanyQuerySet":
        """Those that said they want none about a challenge of these themes in this country now.

        How many they had lately, which may be enough for them, is known to a later room.
        """
        other_themes = ~models.Q(letter_themes=[]) & ~models.Q(letter_themes__overlap=list(themes))
        elsewhere = ~models.Q(letter_countries=[]) & ~models.Q(letter_countries__contains=[country])
        return self.filter(
            models.Q(wants_invitations=False)
            | models.Q(no_letters_until__gt=today)
            | other_themes
            | elsewhere
        )

    def claimed(self) -> "CompanyQuerySet":
        """Those with people who speak for them."""
        return self.filter(pk__in=CompanyMember.objects.values("company"))

    def unclaimed(self) -> "CompanyQuerySet":
        """Those that only a member list speaks for."""
        return self.exclude(pk__in=CompanyMember.objects.values("company"))

    def called(self, text: str) -> "CompanyQuerySet":
        """Those with this registry number or nearly this whole name.

        For somebody who says it is theirs, and so knows what it is called: unlike a search it
        finds nothing for a few letters, and that is why it may look beyond `visible_to`.
        """
        key = "".join(letter for letter in text.upper() if letter.isalnum())
        numbered = models.Q(registry_key=key) if len(key) >= MIN_KEY else models.Q(pk=None)
        return self.annotate(
            likeness=TrigramSimilarity(
                Lower(models.Func(models.F("name"), function="unaccent")),
                folded(text),  # type: ignore[arg-type]
            )
        ).filter(numbered | models.Q(likeness__gte=ALMOST))

    def members_of(self, organisations: models.QuerySet[ClusterOrganisation]) -> "CompanyQuerySet":
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
        around = near(user)
        own = RawSQL(_OWN, [user.pk])  # noqa: S611 - here and below no text of a user's
        of_own = RawSQL(_OF_OWN_CLUSTERS, [user.pk])  # noqa: S611
        in_network = RawSQL(_OF_THESE % around.sql, around.params)  # noqa: S611
        return self.filter(
            public
            | models.Q(pk__in=own)
            | models.Q(pk__in=of_own)
            | models.Q(visibility=Visibility.NETWORK, pk__in=in_network)
        )


@pghistory.track(exclude=["sought", "registry_key"])
class Company(LetterWishes):
    """An applicant organisation with its profile.

    `size_class` is computed from the size figures and None when the people are not stated.
    `revision` grows with every edit of the profile; scores carry it, so a late score never wins.
    Of an erased company only country, size class, themes and capabilities are left, for counting.
    The database itself keeps `sought` (name, place and summary without accents and capitals) and
    `registry_key` (the registry number without spaces and signs).
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
    # With `LetterWishes`: what it wants of invitations.
    no_letters_until = models.DateField(_("no letters until"), null=True, blank=True)
    letter_language = models.CharField(
        _("language of letters"), max_length=8, blank=True, default="", db_default=""
    )
    is_active = models.BooleanField(default=True)
    erased_at = models.DateTimeField(null=True, blank=True, editable=False)
    is_demonstration = models.BooleanField(default=False)
    revision = models.PositiveIntegerField(default=1)
    sought = models.TextField(editable=False, default="")
    registry_key = models.CharField(max_length=40, editable=False, default="")
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
            models.Index(fields=["registry_key"], name="company_by_registry_key"),
            models.Index(Lower("email"), name="company_by_email"),
            GinIndex(OpClass("sought", name="gin_trgm_ops"), name="company_sought"),
        )
        triggers = (
            pgtrigger.Trigger(
                name="search_words",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert
                | pgtrigger.UpdateOf("name", "city", "summary", "registry_number"),
                func="""
                    NEW.sought := lower(unaccent(concat_ws(
                        ' ', NEW.name, NEW.city, NEW.summary)));
                    NEW.registry_key := upper(regexp_replace(
                        NEW.registry_number, '[^0-9A-Za-z]', '', 'g'));
                    RETURN NEW;
                """,
            ),
        )

    def __str__(self) -> str:
        """An erased one has no name; whatever may show one shows it by this."""
        return self.name or str(_("Erased company"))

    def get_absolute_url(self) -> str:
        return reverse("companies:detail", args=[self.slug])

    def roles_of(self, user: Person) -> set[Role]:
        if not user.is_authenticated:
            return set()
        return {Role(row.role) for row in self.members.all() if row.user_id == user.pk}

    def shows_contact_to(self, user: Person) -> bool:
        """The address on file is for its own people and the managers who vouch for it."""
        if not user.is_authenticated:
            return False
        if self.members.of(user).exists():
            return True
        managed = ClusterOrganisation.objects.with_member(user, MemberRole.MANAGER)
        return self.cluster_memberships.filter(cluster__in=managed).exists()


class CompanyMemberQuerySet(models.QuerySet["CompanyMember"]):
    def of(self, person: Person) -> "CompanyMemberQuerySet":
        if not person.is_authenticated:
            return self.none()
        return self.filter(user=cast("User", person))


class CompanyMember(models.Model):
    """A person who speaks for a company."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="company_memberships"
    )
    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="members")
    role = models.CharField(_("role"), max_length=20, choices=CompanyRole.choices)
    since = models.DateTimeField(auto_now_add=True)

    objects = CompanyMemberQuerySet.as_manager()

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
