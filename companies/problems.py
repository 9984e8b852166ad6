"""Why a verb of this room refused, in words the person can act on."""

from django.utils.translation import gettext as _


class CompanyProblem(Exception):
    """A refusal; its text is shown to the person."""


class EditedMeanwhile(CompanyProblem):
    """Somebody else saved the profile since it was opened."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "Somebody else changed this while you were editing. Nothing of yours is lost: "
                "compare both below and save again."
            )
        )
