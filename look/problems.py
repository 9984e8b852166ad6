"""A refusal that every form of a noun with revisions may meet."""

from django.utils.translation import gettext as _


class EditedMeanwhile(Exception):
    """Somebody else saved the same thing since it was opened."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "Somebody else changed this while you were editing. Nothing of yours is lost: "
                "compare both below and save again."
            )
        )
