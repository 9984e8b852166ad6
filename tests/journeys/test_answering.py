"""Invitations that do not end in an application: declined, taken back, too late."""

import re
from collections.abc import Callable

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from tests.journeys.briefs import invite, move, open_a_copy
from tests.journeys.conftest import Person, choose_english

Enter = Callable[..., Person]
SKUMRING = ("Skumring Lysstyring A/S", "lys@skumringlys.example")
HVERDAGSWATT = ("Hverdagswatt ApS", "kontakt@hverdagswatt.example")


def test_a_company_declines_with_a_reason_and_the_manager_reads_it(someone: Enter):
    manager, company = someone("Cluster manager"), someone()
    slug = open_a_copy(manager, "A grid that says where it hurts")
    page = company.go(invite(manager, slug, *SKUMRING))

    page.get_by_label("A word to the cluster manager").fill("Ask us in spring.")
    page.get_by_role("button", name="No capacity now").click()

    expect(page.get_by_role("heading", name="Thank you for your answer")).to_be_visible()
    expect(page.get_by_text("Your reason: No capacity now")).to_be_visible()
    row = manager.go(f"/invitations/challenge/{slug}/?search=Skumring").get_by_role(
        "row", name=re.compile("Skumring")
    )
    expect(row).to_contain_text("Declined")
    expect(row).to_contain_text("No capacity now")
    expect(row).to_contain_text("Ask us in spring.")
    page.get_by_role("button", name="Undo: take the answer back").click()
    expect(page.get_by_role("button", name="We are interested", exact=True)).to_be_visible()


def test_a_company_asks_passes_on_and_says_not_now_without_scripts(
    someone: Enter, product: str, browser: Browser
):
    manager = someone("Cluster manager")
    slug = open_a_copy(manager, "A grid that waits for an answer")
    path = invite(manager, slug, *SKUMRING)
    context = browser.new_context(base_url=product, java_script_enabled=False, locale="en-GB")
    choose_english(context, product)
    page = context.new_page()
    page.goto(path)
    seen = someone().go(path)
    for summary in ("Ask a question", "Pass it on to a colleague or another company"):
        seen.get_by_text(summary, exact=True).click()
    assert Axe().run(seen).response["violations"] == []

    page.get_by_text("Ask a question", exact=True).click()
    page.get_by_label("Your question").fill("May we see the substation?")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.get_by_text("Your question is with the cluster manager")).to_be_visible()
    page.get_by_text("Pass it on to a colleague or another company").click()
    page.get_by_label("Name of the colleague or company").fill("Bo Lund")
    page.get_by_label("E-mail address").fill("bo@skumringlys.example")
    page.get_by_role("button", name="Pass it on").click()
    expect(page.get_by_text("Thank you for passing it on")).to_be_visible()
    page.get_by_label("On another day").fill("2020-01-01")
    page.get_by_label("On another day").press("Enter")
    expect(page.get_by_text("Choose a day that is still to come.").first).to_be_visible()
    page.get_by_role("button", name="In three months").click()

    expect(page.get_by_role("heading", name="Thank you: not now")).to_be_visible()
    context.close()
    shown = manager.go(f"/invitations/challenge/{slug}/?status=later")
    expect(shown.get_by_role("row", name=re.compile("Skumring"))).to_contain_text("Not now")
    expect(shown.get_by_text("bo@skumringlys.example")).to_be_visible()
    answer = manager.go(f"/challenges/{slug}/questions/")
    answer.get_by_role("link", name="Answer", exact=True).click()
    answer.get_by_label("Your answer").fill("Yes, on Monday.")
    answer.get_by_role("button", name="Publish the answer").click()
    expect(answer.get_by_text("Yes, on Monday.")).to_be_visible()
    letter = manager.newest_letter(SKUMRING[1], "A grid that waits for an answer")
    assert "Yes, on Monday" in letter.replace("\u200b", "")


def test_a_link_says_that_the_invitation_was_taken_back_or_that_the_challenge_closed(
    someone: Enter,
):
    manager, invited, other = someone("Cluster manager"), someone(), someone()
    slug = open_a_copy(manager, "A grid that sleeps well")
    taken_back = invite(manager, slug, *SKUMRING)
    too_late = invite(manager, slug, *HVERDAGSWATT)

    page = manager.go(f"/invitations/challenge/{slug}/?search=Skumring")
    page.get_by_role("link", name=re.compile("^Withdraw")).click()
    page.get_by_role("button", name="Withdraw the invitation").click()
    expect(page.get_by_role("status").filter(has_text="Skumring")).to_be_visible()
    page = manager.go(f"/invitations/challenge/{slug}/?search=Skumring")
    expect(page.get_by_role("row", name=re.compile("Skumring"))).to_contain_text("Withdrawn")
    page = invited.go(taken_back)

    expect(page.get_by_text("This invitation is no longer open")).to_be_visible()
    expect(page.get_by_role("link", name="Read the challenge")).to_be_visible()
    expect(page.get_by_role("button", name="We are interested")).to_have_count(0)

    page = other.go(too_late)
    expect(page.get_by_role("button", name="We are interested")).to_be_visible()
    move(manager, slug, "close", "Close the challenge")
    page.get_by_role("button", name="We are interested").click()

    expect(page.get_by_text("Your answer was not recorded")).to_be_visible()
    expect(page.get_by_role("heading", name="This challenge has closed")).to_be_visible()
    expect(other.go(too_late).get_by_role("button", name="We are interested")).to_have_count(0)
