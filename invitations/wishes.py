"""What a company wants of invitations, held against one challenge. Pure.

Empty themes and countries are no limit.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from matching.scoring import Reason


@dataclass(frozen=True, slots=True)
class Wishes:
    """`letters` are those of the last month."""

    themes: Collection[str] = ()
    countries: Collection[str] = ()
    per_month: int | None = None
    paused_until: date | None = None
    letters: int = 0


def against(wishes: Wishes, *, themes: Collection[str], country: str, today: date) -> Reason | None:
    """Why the company would not want a letter about such a challenge now; None if it would.

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
