"""The application form when something comes between: nothing typed is lost, the page says what."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.briefs import move, open_a_copy
from tests.journeys.conftest import Person

Enter = Callable[..., Person]
OPEN = "doll-lys-der-folger-cyklisten"
ADDRESS = "pernille.oesterlund@tavlevagt.example"


def pitch(page: Page):
    return page.get_by_label(re.compile("answer in one sentence", re.IGNORECASE))


def fill(page: Page, words: str) -> None:
    pitch(page).fill(words)
    page.get_by_label(re.compile("how you meet the need", re.IGNORECASE)).fill("Coils.")
    page.get_by_label(re.compile("plan for the pilot", re.IGNORECASE)).fill("Twelve weeks.")


def test_a_challenge_that_closes_meanwhile_keeps_the_text_and_says_so(someone: Enter):
    manager, company = someone("Cluster manager"), someone("Company")
    slug = open_a_copy(manager, "Closing while you write")
    page = company.go(f"/applications/new/{slug}/")
    fill(page, "Nearly there.")
    move(manager, slug, "close", "Close the challenge")

    page.get_by_role("button", name="Send the application").click()

    expect(page.get_by_text("Too late to send")).to_be_visible()
    expect(page.get_by_text("It was not sent. Your text is kept here")).to_be_visible()
    expect(pitch(page)).to_have_value("Nearly there.")
    expect(company.go(f"/applications/new/{slug}/").locator("main")).to_contain_text("Draft")
    expect(pitch(company.page)).to_have_value("Nearly there.")
    company.go("/applications/")
    expect(company.page.get_by_text("Nearly there.")).to_be_visible()


def test_a_double_click_sends_one_application_and_one_receipt(someone: Enter):
    manager, company = someone("Cluster manager"), someone("Company")
    slug = open_a_copy(manager, "Pressed twice in a hurry")
    page = company.go(f"/applications/new/{slug}/")
    fill(page, "Twice is safe.")

    page.get_by_role("button", name="Send the application").dblclick()

    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_text("Submitted").first).to_be_visible()
    company.newest_letter(ADDRESS, "Pressed twice in a hurry")
    receipts = company.go(f"/outbox/?q={ADDRESS}").get_by_role("table").get_by_role("row")
    expect(receipts.filter(has_text="Pressed twice in a hurry")).to_have_count(1)
    arrived = manager.go(f"/applications/challenge/{slug}/").get_by_role("table")
    expect(arrived.get_by_role("link", name="Tavlevagt ApS", exact=True)).to_have_count(1)


@pytest.mark.parametrize("way", ["the button", "itself"])
def test_a_lost_session_brings_the_text_back_after_signing_in(someone: Enter, way: str):
    company, words = someone("Company"), f"Saved by {way} when the session had ended."
    page = company.go(f"/applications/new/{OPEN}/")
    company.context.clear_cookies(name=re.compile("session"))

    fill(page, words)
    if way == "the button":
        page.get_by_role("button", name="Save draft").click()
    expect(page).to_have_url(re.compile("/accounts/login/"))
    page.get_by_role("button", name="Company").last.click()

    expect(page).to_have_url(re.compile(f"/applications/new/{OPEN}/"))
    expect(page.get_by_text("Your text is back")).to_be_visible()
    expect(pitch(page)).to_have_value(words)
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_text("Saved. Nothing was sent yet.")).to_be_visible()


def test_without_any_cookie_the_text_comes_back_too(someone: Enter):
    company, words = someone("Company"), "Typed before the browser forgot everything."
    page = company.go(f"/applications/new/{OPEN}/")
    fill(page, words)
    company.context.clear_cookies()

    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_text("What you typed is not lost.")).to_be_visible()
    page.get_by_role("link", name="Open the page again").click()
    page.get_by_role("button", name="Company").last.click()

    expect(pitch(page)).to_have_value(words)
