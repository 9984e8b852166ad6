from django.db import models
from django.utils.translation import gettext_lazy as _


class OrganisationKind(models.TextChoices):
    CLUSTER = "cluster", _("Cluster organisation")
    CITY = "city", _("City")
    REGION = "region", _("Region")
    UNIVERSITY = "university", _("University")
    UTILITY = "utility", _("Utility")
    AGENCY = "agency", _("Agency")


class MemberRole(models.TextChoices):
    MANAGER = "cluster_manager", _("Cluster manager")
    PARTNER = "partner", _("Partner")
