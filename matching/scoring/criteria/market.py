"""Market and place: the lab's country served and, where work on the site is needed, nearness."""

import math

import numpy as np

from matching.scoring.arrays import Bools, Floats
from matching.scoring.corpus import Corpus
from matching.scoring.facts import Brief, Point, Profile
from matching.scoring.findings import Quote, Reason

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


def explain(brief: Brief, profile: Profile) -> tuple[Reason, tuple[Quote, ...]]:
    place = _wanted_near(brief)
    reason = Reason(
        _code(brief, profile),
        country=brief.country,
        home=profile.country,
        presence=place is not None,
        km=_kilometres(place, profile.point),
    )
    return reason, ()


def _code(brief: Brief, profile: Profile) -> str:
    if not brief.country:
        return "market_distance"
    if profile.country == brief.country:
        return "market_home"
    served = brief.country in profile.all_countries_served
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


def _kilometres(place: Point | None, other: Point | None) -> int | None:
    """To the nearest ten: nobody decides on less."""
    if place is None or other is None:
        return None
    distance = EARTH_RADIUS_KM * math.dist(place.on_unit_sphere, other.on_unit_sphere)
    return 10 * round(distance / 10)
