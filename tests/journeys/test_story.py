"""The story once, for real: post, score, invite, answer, apply, browse."""

import re
from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.journeys.conftest import LINK, Person

TITLE = "Cable joints that tell before they fail"
COMPANY = "Tavlevagt ApS"
Enter = Callable[..., Person]


def write_the_brief(page: Page) -> None:
    page.get_by_label("Title").fill(TITLE)
    page.get_by_role("button", name="Begin").click()
    page.get_by_label(re.compile("question in one line", re.IGNORECASE)).fill(
        "How can we hear a cable joint fail a week ahead?"
    )
    page.get_by_label("Sensors and grid").check()
    page.get_by_label(re.compile("^The need")).fill(
        "Joints in the low-voltage grid of Esbjerg fail without warning. Sensors in the substation "
        "should find the fault: måling af strøm og spænding i netstationen."
    )
    page.get_by_role("button", name="Save and continue").click()
    page.get_by_label(re.compile("^Wanted outcome")).fill("A warning seven days before a failure.")
    page.get_by_label(re.compile("^Success criteria")).fill("Eight of ten failures are announced.")
    page.get_by_role("button", name="Save and continue").click()


def ask_for_capabilities(page: Page) -> None:
    page.get_by_label("Find a capability").fill("fault")
    page.get_by_role("group", name="Fault detection").get_by_label("Must", exact=True).check()
    page.get_by_role("button", name="Save and continue").click()
    page.get_by_role("button", name="Save and continue").click()


def offer_and_dates(page: Page) -> None:
    page.get_by_label(re.compile("^Kind of offer")).select_option("pilot_purchase")
    page.get_by_role("button", name="Save and continue").click()
    last_day = timezone.localdate() + timedelta(days=30)
    page.get_by_label("Deadline: day").fill(str(last_day))
    page.get_by_role("button", name="Save and continue").click()


def test_a_challenge_finds_its_company(someone: Enter):
    manager = someone("Cluster manager")
    page = manager.go("/challenges/new/")
    write_the_brief(page)
    ask_for_capabilities(page)
    offer_and_dates(page)
    page.get_by_role("link", name=re.compile("Publish")).first.click()
    page.get_by_role("button", name="Publish now").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Cable joints")
    challenge = re.search(r"/([\w-]+)/$", page.url).group(1)

    page.goto(f"/matches/{challenge}/")
    expect(page.get_by_text(re.compile(r"^1\d\d matches$"))).to_be_visible(timeout=60_000)
    expect(page.get_by_role("link", name=COMPANY, exact=True)).to_be_visible()

    page.goto(f"/invitations/challenge/{challenge}/?search=Tavlevagt")
    page.get_by_role("row", name=re.compile(COMPANY)).get_by_role("checkbox").check()
    page.get_by_role("button", name="Continue with the ticked").click()
    expect(page.get_by_role("link", name=re.compile("Preview the letter"))).to_be_visible()
    page.get_by_role("button", name="Send 1 invitation").click()

    letter = manager.newest_letter("kontakt@tavlevagt.example", "Cable joints")
    link = LINK.search(letter).group(1)

    invited = someone()
    page = invited.go(link)
    expect(page.get_by_text("Why you were asked")).to_be_visible()
    page.get_by_role("button", name="We are interested").click()
    expect(page.get_by_role("heading", name="Thank you: you are interested")).to_be_visible()

    company = someone("Company")
    page = company.go(f"/applications/new/{challenge}/")
    page.get_by_label(re.compile("answer in one sentence", re.IGNORECASE)).fill(
        "We hear partial discharge in the joint from the substation."
    )
    page.get_by_label(re.compile("how you meet the need", re.IGNORECASE)).fill(
        "Coils and patience."
    )
    page.get_by_label(re.compile("plan for the pilot", re.IGNORECASE)).fill(
        "Twelve weeks, six sites."
    )
    page.get_by_role("button", name="Send the application").click()
    expect(page.get_by_text("Submitted").first).to_be_visible()
    company.newest_letter("application-receipt", "Cable joints")

    page = manager.go(f"/applications/challenge/{challenge}/")
    expect(page.get_by_role("link", name=COMPANY, exact=True)).to_be_visible()

    partner = someone("Partner")
    page = partner.go("/matches/")
    expect(page.get_by_role("table")).to_be_visible()
    expect(page.locator("main").get_by_text("@")).to_have_count(0)
    with page.expect_download(timeout=120_000) as download:
        page.get_by_text("Export").click()
        page.get_by_role("link", name="CSV").click()
    assert download.value.suggested_filename.endswith(".csv")
