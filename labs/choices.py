from django.db import models
from django.utils.translation import gettext_lazy as _


class PartnerKind(models.TextChoices):
    CITY = "city", _("City")
    CLUSTER = "cluster", _("Cluster organisation")
    UTILITY = "utility", _("Utility")
    UNIVERSITY = "university", _("University")
    RESIDENTS = "residents", _("Residents")
    COMPANY = "company", _("Company")
