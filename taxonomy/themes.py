"""The eight themes of the field, with the codes other systems know them by."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Theme:
    """A theme of living-lab work.

    `sdg` lists goals of the 2030 Agenda, `cpv` and `nace` the divisions nearest in meaning.
    """

    code: str
    label: str | Promise
    sdg: tuple[int, ...]
    cpv: str
    nace: str


THEMES = (
    Theme("sensors_grid", _("Sensors and grid"), (7, 9), "38000000", "35.1"),
    Theme("smart_home", _("Smart home and behaviour"), (7, 12), "42961000", "43.2"),
    Theme("sustainable_energy", _("Sustainable energy"), (7, 13), "09300000", "35.3"),
    Theme("zero_emission_freight", _("Zero-emission freight"), (11, 13), "60100000", "49.4"),
    Theme("smart_buildings", _("Smart buildings"), (9, 11), "45300000", "41.0"),
    Theme("waste_circular", _("Waste and circular economy"), (11, 12), "90500000", "38.2"),
    Theme("mobility_charging", _("Mobility and charging"), (11, 13), "34144900", "49.3"),
    Theme("applied_ai", _("Applied AI and data"), (8, 9), "48000000", "62.1"),
)

THEME_BY_CODE = {theme.code: theme for theme in THEMES}
THEME_CHOICES = [(theme.code, theme.label) for theme in THEMES]
