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
from challenges.actions.questions import answer_question, ask, hide_question, show_question
from challenges.actions.refusals import ChallengeRefused, ChangedMeanwhile, NotReady

__all__ = [
    "ChallengeRefused",
    "ChangedMeanwhile",
    "NotReady",
    "answer_question",
    "ask",
    "backdate",
    "can_edit",
    "close",
    "close_due",
    "create_draft",
    "duplicate",
    "extend",
    "fingerprint",
    "hide_question",
    "publish",
    "reopen",
    "set_requirements",
    "show_question",
    "update_brief",
    "withdraw",
]
