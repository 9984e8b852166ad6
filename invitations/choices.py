"""Words of an invitation, and the only moves its status may make."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

# The list a reader leaves who wants no invitations; news of a challenge goes by the same.
LIST = "invitations"


class Status(models.TextChoices):
    PROPOSED = "proposed", pgettext_lazy("invitation", "Proposed")
    HELD = "held", pgettext_lazy("invitation", "In the next letter")
    QUEUED = "queued", _("Queued")
    SENT = "sent", pgettext_lazy("invitation", "Sent")
    INTERESTED = "interested", pgettext_lazy("invitation", "Interested")
    LATER = "later", pgettext_lazy("invitation", "Not now")
    DECLINED = "declined", pgettext_lazy("invitation", "Declined")
    EXPIRED = "expired", pgettext_lazy("invitation", "Expired")
    WITHDRAWN = "withdrawn", pgettext_lazy("invitation", "Withdrawn")
    REFUSED = "refused", _("Refused")
    RELAYED = "relayed", pgettext_lazy("invitation", "Relayed")


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
    # Its own cluster organisation is asked to pass it on: by hand, as its own letter, or not.
    (Status.PROPOSED, Status.RELAYED),
    (Status.RELAYED, Status.SENT),
    (Status.RELAYED, Status.QUEUED),
    (Status.RELAYED, Status.REFUSED),
    (Status.RELAYED, Status.INTERESTED),
    (Status.RELAYED, Status.DECLINED),
    (Status.RELAYED, Status.LATER),
    (Status.RELAYED, Status.EXPIRED),
    (Status.RELAYED, Status.WITHDRAWN),
    (Status.RELAYED, Status.PROPOSED),
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
# What a company may answer: the text passed on carries the link before anybody says it was sent.
ANSWERABLE = (*WAITING, Status.RELAYED)
ANSWERED = (Status.INTERESTED, Status.LATER, Status.DECLINED)
UNWRITTEN = (Status.PROPOSED, Status.REFUSED, Status.RELAYED)
# Decided, but not known to have left.
LEAVING = (Status.HELD, Status.QUEUED)
# What was answered or has ended is not taken back any more.
WITHDRAWABLE = (Status.PROPOSED, Status.RELAYED, *LEAVING, Status.SENT)
# Stands in for the id of a letter where the company's cluster organisation writes itself.
BY_HAND = "relayed"
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
    PAUSED = "paused", _("The company wants no letters for a while.")
    THEME_UNWANTED = "theme_unwanted", _("The company wants letters about other themes only.")
    COUNTRY_UNWANTED = (
        "country_unwanted",
        _("The company wants letters about other countries only."),
    )
    ENOUGH = "enough", _("The company had as many letters this month as it wants.")
    READER_PAUSED = (
        "reader_paused",
        _("The person who receives the letters wants none for a while."),
    )
    READER_THEME_UNWANTED = (
        "reader_theme_unwanted",
        _("The person who receives the letters wants none about this theme."),
    )
    READER_COUNTRY_UNWANTED = (
        "reader_country_unwanted",
        _("The person who receives the letters wants none about this country."),
    )
    READER_ENOUGH = (
        "reader_enough",
        _("The person who receives the letters had as many this month as they want."),
    )
    OPTED_OUT = "opted_out", _("The company wants no invitations by e-mail.")
    NO_ADDRESS = "no_address", _("No e-mail address is on file.")
    STOPPED = "stopped", _("The address on file asked not to get invitations.")
    NOT_DELIVERABLE = "not_deliverable", _("The letter could not be delivered.")
    NOT_WRITTEN = (
        "not_written",
        _("Its reasons could not be written down. Score again, then propose it again."),
    )
    COMPLAINED = "complained", _("The reader reported the letter as unwanted.")
    DEAD_ADDRESS = "dead_address", _("Letters to the address on file come back.")
    OBJECTED = "objected", _("The company objected to such letters.")
    NO_RULE = "no_rule", _("No rule is known for its country, so nobody may write first.")
    NEEDS_REQUEST = "needs_request", _("The law of its country wants a request first.")
    NEEDS_PROOF = (
        "needs_proof",
        _("The law of its country wants proof that the address was published for such letters."),
    )
    ONE_PERSON = "one_person", _("One person's address: the law of its country wants a request.")
    NOT_PASSED_ON = "not_passed_on", _("Its cluster organisation did not pass the invitation on.")


# Next month has other letters, so an invitation that waits for one goes on waiting.
UNTIL_NEXT_MONTH = (Refusal.ENOUGH, Refusal.READER_ENOUGH)


class RelayFate(models.TextChoices):
    """What its cluster organisation did with an invitation it was asked to pass on."""

    WAITING = "waiting", pgettext_lazy("relay", "Waiting")
    COPIED = "copied", _("Passed on by hand")
    LETTER = "letter", _("Sent as its own letter")
    DECLINED = "declined", pgettext_lazy("relay", "Not passed on")
    ENDED = "ended", pgettext_lazy("relay", "Not passed on: it ended before")


class AddressKind(models.TextChoices):
    PERSONAL = "personal", _("Personal (name@company)")
    GENERIC = "generic", _("Shared (info@company)")


class RuleChoice(models.TextChoices):
    """What the law of a country wants before a first letter, worded for whoever edits it."""

    FREE = "free", _("Free: write, with a way to stop")
    COMPANIES = "companies", _("Free to companies; one person must have asked")
    PUBLISHED = "published", _("Only if the address was published for such letters, with proof")
    REQUEST = "request", _("Only after a request or consent")


class NominationKind(models.TextChoices):
    COLLEAGUE = "colleague", _("A colleague")
    COMPANY = "company", _("Another company")


class NominationState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("nomination", "Waiting")
    ACCEPTED = "accepted", pgettext_lazy("nomination", "Accepted")
    IGNORED = "ignored", pgettext_lazy("nomination", "Not followed")
