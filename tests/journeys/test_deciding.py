"""After the deadline: a manager puts applications on the shortlist and agrees a pilot."""

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.journeys.briefs import move, open_a_copy
from tests.journeys.conftest import Person, choose_english

Enter = Callable[..., Person]
CLOSED = "/applications/challenge/esbjerg-sensorteknologi/"
COMPANY = "Tavlevagt ApS"


def apply(company: Person, slug: str) -> str:
    """Send an application: the path of its page."""
    page = company.go(f"/applications/new/{slug}/")
    for label in ("answer in one sentence", "how you meet the need", "plan for the pilot"):
        page.get_by_label(re.compile(label, re.IGNORECASE)).fill("We listen for twelve weeks.")
    page.get_by_role("button", name="Send the application").click()
    expect(page.get_by_text("Your application has arrived")).to_be_visible()
    return page.url


def test_an_application_goes_all_the_way_to_a_pilot(someone: Enter):
    manager, company = someone("Cluster manager"), someone("Company")
    slug = open_a_copy(manager, "Cables that somebody shall listen to")
    own = apply(company, slug)
    tab = f"/applications/challenge/{slug}/"
    page = manager.go(tab)
    expect(page.get_by_text("once the deadline has passed")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("shortlist"))).to_have_count(0)
    move(manager, slug, "close", "Close the challenge")

    page = manager.go(tab)
    page.get_by_role("checkbox", name=f"Choose {COMPANY}").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Put the ticked ones on the shortlist").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text(f"On the shortlist now: {COMPANY}.")).to_be_visible()
    expect(company.go(own).get_by_text("Your application is on the shortlist")).to_be_visible()

    page.get_by_role("link", name=COMPANY, exact=True).click()
    page.get_by_role("button", name="Agree a pilot").click()
    expect(page.get_by_text(f"A pilot is agreed with: {COMPANY}.")).to_be_visible()
    expect(company.go(own).get_by_text("Your application is chosen for a pilot")).to_be_visible()

    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("No pilot any more, on the shortlist again")).to_be_visible()
    page.get_by_role("button", name="Take off the shortlist").click()
    expect(page.get_by_text("Off the shortlist now")).to_be_visible()
    expect(company.go(own).get_by_text("Your application has arrived")).to_be_visible()


def manager_in(context: BrowserContext, address: str) -> Page:
    choose_english(context, address)
    page = context.new_page()
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Cluster manager").click()
    page.wait_for_url("**/dashboard/")
    return page


def test_the_steps_need_no_script(browser: Browser, product: str):
    context = browser.new_context(base_url=product, locale="en-GB", java_script_enabled=False)
    page = manager_in(context, product)
    page.goto(f"{CLOSED}?order=company")
    row = page.get_by_role("row", name=re.compile("Klipstrøm"))

    row.get_by_role("button", name="Put on the shortlist").click()
    on_it = row.inner_text()
    page.get_by_role("button", name="Undo").click()
    off_it = row.inner_text()

    assert ("On the shortlist" in on_it, "Submitted" in off_it) == (True, True)
    assert page.url.endswith(f"{CLOSED}?order=company")
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_pages_with_steps(browser: Browser, product: str, scheme: str):
    context = browser.new_context(
        base_url=product, bypass_csp=True, color_scheme=scheme, locale="en-GB"
    )
    page = manager_in(context, product)
    found: list[str] = []

    def look() -> None:
        violations = Axe().run(page).response["violations"]
        found.extend(
            f"{page.url}: {one['id']} at {one['nodes'][0]['target']}" for one in violations
        )

    page.goto(CLOSED)
    page.get_by_role("row", name=re.compile("Klipstrøm")).get_by_role(
        "button", name="Put on the shortlist"
    ).click()
    look()
    page.get_by_role("button", name="Undo").click()
    look()
    page.get_by_role("link", name="Nettstua AS").click()
    look()
    page.goto(CLOSED)
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.get_by_role("button", name="Compare the ticked ones").click()
    look()

    context.close()
    assert found == []


def test_a_phone_shows_the_steps_without_scrolling_sideways(browser: Browser, product: str):
    context = browser.new_context(
        base_url=product, locale="en-GB", viewport={"width": 360, "height": 740}
    )
    page = manager_in(context, product)

    page.goto(CLOSED)
    widths = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    cut = page.evaluate(
        "[...document.querySelectorAll('td *')].filter(one => "
        "!one.closest('.ds-sr-only, svg') && one.getBoundingClientRect().right > 360).length"
    )

    context.close()
    assert (widths[0] <= widths[1], cut) == (True, 0)
