"""The link of a letter in a real browser: its secret leaves the address, whatever is pressed."""

import re

import pytest
from playwright.sync_api import Page, expect

from invitations.choices import Status
from invitations.models import Invitation
from mail.models import Letter

pytestmark = pytest.mark.django_db(transaction=True)
LINK = re.compile(r"/invitations/answer/([\w-]+)/")
PAGE = re.compile(r"/invitations/answer/of/[0-9a-f]{16}/$")


@pytest.fixture
def links(invited) -> list[str]:
    """Of two companies that read their letters in one browser."""
    rows = [invited(), invited()]
    letters = Letter.objects.filter(kind="invite-company").order_by("created_at")
    found = {LINK.search(one.text).group(0) for one in letters}
    assert len(rows) == len(found) == 2
    return sorted(found)


def test_two_letters_in_two_tabs_keep_to_themselves(page: Page, links):
    other = page.context.new_page()
    page.goto(links[0])
    other.goto(links[1])
    expect(page).to_have_url(PAGE)
    expect(other).to_have_url(PAGE)

    page.reload()
    page.get_by_role("button", name="We are interested").click()
    expect(page.get_by_role("heading", name="Thank you: you are interested")).to_be_visible()
    expect(page).to_have_url(PAGE)
    other.get_by_role("button", name="No capacity", exact=False).first.click()
    expect(other.get_by_role("heading", name="Thank you for your answer")).to_be_visible()

    assert sorted(Invitation.objects.values_list("status", flat=True)) == [
        Status.DECLINED,
        Status.INTERESTED,
    ]


def test_a_refused_answer_keeps_the_words_and_the_address(page: Page, links):
    page.goto(links[0])
    page.get_by_label("A word to the cluster manager").first.fill("Ask in spring")
    page.get_by_role("button", name="On this day").last.click()

    expect(page.get_by_text("Choose the day from which we may ask again.").first).to_be_visible()
    expect(page.get_by_label("A word to the cluster manager").first).to_have_value("Ask in spring")
    expect(page).to_have_url(PAGE)


def test_words_typed_before_the_browser_forgot_are_taken(page: Page, links):
    page.goto(links[0])
    page.get_by_label("A word to the cluster manager").first.fill("Call me in spring")
    page.context.clear_cookies()

    page.get_by_role("button", name="We are interested").click()

    expect(page.get_by_role("heading", name="Thank you: you are interested")).to_be_visible()
    assert Invitation.objects.get(status=Status.INTERESTED).answer_note == "Call me in spring"


def test_the_history_of_the_browser_opens_nothing(page: Page, links):
    page.goto(links[0])
    page.context.clear_cookies()

    page.reload()

    expect(page.get_by_role("heading", name="Open the link in your letter again")).to_be_visible()
