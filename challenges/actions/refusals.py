"""Why a verb said no, in sentences a manager can act on."""

from collections.abc import Sequence


class ChallengeRefused(Exception):
    """The verb did nothing; the text says why and what to do."""


class NotReady(ChallengeRefused):
    """The brief lacks parts; `missing` holds their codes (`completeness.py`)."""

    def __init__(self, message: str, missing: Sequence[str]) -> None:
        super().__init__(message)
        self.missing = tuple(missing)


class ChangedMeanwhile(ChallengeRefused):
    """Somebody else saved these parts since the editor last saw them."""
