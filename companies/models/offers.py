"""What a company offers, and what it has done."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from clusters.models import ClusterOrganisation
from companies.choices import ClientType
from companies.models.company import Company
from taxonomy.capabilities import CAPABILITY_CHOICES
from taxonomy.trl import TRL_CHOICES


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
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("id",)
        verbose_name = _("solution")
        verbose_name_plural = _("solutions")

    def __str__(self) -> str:
        return self.name


class Reference(models.Model):
    """Something a company has done for a client, with place and year.

    An organisation may confirm that it was that client; an edit takes the confirmation away.
    """

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
    confirmed_by = models.ForeignKey(
        ClusterOrganisation, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )
    confirmed_at = models.DateTimeField(null=True, editable=False)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("-year", "id")
        verbose_name = _("reference")
        verbose_name_plural = _("references")

    def __str__(self) -> str:
        return self.title
