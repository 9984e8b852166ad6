"""Words of an invitation, and the only moves its status may make."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Status(models.TextChoices):
    PROPOSED = "proposed", pgettext_lazy("invitation", "Proposed")
    QUEUED = "queued", _("Queued")
    SENT = "sent", pgettext_lazy("invitation", "Sent")
    INTERESTED = "interested", pgettext_lazy("invitation", "Interested")
    LATER = "later", pgettext_lazy("invitation", "Not now")
    DECLINED = "declined", pgettext_lazy("invitation", "Declined")
    EXPIRED = "expired", pgettext_lazy("invitation", "Expired")
    WITHDRAWN = "withdrawn", pgettext_lazy("invitation", "Withdrawn")
    REFUSED = "refused", _("Refused")


MOVES: tuple[tuple[str, str], ...] = (
    (Status.PROPOSED, Status.QUEUED),
    (Status.PROPOSED, Status.WITHDRAWN),
    (Status.PROPOSED, Status.REFUSED),
    (Status.PROPOSED, Status.EXPIRED),
    # What stood against it was mended, or a proposal was taken back by mistake.
    (Status.REFUSED, Status.PROPOSED),
    (Status.WITHDRAWN, Status.PROPOSED),
    (Status.QUEUED, Status.SENT),
    (Status.QUEUED, Status.REFUSED),
    (Status.QUEUED, Status.INTERESTED),
    (Status.QUEUED, Status.LATER),
    (Status.QUEUED, Status.DECLINED),
    (Status.QUEUED, Status.EXPIRED),
    (Status.QUEUED, Status.WITHDRAWN),
    (Status.SENT, Status.INTERESTED),
    (Status.SENT, Status.LATER),
    (Status.SENT, Status.DECLINED),
    (Status.SENT, Status.EXPIRED),
    (Status.SENT, Status.WITHDRAWN),
    # The letter came back.
    (Status.SENT, Status.REFUSED),
    # A company may change its mind until the deadline.
    (Status.INTERESTED, Status.SENT),
    (Status.INTERESTED, Status.LATER),
    (Status.INTERESTED, Status.DECLINED),
    (Status.DECLINED, Status.SENT),
    (Status.DECLINED, Status.LATER),
    (Status.DECLINED, Status.INTERESTED),
    # And again when the day has come that it named.
    (Status.LATER, Status.SENT),
    (Status.LATER, Status.INTERESTED),
    (Status.LATER, Status.DECLINED),
    # The challenge was reopened.
    (Status.EXPIRED, Status.SENT),
    (Status.EXPIRED, Status.QUEUED),
    (Status.EXPIRED, Status.PROPOSED),
)

WAITING = (Status.QUEUED, Status.SENT)
ANSWERED = (Status.INTERESTED, Status.LATER, Status.DECLINED)
UNWRITTEN = (Status.PROPOSED, Status.REFUSED)
# Who hears what becomes of the challenge: not those who declined, said not now or were uninvited.
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
    OPTED_OUT = "opted_out", _("The company wants no invitations by e-mail.")
    NO_ADDRESS = "no_address", _("No e-mail address is on file.")
    STOPPED = "stopped", _("The address on file asked not to get invitations.")
    NOT_DELIVERABLE = "not_deliverable", _("The letter could not be delivered.")


class NominationKind(models.TextChoices):
    COLLEAGUE = "colleague", _("A colleague")
    COMPANY = "company", _("Another company")


class NominationState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("nomination", "Waiting")
    ACCEPTED = "accepted", pgettext_lazy("nomination", "Accepted")
    IGNORED = "ignored", pgettext_lazy("nomination", "Not followed")
