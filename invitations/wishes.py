"""What a company and its reader want of invitations, held against one challenge. Pure.

Empty themes and countries are no limit.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date

from matching.scoring import Reason

# The one that lasts longest for this challenge comes first, but a pause says when it ends.
STRICTEST_FIRST = ("paused", "theme_unwanted", "country_unwanted", "enough")
OF_THE_READER = "reader_"


@dataclass(frozen=True, slots=True)
class Wishes:
    """`letters` are those of the last month: to the company, or to the person for any company."""

    themes: Collection[str] = ()
    countries: Collection[str] = ()
    per_month: int | None = None
    paused_until: date | None = None
    letters: int = 0


@dataclass(frozen=True, slots=True)
class Wanted:
    """Both hold: what the company chose, and what the person chose who gets its letters.

    `person` is who that is, where there is such a person.
    """

    company: Wishes = Wishes()
    reader: Wishes = Wishes()
    person: int | None = None

    def after(self, letters: int) -> "Wanted":
        """Once the person has had so many letters more for other companies."""
        if not letters:
            return self
        reader = replace(self.reader, letters=self.reader.letters + letters)
        return replace(self, reader=reader)


def against(wishes: Wishes, *, themes: Collection[str], country: str, today: date) -> Reason | None:
    """Why a letter about such a challenge would not be wanted now; None if it would.

    The codes are those of `Refusal`.
    """
    if wishes.paused_until is not None and today < wishes.paused_until:
        return Reason("paused", until=wishes.paused_until.isoformat())
    if wishes.themes and not set(wishes.themes) & set(themes):
        return Reason("theme_unwanted")
    if wishes.countries and country not in wishes.countries:
        return Reason("country_unwanted")
    if wishes.per_month is not None and wishes.letters >= wishes.per_month:
        return Reason("enough", most=wishes.per_month)
    return None


def against_either(
    wanted: Wanted, *, themes: Collection[str], country: str, today: date
) -> Reason | None:
    """The stricter of both. Of the reader's wishes no more is told than whose they are."""
    company, reader = (
        against(wishes, themes=themes, country=country, today=today)
        for wishes in (wanted.company, wanted.reader)
    )
    if reader is None or (company is not None and _place(company) <= _place(reader)):
        return company
    return Reason(f"{OF_THE_READER}{reader.code}")


def _place(reason: Reason) -> int:
    return STRICTEST_FIRST.index(reason.code)
