"""Words of a challenge, and the only moves its status may make."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    DRAFT = "draft", _("Draft")
    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed")
    DECIDED = "decided", _("Decided")
    ARCHIVED = "archived", _("Archived")
    WITHDRAWN = "withdrawn", _("Withdrawn")


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
