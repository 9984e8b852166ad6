"""Words of an invitation, and the only moves its status may make."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Status(models.TextChoices):
    PROPOSED = "proposed", pgettext_lazy("invitation", "Proposed")
    HELD = "held", pgettext_lazy("invitation", "In the next letter")
    QUEUED = "queued", _("Queued")
    SENT = "sent", pgettext_lazy("invitation", "Sent")
    INTERESTED = "interested", pgettext_lazy("invitation", "Interested")
    DECLINED = "declined", pgettext_lazy("invitation", "Declined")
    EXPIRED = "expired", pgettext_lazy("invitation", "Expired")
    WITHDRAWN = "withdrawn", pgettext_lazy("invitation", "Withdrawn")
    REFUSED = "refused", _("Refused")


MOVES: tuple[tuple[str, str], ...] = (
    (Status.PROPOSED, Status.QUEUED),
    # The company had a letter lately, so this one waits for the next.
    (Status.PROPOSED, Status.HELD),
    (Status.HELD, Status.QUEUED),
    (Status.HELD, Status.REFUSED),
    (Status.HELD, Status.EXPIRED),
    (Status.HELD, Status.WITHDRAWN),
    # Its letter was stopped for the sake of another invitation in it.
    (Status.QUEUED, Status.HELD),
    (Status.PROPOSED, Status.WITHDRAWN),
    (Status.PROPOSED, Status.REFUSED),
    (Status.PROPOSED, Status.EXPIRED),
    # What stood against it was mended, or a proposal was taken back by mistake.
    (Status.REFUSED, Status.PROPOSED),
    (Status.WITHDRAWN, Status.PROPOSED),
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
    # The letter came back.
    (Status.SENT, Status.REFUSED),
    # A company may change its mind until the deadline.
    (Status.INTERESTED, Status.SENT),
    (Status.INTERESTED, Status.DECLINED),
    (Status.DECLINED, Status.SENT),
    (Status.DECLINED, Status.INTERESTED),
    # The challenge was reopened.
    (Status.EXPIRED, Status.SENT),
    (Status.EXPIRED, Status.QUEUED),
    (Status.EXPIRED, Status.PROPOSED),
)

WAITING = (Status.QUEUED, Status.SENT)
ANSWERED = (Status.INTERESTED, Status.DECLINED)
UNWRITTEN = (Status.PROPOSED, Status.REFUSED)
# Decided, but not known to have left.
LEAVING = (Status.HELD, Status.QUEUED)
# Who hears what becomes of the challenge: not those who declined or were uninvited.
CONCERNED = (*WAITING, Status.INTERESTED, Status.EXPIRED)


class RoundState(models.TextChoices):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    LOST = "lost"


class DeclineReason(models.TextChoices):
    CAPACITY = "capacity", _("No capacity now")
    FIT = "fit", _("Not what we do")
    TIMING = "timing", _("Wrong time")
    TERMS = "terms", _("The terms do not suit us")
    NOT_INTERESTED = "not_interested", _("Not interested in such letters")


class Refusal(models.TextChoices):
    """Why a company was not written to."""

    GONE = "gone", _("The company has left Labmatch.")
    EXCLUDED = "excluded", _("A cluster manager excluded the company from this challenge.")
    PAUSED = "paused", _("The company wants no letters for a while.")
    THEME_UNWANTED = "theme_unwanted", _("The company wants letters about other themes only.")
    COUNTRY_UNWANTED = (
        "country_unwanted",
        _("The company wants letters about other countries only."),
    )
    ENOUGH = "enough", _("The company had as many letters this month as it wants.")
    OPTED_OUT = "opted_out", _("The company wants no invitations by e-mail.")
    NO_ADDRESS = "no_address", _("No e-mail address is on file.")
    STOPPED = "stopped", _("The address on file asked not to get invitations.")
    NOT_DELIVERABLE = "not_deliverable", _("The letter could not be delivered.")
