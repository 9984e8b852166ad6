"""What a first visit to a public page costs before its own words and pictures."""

import gzip
from pathlib import Path

from django.contrib.staticfiles import finders

EVERY_PAGE = [
    "vendor/designsystemet/designsystemet.css",
    "app.css",
    "django_htmx/htmx-2.min.js",
    "js/look.js",
    "img/icons.svg",
    "img/mark.svg",
    "img/quilt.svg",
]
FONTS = ["vendor/inter/inter-latin.woff2", "vendor/inter/inter-latin-ext.woff2"]


def compressed(name):
    body = Path(finders.find(name)).read_bytes()
    return len(body) if name.endswith(".woff2") else len(gzip.compress(body))


def test_frame_of_a_page_stays_far_below_the_budget():
    assert sum(compressed(name) for name in EVERY_PAGE + FONTS) < 110_000


def test_scripts_stay_small():
    assert sum(compressed(name) for name in EVERY_PAGE if name.endswith(".js")) < 25_000


def test_outline_of_europe_is_small():
    assert Path(finders.find("vendor/europe/europe.geojson")).stat().st_size < 120_000


def test_every_vendored_folder_has_its_licence():
    vendor = Path("static/vendor")

    assert {path.name for path in vendor.iterdir() if path.is_dir()} == {
        path.parent.name for path in vendor.glob("*/LICENSE")
    }
