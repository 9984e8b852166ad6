"""Who works together: networks of cluster organisations and partners, and the people in them."""

from django.conf import settings
from django.db import models
from django.db.models.expressions import RawSQL
from django.db.models.functions import Lower, Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from accounts.permissions import Person, Role
from clusters.choices import MemberRole, OrganisationKind
from taxonomy.languages import LANGUAGES


class Network(models.Model):
    """Cluster organisations and partners working together across borders."""

    slug = models.SlugField(_("address"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    description = models.TextField(_("description"), blank=True)
    shows_quality = models.BooleanField(
        _("everybody may read how good the matching is"),
        default=False,
        help_text=_("Only counts; no company can be recognised in them."),
    )

    class Meta:
        ordering = ("name",)
        verbose_name = _("network")
        verbose_name_plural = _("networks")

    def __str__(self) -> str:
        return self.name


# Plain SQL, because it stands in most queries of most pages, several times, and the ORM spends
# more time on writing it than the database on answering.
_NEAR = """
    SELECT organisation_id FROM clusters_membership WHERE user_id = %s
    UNION
    SELECT theirs.clusterorganisation_id
    FROM clusters_membership AS mine
    JOIN clusters_clusterorganisation_networks AS own
        ON own.clusterorganisation_id = mine.organisation_id
    JOIN clusters_clusterorganisation_networks AS theirs ON theirs.network_id = own.network_id
    WHERE mine.user_id = %s
"""


def near(user: Person) -> RawSQL:
    """For `…__in`: the user's organisations, and those that share a network with one of them."""
    return RawSQL(_NEAR, [user.pk, user.pk])  # noqa: S611 - no text of a user's


class ClusterOrganisationQuerySet(models.QuerySet["ClusterOrganisation"]):
    def clusters(self) -> "ClusterOrganisationQuerySet":
        """Those that have companies as members and run challenges."""
        return self.filter(kind=OrganisationKind.CLUSTER)

    def with_member(self, user: Person, *roles: str) -> "ClusterOrganisationQuerySet":
        """Those the user belongs to, in one of `roles` when any is given."""
        if not user.is_authenticated:
            return self.none()
        found = Membership.objects.filter(user_id=user.pk)
        if roles:
            found = found.filter(role__in=roles)
        return self.filter(pk__in=found.values("organisation"))

    def in_networks_of(self, user: Person) -> "ClusterOrganisationQuerySet":
        """Those that share a network with one of the user's organisations, and those themselves."""
        return self.filter(pk__in=near(user)) if user.is_authenticated else self.none()


class ClusterOrganisation(models.Model):
    """A body that supports member companies and runs challenges, or a partner of such bodies."""

    slug = models.SlugField(_("address"), unique=True)
    name = models.CharField(_("name"), max_length=160)
    kind = models.CharField(_("kind"), max_length=20, choices=OrganisationKind.choices)
    country = CountryField(_("country"))
    city = models.CharField(_("city"), max_length=100, blank=True)
    language = models.CharField(_("language"), max_length=8, choices=LANGUAGES, default="en")
    website = models.URLField(_("website"), blank=True)
    description = models.TextField(_("description"), blank=True)
    networks = models.ManyToManyField(
        Network, related_name="organisations", blank=True, verbose_name=_("networks")
    )
    is_demonstration = models.BooleanField(default=False)
    revision = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ClusterOrganisationQuerySet.as_manager()

    class Meta:
        ordering = ("name",)
        verbose_name = _("cluster organisation")
        verbose_name_plural = _("cluster organisations")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("clusters:detail", args=[self.slug])

    def roles_of(self, user: Person) -> set[Role]:
        if not user.is_authenticated:
            return set()
        roles = {Role(row.role) for row in self.memberships.all() if row.user_id == user.pk}
        if getattr(user, "is_administrator", False):
            roles.add(Role.ADMINISTRATOR)
        return roles


class Membership(models.Model):
    """A person's role in an organisation. One person may hold several in several."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="organisation_memberships"
    )
    organisation = models.ForeignKey(
        ClusterOrganisation, on_delete=models.CASCADE, related_name="memberships"
    )
    role = models.CharField(_("role"), max_length=30, choices=MemberRole.choices)
    since = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("organisation", "role", "user")
        constraints = (
            models.UniqueConstraint(
                fields=["user", "organisation", "role"], name="one_membership_per_role"
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_role_display()}, {self.organisation}"


class AccessLetterQuerySet(models.QuerySet["AccessLetter"]):
    def usable(self) -> "AccessLetterQuerySet":
        """By the database's clock, so that several web hosts agree."""
        return self.waiting().filter(expires_at__gt=Now())

    def waiting(self) -> "AccessLetterQuerySet":
        """Neither accepted nor withdrawn; perhaps too old."""
        return self.filter(accepted_at=None, withdrawn_at=None)


class AccessLetter(models.Model):
    """A mailed invitation to become a manager or partner: single use, stored hashed, expires."""

    email = models.EmailField(_("e-mail address"))
    organisation = models.ForeignKey(
        ClusterOrganisation, on_delete=models.CASCADE, related_name="access_letters"
    )
    role = models.CharField(_("role"), max_length=30, choices=MemberRole.choices)
    language = models.CharField(max_length=8, default="en")
    token_hash = models.CharField(max_length=64, unique=True)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = AccessLetterQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at",)
        verbose_name = _("access letter")
        verbose_name_plural = _("access letters")
        constraints = (
            models.UniqueConstraint(
                Lower("email"),
                "organisation",
                "role",
                condition=models.Q(accepted_at=None, withdrawn_at=None),
                name="one_waiting_access_letter",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_role_display()}, {self.organisation}"
