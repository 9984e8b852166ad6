"""The verbs of applications: the only code that changes them."""

from applications.actions.filing import attach, detach, too_large
from applications.actions.forgetting import forget_drafts
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
    "attach",
    "detach",
    "discard_edits",
    "forget_drafts",
    "keep_typed",
    "news_missed",
    "note_news",
    "save_draft",
    "start_draft",
    "submit",
    "take_up_again",
    "tell_applicants",
    "tell_news",
    "too_large",
    "withdraw",
]
