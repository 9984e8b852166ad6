"""Every component on one page: its markup here, its looks in a browser."""

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings

from tests.look import gallery

TEMPLATES = Path(settings.BASE_DIR, "templates")
ERRORS = ["400", "403", "403_csrf", "404", "413", "429", "500", "503"]
PAGES = ["/challenges/", *(f"/error/{code}" for code in ERRORS)]


def test_every_documented_component_is_on_the_page():
    sources = gallery.GALLERY.read_text() + "".join(
        path.read_text() for path in (TEMPLATES / "layouts").glob("*.html")
    )
    page = Path(settings.BASE_DIR, "docs", "look.md").read_text()
    documented = set(re.findall(r"<c-([a-z-]+)", page.replace("<c-slot", "")))

    assert len(documented) > 25
    assert documented - set(re.findall(r"<c-([a-z-]+)", sources)) == set()


@pytest.mark.parametrize(
    "forbidden", [r"\sstyle=", r"<style", r"<script(?![^>]*\ssrc=)", r"\son[a-z]+=", r"javascript:"]
)
def test_nothing_the_policy_would_refuse(forbidden):
    assert re.findall(forbidden, gallery.render_page()) == []


def test_every_icon_named_in_a_template_is_drawn():
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', Path("static/img/icons.svg").read_text()))
    named = {
        name
        for path in TEMPLATES.rglob("*.html")
        for name in re.findall(
            r"""(?:<c-icon name=|\{% icon |\sicon=)["']([\w-]+)["']""", path.read_text()
        )
    }

    assert named - drawn == set()


def test_pagination_keeps_the_query():
    html = gallery.render_page("/challenges/?theme=health&page=4")

    assert 'href="?theme=health&amp;page=5"' in html


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1360])
def test_axe_finds_nothing(browser, gallery_url, scheme, width):
    context = browser.new_context(
        color_scheme=scheme, viewport={"width": width, "height": 900}, bypass_csp=True
    )
    page = context.new_page()
    found = {}

    for path in PAGES:
        page.goto(gallery_url + path)
        result = Axe().run(page)
        found[path] = [violation["id"] for violation in result.response["violations"]]

    context.close()
    assert found == {path: [] for path in PAGES}


@pytest.mark.parametrize("width", [320, 390, 680, 1024, 1160, 1360])
def test_page_never_scrolls_sideways(browser, gallery_url, width):
    context = browser.new_context(viewport={"width": width, "height": 800})
    page = context.new_page()

    page.goto(gallery_url + "/challenges/")

    assert page.evaluate("document.documentElement.scrollWidth") == width
    context.close()


def test_browser_reports_no_refusal(browser, gallery_url):
    context = browser.new_context()
    page = context.new_page()
    said = []
    page.on("console", lambda message: said.append(message.text))

    page.goto(gallery_url + "/challenges/")
    page.locator("[data-map-open]").click()
    page.locator(".map-live .map-pin").first.wait_for()

    assert said == []
    context.close()


def test_menus_open_and_close_without_script(browser, gallery_url):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.goto(gallery_url + "/challenges/")
    links = page.get_by_role("navigation", name="Main").get_by_role("link")

    assert links.first.is_hidden()
    page.locator(".site-menu > summary").click()

    assert links.first.is_visible()
    context.close()


def test_filters_are_folded_on_a_phone_and_open_on_a_desk(browser, gallery_url):
    seen = []

    for width in (390, 1360):
        context = browser.new_context(viewport={"width": width, "height": 800})
        page = context.new_page()
        page.goto(gallery_url + "/challenges/")
        seen.append(page.get_by_label("Energy").is_visible())
        context.close()

    assert seen == [False, True]
