"""Living labs: real-life settings with users, where solutions are tried."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from accounts.permissions import Person, Role
from clusters.choices import MemberRole
from clusters.models import ClusterOrganisation
from labs.choices import PartnerKind
from taxonomy.languages import LANGUAGES
from taxonomy.themes import THEME_CHOICES


class LivingLabQuerySet(models.QuerySet["LivingLab"]):
    def managed_by(self, user: Person) -> "LivingLabQuerySet":
        """Labs of the clusters the user manages."""
        return self.filter(
            cluster__in=ClusterOrganisation.objects.with_member(user, MemberRole.MANAGER)
        )

    def on_map(self) -> "LivingLabQuerySet":
        return self.exclude(lat=None).exclude(lon=None)


class LivingLab(models.Model):
    """A place with users. `cluster` runs it, `owner` states the needs in its challenges."""

    slug = models.SlugField(_("address"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=120)
    cluster = models.ForeignKey(
        ClusterOrganisation,
        on_delete=models.PROTECT,
        related_name="labs",
        verbose_name=_("run by"),
    )
    owner = models.CharField(_("challenge owner"), max_length=160)
    city = models.CharField(_("city"), max_length=100)
    country = CountryField(_("country"))
    lat = models.FloatField(_("latitude"), null=True, blank=True)
    lon = models.FloatField(_("longitude"), null=True, blank=True)
    language = models.CharField(_("language"), max_length=8, choices=LANGUAGES)
    themes = ArrayField(
        models.CharField(max_length=40, choices=THEME_CHOICES), verbose_name=_("themes")
    )
    opened = models.PositiveSmallIntegerField(_("opened in"), null=True, blank=True)
    summary = models.CharField(_("summary"), max_length=200)
    description = models.TextField(_("description"), blank=True)
    is_demonstration = models.BooleanField(default=False)
    revision = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = LivingLabQuerySet.as_manager()

    class Meta:
        ordering = ("name",)
        verbose_name = _("living lab")
        verbose_name_plural = _("living labs")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("labs:detail", args=[self.slug])

    @property
    def name_and_town(self) -> str:
        """The town is said where the name does not say it."""
        return self.name if self.city in self.name else f"{self.name}, {self.city}"

    def roles_of(self, user: Person) -> set[Role]:
        return self.cluster.roles_of(user)


class Site(models.Model):
    """A place of a lab and what can be tested there."""

    lab = models.ForeignKey(LivingLab, on_delete=models.CASCADE, related_name="sites")
    name = models.CharField(_("name"), max_length=120)
    address = models.CharField(_("address"), max_length=200, blank=True)
    lat = models.FloatField(_("latitude"), null=True, blank=True)
    lon = models.FloatField(_("longitude"), null=True, blank=True)
    what_can_be_tested = models.TextField(_("what can be tested"))
    access = models.TextField(_("access and hours"), blank=True)
    data_available = models.TextField(_("data available"), blank=True)
    power = models.TextField(_("power and network"), blank=True)
    permits = models.TextField(_("permits"), blank=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("name", "id")
        verbose_name = _("test site")
        verbose_name_plural = _("test sites")

    def __str__(self) -> str:
        return self.name


class LabPartner(models.Model):
    """Who takes part in a lab, shown publicly."""

    lab = models.ForeignKey(LivingLab, on_delete=models.CASCADE, related_name="partners")
    name = models.CharField(_("name"), max_length=160)
    kind = models.CharField(_("kind"), max_length=20, choices=PartnerKind.choices)
    country = CountryField(_("country"), blank=True)

    class Meta:
        ordering = ("kind", "name")

    def __str__(self) -> str:
        return self.name
