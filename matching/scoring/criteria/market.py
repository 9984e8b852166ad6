"""Market and place: the lab's country served and, where work on the site is needed, nearness."""

import math
from collections.abc import Iterable

import numpy as np

from matching.scoring.arrays import Bools, Floats
from matching.scoring.corpus import Corpus
from matching.scoring.facts import Brief, Point, Profile
from matching.scoring.findings import Reason, Said

EARTH_RADIUS_KM = 6371.0
NEAR = ((50.0, 1.0), (200.0, 0.7), (500.0, 0.4), (1500.0, 0.0))


def asked(brief: Brief) -> bool:
    return bool(brief.country) or _wanted_near(brief) is not None


def measure(brief: Brief, corpus: Corpus) -> tuple[Floats, Bools]:
    """What is asked of the two counts alike."""
    pieces: list[Floats] = []
    place = _wanted_near(brief)
    has_point = ~np.isnan(corpus.points[:, 0])
    if brief.country:
        here = (brief.country,)
        present = corpus.countries_served.count(here) + corpus.home.count(here)
        pieces.append(np.minimum(present, 1).astype(np.float64))
    if place is not None:
        near = _nearness(_distances(place, corpus))
        near[~has_point] = 0.0
        pieces.append(near)
    shares: Floats = np.add.reduce(pieces) / len(pieces)
    return shares, corpus.home.stated | corpus.countries_served.stated | has_point


def explain(brief: Brief, profiles: Iterable[Profile]) -> list[Said]:
    country, place = brief.country, _wanted_near(brief)
    there = None if place is None else place.on_unit_sphere
    return [
        (
            Reason(
                _code(country, profile),
                country=country,
                home=profile.country,
                presence=place is not None,
                km=_kilometres(there, profile.point),
            ),
            (),
        )
        for profile in profiles
    ]


def _code(country: str, profile: Profile) -> str:
    if not country:
        return "market_distance"
    if profile.country == country:
        return "market_home"
    served = profile.serves(country)
    return "market_served" if served else "market_not_served"


def _wanted_near(brief: Brief) -> Point | None:
    return brief.point if brief.needs_presence else None


def _distances(place: Point, corpus: Corpus) -> Floats:
    """Straight lines through the globe: square roots are exact, sines differ between machines."""
    steps = corpus.points - np.array(place.on_unit_sphere)
    squares = steps * steps
    km: Floats = EARTH_RADIUS_KM * np.sqrt(squares[:, 0] + squares[:, 1] + squares[:, 2])
    return km


def _nearness(km: Floats) -> Floats:
    points, shares = zip(*NEAR, strict=True)
    near: Floats = np.interp(km, points, shares)
    return near


def _kilometres(there: tuple[float, float, float] | None, point: Point | None) -> int | None:
    """To the nearest ten: nobody decides on less."""
    if there is None or point is None:
        return None
    distance = EARTH_RADIUS_KM * math.dist(there, point.on_unit_sphere)
    return 10 * round(distance / 10)
