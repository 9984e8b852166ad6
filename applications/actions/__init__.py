"""The verbs of applications: the only code that changes them."""

from applications.actions.writing import (
    CONTENT_FIELDS,
    save_draft,
    start_draft,
    submit,
    take_up_again,
    withdraw,
)

__all__ = [
    "CONTENT_FIELDS",
    "save_draft",
    "start_draft",
    "submit",
    "take_up_again",
    "withdraw",
]
