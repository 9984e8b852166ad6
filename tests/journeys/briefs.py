"""Challenges that a manager's browser opens, moves and invites to."""

import re
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.journeys.conftest import LINK, Person

PATTERN = "esbjerg-fejlfinding-lavspaending"


def open_a_copy(manager: Person, title: str, days: int = 30) -> str:
    """Copy an open challenge, give the copy a title and a deadline, publish it: its slug."""
    page = manager.go(f"/challenges/{PATTERN}/duplicate/")
    page.get_by_role("button", name="Make a copy").click()
    page.get_by_label("Title").fill(title)
    page.get_by_role("button", name="Save and continue").click()
    slug = slug_in(page.url)
    page.goto(f"/challenges/{slug}/edit/dates/")
    set_deadline(page, days)
    page.get_by_role("button", name="Save and continue").click()
    page.goto(f"/challenges/{slug}/publish/")
    page.get_by_role("button", name="Publish now").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    return slug_in(page.url)


def slug_in(url: str) -> str:
    found = re.search(r"/challenges/([\w-]+)/", url)
    assert found
    return found[1]


def set_deadline(page: Page, days: int) -> None:
    page.get_by_label("Deadline: day").fill(str(timezone.localdate() + timedelta(days=days)))


def move(manager: Person, slug: str, verb: str, button: str) -> Page:
    """Press the button of the page that asks for this move."""
    page = manager.go(f"/challenges/{slug}/{verb}/")
    page.get_by_role("button", name=button).click()
    expect(page).not_to_have_url(re.compile(f"/{verb}/$"))
    return page


def invite(manager: Person, slug: str, company: str, address: str) -> str:
    """Send one invitation by hand: the path of the link in its letter."""
    word = company.split(maxsplit=1)[0]
    page = manager.go(f"/matches/{slug}/?search={word}")
    expect(page.get_by_role("link", name=company, exact=True)).to_be_visible(timeout=60_000)
    page.goto(f"/invitations/challenge/{slug}/?search={word}")
    title = page.get_by_role("heading", level=1).inner_text()
    page.get_by_role("row", name=re.compile(word)).get_by_role("checkbox").check()
    page.get_by_role("button", name="Continue with the ticked").click()
    page.get_by_role("button", name="Send 1 invitation").click()
    expect(page).not_to_have_url(re.compile("/send/"))
    found = LINK.search(manager.newest_letter(address, re.escape(title)))
    assert found
    return found[1]
