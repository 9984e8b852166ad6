"""Words of a challenge, and the only moves its status may make."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Status(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("challenge", "Draft")
    OPEN = "open", pgettext_lazy("challenge", "Open")
    CLOSED = "closed", pgettext_lazy("challenge", "Closed")
    DECIDED = "decided", pgettext_lazy("challenge", "Decided")
    ARCHIVED = "archived", pgettext_lazy("challenge", "Archived")
    WITHDRAWN = "withdrawn", pgettext_lazy("challenge", "Withdrawn")


MOVES: tuple[tuple[str, str], ...] = (
    (Status.DRAFT, Status.OPEN),
    (Status.DRAFT, Status.WITHDRAWN),
    (Status.OPEN, Status.CLOSED),
    (Status.CLOSED, Status.OPEN),
    (Status.CLOSED, Status.WITHDRAWN),
    (Status.CLOSED, Status.DECIDED),
    (Status.DECIDED, Status.ARCHIVED),
)

PUBLIC_STATES = (Status.OPEN, Status.CLOSED, Status.DECIDED, Status.ARCHIVED)


class Priority(models.TextChoices):
    MUST = "must", _("Must have")
    NICE = "nice", _("Nice to have")


class OfferKind(models.TextChoices):
    MARKET_DIALOGUE = "market_dialogue", _("Market dialogue")
    SCOUTING = "scouting", _("Scouting")
    PRIZE = "prize", _("Prize")
    PILOT_PURCHASE = "pilot_purchase", _("Pilot purchase")
    INNOVATION_PARTNERSHIP = "innovation_partnership", _("Innovation partnership")
    TENDER = "tender", _("Tender")


class Policy(models.TextChoices):
    """How invitations leave."""

    BY_HAND = "by_hand", _("By hand: I choose whom to invite")
    AUTOMATIC = "automatic", _("Automatic: the best matches are invited for me")
