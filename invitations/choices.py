"""Words of an invitation, and the only moves its status may make."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    PROPOSED = "proposed", _("Proposed")
    QUEUED = "queued", _("Queued")
    SENT = "sent", _("Sent")
    INTERESTED = "interested", _("Interested")
    DECLINED = "declined", _("Declined")
    EXPIRED = "expired", _("Expired")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    REFUSED = "refused", _("Refused")


MOVES: tuple[tuple[str, str], ...] = (
    (Status.PROPOSED, Status.QUEUED),
    (Status.PROPOSED, Status.WITHDRAWN),
    (Status.PROPOSED, Status.REFUSED),
    (Status.PROPOSED, Status.EXPIRED),
    (Status.REFUSED, Status.PROPOSED),
    (Status.QUEUED, Status.SENT),
    (Status.QUEUED, Status.REFUSED),
    (Status.QUEUED, Status.INTERESTED),
    (Status.QUEUED, Status.DECLINED),
    (Status.QUEUED, Status.EXPIRED),
    (Status.QUEUED, Status.WITHDRAWN),
    (Status.SENT, Status.INTERESTED),
    (Status.SENT, Status.DECLINED),
    (Status.SENT, Status.EXPIRED),
    (Status.SENT, Status.WITHDRAWN),
    # A company may change its mind until the deadline.
    (Status.INTERESTED, Status.SENT),
    (Status.INTERESTED, Status.DECLINED),
    (Status.DECLINED, Status.SENT),
    (Status.DECLINED, Status.INTERESTED),
    # The challenge was reopened or extended.
    (Status.EXPIRED, Status.SENT),
    (Status.EXPIRED, Status.PROPOSED),
)

WAITING = (Status.QUEUED, Status.SENT)
REACHED = (Status.SENT, Status.INTERESTED, Status.DECLINED, Status.EXPIRED)
ANSWERED = (Status.INTERESTED, Status.DECLINED)


class DeclineReason(models.TextChoices):
    CAPACITY = "capacity", _("No capacity now")
    FIT = "fit", _("Not what we do")
    TIMING = "timing", _("Wrong time")
    TERMS = "terms", _("The terms do not suit us")
    NOT_INTERESTED = "not_interested", _("Not interested in such letters")
