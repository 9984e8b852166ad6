"""Where a place lies on the drawn map of Europe. Pure.

Lambert's equal-area projection around 54° N 10° E, as in `static/vendor/europe/europe.svg`.
"""

from math import cos, radians, sin, sqrt

WIDTH, HEIGHT = 832, 960
SCALE, LEFT, TOP = 1600, -0.28, 0.31
CENTRE_LATITUDE, CENTRE_LONGITUDE = radians(54), radians(10)


def point(latitude: float, longitude: float) -> tuple[int, int]:
    """Position in the map's own units, from its upper left corner."""
    phi, turn = radians(latitude), radians(longitude) - CENTRE_LONGITUDE
    along = cos(phi) * cos(turn)
    stretch = sqrt(2 / (1 + sin(CENTRE_LATITUDE) * sin(phi) + cos(CENTRE_LATITUDE) * along))
    east = stretch * cos(phi) * sin(turn)
    north = stretch * (cos(CENTRE_LATITUDE) * sin(phi) - sin(CENTRE_LATITUDE) * along)
    return round((east - LEFT) * SCALE), round((TOP - north) * SCALE)


def on_map(x: int, y: int) -> bool:
    return 0 <= x <= WIDTH and 0 <= y <= HEIGHT
