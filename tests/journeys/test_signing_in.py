"""Signing in without a password: by the code that a letter brings."""

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.journeys.conftest import Person

Enter = Callable[..., Person]
ADDRESS = "moira.kinnaird@ecci.example"


def test_a_mailed_code_signs_in_and_leads_on(someone: Enter):
    moira = someone()
    page = moira.go("/accounts/login/?next=/matches/")
    page.get_by_role("link", name="Mail me a code").click()
    page.get_by_label("E-mail address").fill(ADDRESS)
    page.get_by_role("button", name="Send the code").click()

    moira.enter_code(ADDRESS)

    expect(page).to_have_url(re.compile("/matches/$"))
    expect(page.get_by_role("heading", name="Matches")).to_be_visible()


def test_a_wrong_code_does_not(someone: Enter):
    page = someone().go("/accounts/login/code/")
    page.get_by_label("E-mail address").fill(ADDRESS)
    page.get_by_role("button", name="Send the code").click()

    page.get_by_label("Code").fill("XXXX-XXXX")
    page.get_by_role("button", name="Go on").click()

    expect(page.locator("main [role=alert], main .ds-validation-message").first).to_be_visible()
    page.goto("/dashboard/")
    expect(page).to_have_url(re.compile("/accounts/login/"))
