"""How complete a profile is, and what would help most next. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Stated:
    """What a profile says, as far as completeness cares."""

    summary: bool
    description: bool
    themes: bool
    capabilities: int
    countries_served: bool
    languages_of_work: bool
    staff: bool
    place: bool
    contact: bool
    solutions: int
    solutions_with_trl: int
    references: int


@dataclass(frozen=True)
class Completeness:
    """`missing` holds codes, the one that helps most first."""

    percent: int
    missing: tuple[str, ...]


# Points by what matching reads: what is worth most is asked for first.
WEIGHTS = {
    "capabilities": 18,
    "solution": 16,
    "description": 14,
    "themes": 10,
    "trl": 9,
    "reference": 9,
    "summary": 7,
    "countries_served": 5,
    "languages_of_work": 4,
    "staff": 4,
    "place": 2,
    "contact": 2,
}


def completeness(stated: Stated) -> Completeness:
    there = {
        "capabilities": stated.capabilities > 0,
        "solution": stated.solutions > 0,
        "description": stated.description,
        "themes": stated.themes,
        "trl": 0 < stated.solutions == stated.solutions_with_trl,
        "reference": stated.references > 0,
        "summary": stated.summary,
        "countries_served": stated.countries_served,
        "languages_of_work": stated.languages_of_work,
        "staff": stated.staff,
        "place": stated.place,
        "contact": stated.contact,
    }
    percent = sum(points for code, points in WEIGHTS.items() if there[code])
    return Completeness(percent, tuple(code for code in WEIGHTS if not there[code]))
