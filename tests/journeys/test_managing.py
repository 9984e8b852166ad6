"""A manager moves a challenge through its life; those invited and those with drafts are told."""

import re
from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import expect

from tests.journeys.briefs import invite, move, open_a_copy, set_deadline, slug_in
from tests.journeys.conftest import Person

Enter = Callable[..., Person]
INVITED = "lys@skumringlys.example"
WRITER = "pernille.oesterlund@tavlevagt.example"


def begin_a_draft(company: Person, slug: str, pitch: str) -> None:
    page = company.go(f"/applications/new/{slug}/")
    page.get_by_label(re.compile("answer in one sentence", re.IGNORECASE)).fill(pitch)
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_text("Saved. Nothing was sent yet.")).to_be_visible()


def told(manager: Person, title: str, danish: str, english: str) -> str:
    """The invited company and the one with a draft got this news, each in its language."""
    manager.newest_letter(INVITED, f"^{re.escape(f'{danish}: {title}')}$")
    return manager.newest_letter(WRITER, f"^{re.escape(f'{english}: {title}')}$")


def test_a_challenge_is_extended_closed_reopened_and_withdrawn(someone: Enter):
    title = "Cables that call before they break"
    manager, company = someone("Cluster manager"), someone("Company")
    slug = open_a_copy(manager, title)
    invite(manager, slug, "Skumring Lysstyring A/S", INVITED)
    begin_a_draft(company, slug, "We listen.")

    page = manager.go(f"/challenges/{slug}/extend/")
    set_deadline(page, 60)
    page.get_by_role("button", name="Extend the deadline").click()
    expect(page.get_by_text("The deadline is extended.")).to_be_visible()
    later = timezone.localdate() + timedelta(days=60)
    expect(page.get_by_text(f"{later.day} {later:%B %Y}").first).to_be_visible()
    told(manager, title, "Mere tid", "More time")

    move(manager, slug, "close", "Close the challenge")
    expect(page.get_by_text("Closed. No more applications are taken.")).to_be_visible()
    told(manager, title, "Lukket", "Closed")
    expect(company.go(f"/challenges/{slug}/").get_by_role("link", name="Apply")).to_have_count(0)

    page = manager.go(f"/challenges/{slug}/reopen/")
    set_deadline(page, 70)
    page.get_by_role("button", name="Reopen the challenge").click()
    expect(page.get_by_text("Open again.")).to_be_visible()
    told(manager, title, "Åben igen", "Open again")
    page = company.go(f"/challenges/{slug}/")
    expect(page.get_by_role("link", name="Apply").first).to_be_visible()

    move(manager, slug, "close", "Close the challenge")
    page = manager.go(f"/challenges/{slug}/withdraw/")
    page.get_by_label("Why is it withdrawn?").fill("The street was dug up already.")
    page.get_by_role("button", name="Withdraw the challenge").click()
    expect(page.get_by_text("Withdrawn. The public no longer sees it.")).to_be_visible()
    letter = told(manager, title, "Trukket tilbage", "Withdrawn")
    assert "The street was dug up already." in letter
    assert someone().page.goto(f"/challenges/{slug}/").status == 404


def test_a_copy_is_a_draft_with_the_brief_and_without_dates(someone: Enter):
    manager = someone("Cluster manager")
    page = manager.go("/challenges/esbjerg-sensorteknologi/")
    need = page.locator("main .prose").first.inner_text()

    page.get_by_text("More", exact=True).click()
    page.get_by_role("link", name="Copy into a new draft").click()
    page.get_by_role("button", name="Make a copy").click()
    slug = slug_in(page.url)

    assert slug != "esbjerg-sensorteknologi"
    preview = manager.go(f"/challenges/{slug}/preview/")
    expect(preview.get_by_text("Preview").first).to_be_visible()
    assert preview.locator("main .prose").first.inner_text() == need
    publish = manager.go(f"/challenges/{slug}/publish/")
    expect(publish.get_by_text("A few things are missing")).to_be_visible()
    expect(publish.get_by_role("button", name="Publish now")).to_have_count(0)
    assert someone().page.goto(f"/challenges/{slug}/").status == 404


def test_ticks_outlive_a_filter_and_enter_continues_with_them(someone: Enter):
    manager = someone("Cluster manager")
    slug = open_a_copy(manager, "Cables that are ticked one by one")
    page = manager.go(f"/matches/{slug}/?search=Hverdagswatt")
    found = page.get_by_role("link", name="Hverdagswatt ApS", exact=True)
    expect(found).to_be_visible(timeout=60_000)

    page = manager.go(f"/invitations/challenge/{slug}/?search=Skumring")
    page.get_by_role("row", name=re.compile("Skumring")).get_by_role("checkbox").check()
    page = manager.go(f"/invitations/challenge/{slug}/?search=Hverdagswatt")
    expect(page.get_by_role("status").filter(has_text="Ticked:")).to_have_text("Ticked: 1")
    page.get_by_role("row", name=re.compile("Hverdagswatt")).get_by_role("checkbox").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Invite 2 companies")).to_be_visible()
