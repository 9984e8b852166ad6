"""What needs a browser: saving while one writes, the live preview, filters without a reload."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import expect

from challenges.models import Challenge
from tests.factories import ChallengeFactory, LivingLabFactory, MembershipFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def manager_page(page, base_url):
    """A page signed in as the manager of a lab with a draft."""
    draft = ChallengeFactory(slug="quiet-grid", title="Quiet grid")
    manager = MembershipFactory(organisation=draft.lab.cluster).user
    client = Client()
    client.force_login(manager)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": cookie.value, "url": base_url}]
    )
    return page


def test_brief_is_saved_and_previewed_while_one_writes(manager_page):
    manager_page.goto("/challenges/quiet-grid/edit/need/")
    manager_page.get_by_text("Preview: The need").click()

    manager_page.get_by_label("The need", exact=True).fill("**Loud** at night")

    expect(manager_page.locator("details.preview strong").first).to_have_text("Loud")
    expect(manager_page.locator("#saved")).to_contain_text("Saved at")
    assert Challenge.objects.get().need == "**Loud** at night"


def test_capabilities_are_found_by_letters_and_saved(manager_page):
    manager_page.goto("/challenges/quiet-grid/edit/requirements/")

    manager_page.get_by_label("Find a capability").fill("heat pu")
    rows = manager_page.locator("[data-pick]:visible")
    expect(rows).to_have_count(1)
    rows.get_by_label("Must").check()

    expect(manager_page.locator("#saved")).to_contain_text("Saved at")
    assert Challenge.objects.get().requirements.filter(capability="heat_pumps").exists()


def test_filters_replace_the_results_and_keep_the_address(page):
    lab = LivingLabFactory()
    ChallengeFactory(open=True, lab=lab, title="Grid", themes=["sensors_grid"])
    ChallengeFactory(open=True, lab=lab, title="Home", themes=["smart_home"])
    page.goto("/challenges/")

    page.get_by_label("Theme").select_option("smart_home")

    expect(page.locator("#results")).not_to_contain_text("Grid")
    expect(page).to_have_url(re.compile(r"/challenges/\?theme=smart_home$"))
    page.go_back()
    expect(page.locator("#results")).to_contain_text("Grid")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "address",
    [
        "/challenges/?status=all",
        "/challenges/mine/",
        "/challenges/new/",
        "/challenges/quiet-grid/",
        "/challenges/quiet-grid/edit/need/",
        "/challenges/quiet-grid/edit/requirements/",
        "/challenges/quiet-grid/edit/who/",
        "/challenges/quiet-grid/edit/dates/",
        "/challenges/quiet-grid/edit/invitations/",
        "/challenges/quiet-grid/publish/",
        "/challenges/quiet-grid/withdraw/",
        "/labs/",
        "/labs/new/",
    ],
)
def test_axe_finds_nothing(address, scheme, manager_page):
    manager_page.emulate_media(color_scheme=scheme)
    manager_page.goto(address)

    found = Axe().run(manager_page)

    assert found.violations_count == 0, found.generate_report()
