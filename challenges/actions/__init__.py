"""The verbs of a challenge: the only code that changes one."""

from challenges.actions.briefs import (
    can_edit,
    create_draft,
    duplicate,
    fingerprint,
    set_requirements,
    update_brief,
)
from challenges.actions.moves import (
    backdate,
    close,
    close_due,
    extend,
    publish,
    reopen,
    withdraw,
)
from challenges.actions.refusals import ChallengeRefused, ChangedMeanwhile, NotReady

__all__ = [
    "ChallengeRefused",
    "ChangedMeanwhile",
    "NotReady",
    "backdate",
    "can_edit",
    "close",
    "close_due",
    "create_draft",
    "duplicate",
    "extend",
    "fingerprint",
    "publish",
    "reopen",
    "set_requirements",
    "update_brief",
    "withdraw",
]
