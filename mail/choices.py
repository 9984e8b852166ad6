from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _


class LetterState(models.TextChoices):
    QUEUED = "queued", _("Queued")
    CLAIMED = "claimed", _("Being sent")
    SENDING = "sending", _("Being handed over")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")
    IN_DOUBT = "in_doubt", _("In doubt")
    BOUNCED = "bounced", _("Bounced")
    COMPLAINED = "complained", _("Reported as unwanted")
    CANCELLED = "cancelled", _("Cancelled")


_S = LetterState

ALLOWED_MOVES: tuple[tuple[str, str], ...] = (
    (_S.QUEUED, _S.CLAIMED),
    (_S.QUEUED, _S.FAILED),
    (_S.QUEUED, _S.CANCELLED),
    (_S.CLAIMED, _S.QUEUED),
    (_S.CLAIMED, _S.SENDING),
    (_S.CLAIMED, _S.FAILED),
    (_S.SENDING, _S.QUEUED),
    (_S.SENDING, _S.SENT),
    (_S.SENDING, _S.FAILED),
    (_S.SENDING, _S.IN_DOUBT),
    # The answer to it was faster than our note that it left.
    (_S.SENDING, _S.BOUNCED),
    (_S.SENDING, _S.COMPLAINED),
    (_S.IN_DOUBT, _S.QUEUED),
    (_S.IN_DOUBT, _S.SENT),
    (_S.IN_DOUBT, _S.BOUNCED),
    (_S.IN_DOUBT, _S.COMPLAINED),
    (_S.FAILED, _S.QUEUED),
    (_S.SENT, _S.BOUNCED),
    (_S.SENT, _S.COMPLAINED),
)

# Why a letter failed that its reader stopped while it waited in the outbox.
STOPPED = "the reader stopped such letters"
# And why one failed that its room no longer wanted to leave when its turn came.
UNWANTED = "not allowed any more when it was to leave"

# And why one failed whose room could not say for days what it says.
UNWRITTEN = "could not be written"

# How the error of a mail server begins that answers and takes nothing from us.
REFUSES_US = "refused: "
# At so many different recipients in a row, it is the server that takes nothing.
SEVERAL = 3

# It leaves by itself, sooner or later.
ON_THE_WAY = (_S.QUEUED, _S.CLAIMED, _S.SENDING)
# Unless somebody queues it once more.
NEVER_LEAVES = (_S.FAILED, _S.CANCELLED)
FATES = (_S.SENT, _S.FAILED, _S.IN_DOUBT, _S.BOUNCED, _S.COMPLAINED)
# What became of a letter after it left.
AFTERWARDS = (_S.BOUNCED, _S.COMPLAINED)


def states_before(state: str) -> list[str]:
    """The states a letter may come from to reach this one."""
    return [before for before, after in ALLOWED_MOVES if after == state]


class Priority(models.IntegerChoices):
    URGENT = 1, _("At once")
    NORMAL = 5, _("Normal")
    BULK = 9, _("When there is time")


class StopReason(models.TextChoices):
    ASKED = "asked", _("Asked to stop")
    OBJECTED = "objected", _("Objected")
    SAID = "said", _("Said to a person that it wants no letters")
    UNDELIVERABLE = "undeliverable", _("Address does not take letters")
    COMPLAINED = "complained", _("Reported as unwanted")


# How long somebody may say that an objection was written down by mistake.
TAKEN_BACK_WITHIN = timedelta(days=14)

# A sign-in code is worth nothing after a quarter of an hour; an invitation can wait a day.
BACK_OFF = {
    Priority.URGENT: tuple(timedelta(seconds=s) for s in (20, 60, 180, 600)),
    Priority.NORMAL: tuple(timedelta(minutes=m) for m in (5, 15, 60, 240, 1440)),
    Priority.BULK: tuple(timedelta(minutes=m) for m in (5, 15, 60, 240, 1440)),
}
