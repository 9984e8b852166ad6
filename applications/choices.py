"""Words of an application, and the only moves its status may make."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    SHORTLISTED = "shortlisted", _("Shortlisted")
    SELECTED = "selected", _("Selected")
    RESERVE = "reserve", _("Reserve")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")


MOVES: tuple[tuple[str, str], ...] = (
    (Status.DRAFT, Status.SUBMITTED),
    (Status.DRAFT, Status.WITHDRAWN),
    (Status.SUBMITTED, Status.WITHDRAWN),
    (Status.SUBMITTED, Status.SHORTLISTED),
    (Status.SUBMITTED, Status.DECLINED),
    (Status.SHORTLISTED, Status.SELECTED),
    (Status.SHORTLISTED, Status.RESERVE),
    (Status.SHORTLISTED, Status.DECLINED),
    (Status.RESERVE, Status.SELECTED),
    (Status.WITHDRAWN, Status.DRAFT),
)

ARRIVED = (
    Status.SUBMITTED,
    Status.SHORTLISTED,
    Status.SELECTED,
    Status.RESERVE,
    Status.DECLINED,
)

ANSWERS = (
    "solution_id",
    "pitch",
    "approach",
    "evidence",
    "pilot_plan",
    "team",
    "price_eur",
    "contact_name",
    "contact_email",
    "contact_phone",
)
NEEDED = ("pitch", "approach", "pilot_plan", "contact_name", "contact_email")
MOST_FILES = 10
TEXT_LENGTH = 8000
