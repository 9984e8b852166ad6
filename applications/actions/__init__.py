"""The verbs of applications: the only code that changes them."""

from applications.actions.deciding import (
    Stepped,
    agree_pilot,
    can_decide,
    shortlist,
    take_back_pilot,
    take_off_shortlist,
)
from applications.actions.filing import attach, detach, too_large
from applications.actions.forgetting import forget_drafts
from applications.actions.rows import takes_applications
from applications.actions.telling import news_missed, note_news, tell_applicants, tell_news
from applications.actions.writing import (
    discard_edits,
    keep_typed,
    save_draft,
    start_draft,
    submit,
    take_up_again,
    withdraw,
)

__all__ = [
    "Stepped",
    "agree_pilot",
    "attach",
    "can_decide",
    "detach",
    "discard_edits",
    "forget_drafts",
    "keep_typed",
    "news_missed",
    "note_news",
    "save_draft",
    "shortlist",
    "start_draft",
    "submit",
    "take_back_pilot",
    "take_off_shortlist",
    "take_up_again",
    "takes_applications",
    "tell_applicants",
    "tell_news",
    "too_large",
    "withdraw",
]
