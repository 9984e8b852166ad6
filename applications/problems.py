"""Why a verb of this room refused, in words the person can act on."""

from django.utils.translation import gettext as _


class ApplicationProblem(Exception):
    """A refusal; its text is shown to the person. What was typed has been kept as a draft."""


class EditedMeanwhile(ApplicationProblem):
    """A colleague saved the application since it was opened."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "A colleague saved this application while you were editing. Nothing of yours is "
                "lost: both texts are shown below. Choose what to keep and save again."
            )
        )


class Incomplete(ApplicationProblem):
    """Fields that an application needs before it can be submitted; `fields` are their names."""

    def __init__(self, fields: list[str]) -> None:
        self.fields = fields
        super().__init__(_("Some answers are still missing. They are marked below."))


class TooLate(ApplicationProblem):
    """The request began after the deadline."""


class FileRefused(ApplicationProblem):
    """An attachment of a kind or size that is not accepted."""
