"""Somebody registers a company, fills the profile as the meter says, finds a challenge, applies."""

import re
import time
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.journeys.briefs import PATTERN
from tests.journeys.conftest import Person

Enter = Callable[..., Person]
NAME = "Stiklytter ApS"
ADDRESS = "freja.holm@stiklytter.example"


def meter(page: Page) -> str:
    return page.locator(".completeness .num").first.inner_text()


def next_wanted(page: Page) -> str:
    """Follow what the meter says to add next, and tell what it was."""
    link = page.locator(".completeness").first.get_by_text("Add next:").locator("xpath=..")
    wanted = link.get_by_role("link")
    label = wanted.inner_text()
    wanted.click()
    return label


def save(page: Page) -> None:
    page.get_by_role("main").get_by_role("button", name="Save", exact=True).click()


def register(page: Page) -> None:
    page.get_by_role("link", name="Register my company").click()
    page.get_by_label("Name", exact=True).fill(NAME)
    page.get_by_label("Country", exact=True).select_option("DK")
    page.get_by_label("City").fill("Esbjerg")
    page.get_by_label(re.compile("^In one sentence")).fill("Finder kabelfejl med lyd.")
    page.get_by_role("button", name="Register").click()


def say_what_it_does(page: Page) -> None:
    page.get_by_label("Sensors and grid").check()
    page.locator("summary").filter(has_text="Sensors and grid").click()
    page.get_by_label("Fault detection").check()
    page.get_by_label("Grid sensors").check()
    page.get_by_label(re.compile("^Description")).fill(
        "Måling af strøm og spænding i netstationen viser fejlen på lavspændingskablet."
    )
    save(page)


def add_a_solution(page: Page) -> None:
    page.get_by_label("Name", exact=True).fill("Kabeløret")
    save(page)


def fitting_when_scored(page: Page) -> Locator:
    """The challenge it fits, once the worker has scored both as they are now."""
    best = page.locator("main li").filter(has=page.locator(f'h2 a[href$="/{PATTERN}/"]'))
    give_up = time.monotonic() + 60
    while time.monotonic() < give_up and not best.count():
        time.sleep(1)
        page.reload()
    # The page renews itself; nobody has to press anything.
    expect(page.get_by_text("Scoring your profile")).to_be_hidden(timeout=60_000)
    return best


def test_a_new_company_fills_its_profile_finds_a_challenge_and_applies(someone: Enter):
    freja = someone()
    page = freja.sign_up("Freja Holm", ADDRESS)
    register(page)
    expect(page.get_by_text("Your company is here.")).to_be_visible()
    assert meter(page) == "11 %"

    assert next_wanted(page) == "Capabilities"
    say_what_it_does(page)
    assert meter(page) == "53 %"
    assert next_wanted(page) == "A solution you offer"
    add_a_solution(page)
    assert meter(page) == "69 %"
    assert next_wanted(page) == "How ready your solutions are (TRL)"
    page.get_by_label(re.compile("readiness", re.IGNORECASE)).select_option("8")
    save(page)
    assert meter(page) == "78 %"
    assert next_wanted(page) == "Something you have done"

    page.goto("/dashboard/")
    page.get_by_role("link", name="Challenges for me").first.click()
    expect(fitting_when_scored(page)).to_contain_text("Covers 2 of 2 must-have")
    page.goto(f"/challenges/{PATTERN}/")
    page.get_by_role("link", name="Apply", exact=True).first.click()
    expect(page.get_by_label("Contact e-mail")).to_have_value(ADDRESS)
    page.get_by_label(re.compile("answer in one sentence", re.IGNORECASE)).fill("Vi hører fejlen.")
    page.get_by_label(re.compile("how you meet the need", re.IGNORECASE)).fill("Med ører.")
    page.get_by_label(re.compile("plan for the pilot", re.IGNORECASE)).fill("Otte uger.")
    page.get_by_role("button", name="Send the application").click()

    expect(page.get_by_text("Submitted").first).to_be_visible()
    assert "Vi hører fejlen." in freja.newest_letter(ADDRESS, "Find fejlen")
