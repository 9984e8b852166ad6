"""Words of an application, and the only moves its status may make."""

from django.db import models
from django.utils.translation import pgettext_lazy

from matching.choices import Outcome


class Status(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("application", "Draft")
    SUBMITTED = "submitted", pgettext_lazy("application", "Submitted")
    SHORTLISTED = "shortlisted", pgettext_lazy("application", "On the shortlist")
    SELECTED = "selected", pgettext_lazy("application", "Chosen for a pilot")
    RESERVE = "reserve", pgettext_lazy("application", "Reserve")
    DECLINED = "declined", pgettext_lazy("application", "Declined")
    WITHDRAWN = "withdrawn", pgettext_lazy("application", "Withdrawn")


MOVES: tuple[tuple[str, str], ...] = (
    (Status.DRAFT, Status.SUBMITTED),
    (Status.DRAFT, Status.WITHDRAWN),
    (Status.SUBMITTED, Status.WITHDRAWN),
    (Status.SUBMITTED, Status.SHORTLISTED),
    (Status.SUBMITTED, Status.DECLINED),
    (Status.SHORTLISTED, Status.SUBMITTED),
    (Status.SHORTLISTED, Status.SELECTED),
    (Status.SHORTLISTED, Status.RESERVE),
    (Status.SHORTLISTED, Status.DECLINED),
    (Status.SHORTLISTED, Status.WITHDRAWN),
    (Status.SELECTED, Status.SHORTLISTED),
    (Status.SELECTED, Status.WITHDRAWN),
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

WITHDRAWABLE = (Status.DRAFT, Status.SUBMITTED, Status.SHORTLISTED, Status.SELECTED)

# What matching was told last of an application that stands there.
TOLD: dict[str, Outcome] = {
    Status.SUBMITTED: Outcome.APPLIED,
    Status.SHORTLISTED: Outcome.SHORTLISTED,
    Status.SELECTED: Outcome.PILOTED,
}

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
