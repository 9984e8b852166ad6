"""How complete a brief is, and what to add next. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Item:
    """A part of a brief: the step it is edited in, its weight, and whether publishing needs it."""

    code: str
    step: str
    weight: int
    required: bool = False


ITEMS: tuple[Item, ...] = (
    Item("title", "need", 5, required=True),
    Item("question", "need", 10, required=True),
    Item("themes", "need", 5, required=True),
    Item("need", "need", 15, required=True),
    Item("practice_today", "need", 5),
    Item("wanted_outcome", "outcome", 10, required=True),
    Item("success_criteria", "outcome", 10, required=True),
    Item("out_of_scope", "outcome", 3),
    Item("must_have", "requirements", 10, required=True),
    Item("nice_to_have", "requirements", 3),
    Item("site_access", "outcome", 4),
    Item("trl", "who", 3),
    Item("languages_of_work", "who", 2),
    Item("offer_kind", "offer", 5, required=True),
    Item("budget", "offer", 3),
    Item("pilot_weeks", "offer", 2),
    Item("deadline", "dates", 5, required=True),
)


@dataclass(frozen=True)
class Completeness:
    """`missing` is sorted: what publishing needs first, then the heaviest."""

    percent: int
    missing: tuple[Item, ...]

    @property
    def required(self) -> tuple[str, ...]:
        """Codes of what publishing still needs."""
        return tuple(item.code for item in self.missing if item.required)


def completeness_of(stated: Mapping[str, bool]) -> Completeness:
    """`stated` says for each item's code whether the brief has it; a code left out counts as no."""
    missing = [item for item in ITEMS if not stated.get(item.code, False)]
    missing.sort(key=lambda item: (not item.required, -item.weight))
    whole = sum(item.weight for item in ITEMS)
    lacking = sum(item.weight for item in missing)
    return Completeness(percent=(whole - lacking) * 100 // whole, missing=tuple(missing))
