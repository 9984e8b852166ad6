"""Every page of the journeys: nothing for axe to find, light enough, in both colour schemes."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.journeys.conftest import Person

OPEN = "esbjerg-fejlfinding-lavspaending"
CLOSED = "esbjerg-sensorteknologi"
PUBLIC = (
    "/",
    "/challenges/",
    f"/challenges/{OPEN}/",
    f"/challenges/{CLOSED}/",
    f"/challenges/{OPEN}/questions/",
    "/labs/",
    "/labs/esbjerg-grid-lab/",
    "/companies/",
    "/search/?q=sensor",
    "/about/",
    "/privacy/",
    "/accessibility/",
    "/contact/",
    "/accounts/login/",
    "/accounts/signup/",
    "/outbox/",
    "/nothing-here/",
)
SIGNED_IN = {
    "Cluster manager": (
        "/dashboard/",
        "/challenges/mine/",
        f"/challenges/{OPEN}/edit/need/",
        f"/challenges/{OPEN}/edit/requirements/",
        f"/matches/{OPEN}/",
        f"/invitations/challenge/{OPEN}/",
        "/invitations/",
        f"/challenges/{OPEN}/questions/ask/",
        f"/applications/challenge/{CLOSED}/",
        "/companies/import/",
        "/accounts/",
    ),
    "Partner": ("/dashboard/", "/matches/"),
    "Company": (
        "/dashboard/",
        "/companies/tavlevagt-aps/",
        "/matches/for/tavlevagt-aps/",
        "/invitations/",
        "/applications/",
        f"/applications/new/{OPEN}/",
    ),
    "Platform administrator": (
        "/dashboard/",
        "/organisations/",
        "/organisations/networks/",
        "/invitations/objections/",
    ),
}
WEIGHT_LIMIT = 150_000
REQUEST_LIMIT = 12


def findings(page: Page, path: str) -> list[str]:
    page.goto(path)
    violations = Axe().run(page).response["violations"]
    return [f"{path}: {one['id']} at {one['nodes'][0]['target']}" for one in violations]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("role", [None, *SIGNED_IN])
def test_axe_finds_nothing(browser: Browser, product: str, role: str | None, scheme: str):
    context = browser.new_context(
        base_url=product, bypass_csp=True, color_scheme=scheme, locale="en-GB"
    )
    page = context.new_page()
    if role:
        page.goto("/accounts/login/")
        page.get_by_role("button", name=role).click()
        page.wait_for_url("**/dashboard/")

    found = [
        line for path in (SIGNED_IN[role] if role else PUBLIC) for line in findings(page, path)
    ]

    context.close()
    assert found == []


@pytest.mark.parametrize("path", PUBLIC[:-2])
def test_a_public_page_is_light(someone: Callable[..., Person], path: str):
    visitor = someone()
    sizes: list[int] = []
    visitor.page.on("requestfinished", lambda one: sizes.append(sum(_transferred(one).values())))

    visitor.page.goto(path, wait_until="networkidle")

    assert len(sizes) <= REQUEST_LIMIT
    assert sum(sizes) <= WEIGHT_LIMIT


def _transferred(request) -> dict[str, int]:
    sizes = request.sizes()
    return {name: sizes[name] for name in ("responseBodySize", "responseHeadersSize")}


@pytest.mark.parametrize("path", ["/", "/challenges/", f"/challenges/{OPEN}/", "/labs/"])
def test_a_phone_does_not_scroll_sideways(browser: Browser, product: str, path: str):
    context = browser.new_context(base_url=product, viewport={"width": 360, "height": 740})
    page = context.new_page()

    page.goto(path)

    widths = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    context.close()
    assert widths[0] <= widths[1]


def test_a_long_address_keeps_its_place_on_a_phone(someone: Callable[..., Person]):
    page = someone("Company").go("/accounts/")

    page.set_viewport_size({"width": 360, "height": 740})

    widths = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert widths[0] <= widths[1]
