"""Why a verb of this room refused, in words the person can act on."""

from datetime import datetime

from django.utils.translation import gettext as _


class ApplicationProblem(Exception):
    """A refusal; its text is shown to the person. Whoever calls keeps what was typed."""


class EditedMeanwhile(ApplicationProblem):
    """Somebody else saved the application since it was opened."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "Somebody else saved this application while you were writing. Nothing of yours is "
                "lost: your text is still in the form, and theirs stands beside it."
            )
        )


class Incomplete(ApplicationProblem):
    """Fields that an application needs before it can be submitted; `fields` are their names."""

    def __init__(self, fields: list[str]) -> None:
        self.fields = fields
        super().__init__(_("Some answers are still missing. They are marked below."))


class TooLate(ApplicationProblem):
    """The request began after the last moment; `ended_at` is None for a withdrawn challenge."""

    def __init__(self, *, arrived_at: datetime, ended_at: datetime | None) -> None:
        self.arrived_at = arrived_at
        self.ended_at = ended_at
        super().__init__(_("This came after the last moment to apply. It was not sent."))


class FileRefused(ApplicationProblem):
    """An attachment of a kind or size that is not accepted."""
