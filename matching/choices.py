"""Words of matching, and the only moves that a contest may make."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from matching.scoring import CRITERIA


class RunState(models.TextChoices):
    QUEUED = "queued", _("Queued")
    RUNNING = "running", _("Scoring")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


CRITERION_CHOICES = [(code, code) for code in CRITERIA]


class ContestState(models.TextChoices):
    OPEN = "open", pgettext_lazy("contest", "Open")
    ACCEPTED = "accepted", pgettext_lazy("contest", "Accepted")
    REFUSED = "refused", pgettext_lazy("contest", "Refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("contest", "Withdrawn")


CONTEST_MOVES: tuple[tuple[str, str], ...] = (
    (ContestState.OPEN, ContestState.ACCEPTED),
    (ContestState.OPEN, ContestState.REFUSED),
    (ContestState.OPEN, ContestState.WITHDRAWN),
    # The manager took the decision back and looks again.
    (ContestState.ACCEPTED, ContestState.OPEN),
    (ContestState.REFUSED, ContestState.OPEN),
)

# Of these there is one at most for each match and criterion.
LIVING = (ContestState.OPEN, ContestState.ACCEPTED)


class Granted(models.TextChoices):
    """How much of the part a manager counts after a contest."""

    FULL = "full", _("All points of this part")
    HALF = "half", _("Half of the points of this part")


SHARE_OF = {Granted.FULL: 1.0, Granted.HALF: 0.5}


class OverrideKind(models.TextChoices):
    PIN = "pin", _("Pin: always on top, counted as chosen")
    EXCLUDE = "exclude", _("Exclude: is not invited")
    RAISE = "raise", _("Raise: points on top of the score")


class Outcome(models.TextChoices):
    """What can come of a match. Later rooms tell what they know by `actions.record_outcome`."""

    INVITED = "invited", pgettext_lazy("match", "Invited")
    # Taken back, or the letter did not arrive: nobody was asked.
    UNINVITED = "uninvited", pgettext_lazy("match", "Not reached")
    INTERESTED = "interested", pgettext_lazy("match", "Interested")
    POSTPONED = "postponed", pgettext_lazy("match", "Not now")
    DECLINED = "declined", pgettext_lazy("match", "Declined")
    UNANSWERED = "unanswered", pgettext_lazy("match", "No answer")
    APPLIED = "applied", pgettext_lazy("match", "Applied")
    WITHDRAWN = "withdrawn", pgettext_lazy("match", "Application withdrawn")
    SHORTLISTED = "shortlisted", pgettext_lazy("match", "Shortlisted")
    PILOTED = "piloted", pgettext_lazy("match", "Pilot")
    OVERRIDDEN = "overridden", pgettext_lazy("match", "Overridden by a manager")
    CONTESTED = "contested", pgettext_lazy("match", "Contested by the company")


# Of each strand the newest counts: an answer does not undo an application.
STRANDS = {
    Outcome.INVITED: "answer",
    Outcome.UNINVITED: "answer",
    Outcome.INTERESTED: "answer",
    Outcome.POSTPONED: "answer",
    Outcome.DECLINED: "answer",
    Outcome.UNANSWERED: "answer",
    Outcome.APPLIED: "application",
    Outcome.WITHDRAWN: "application",
    Outcome.SHORTLISTED: "application",
    Outcome.PILOTED: "application",
    Outcome.OVERRIDDEN: "override",
    Outcome.CONTESTED: "contest",
}
