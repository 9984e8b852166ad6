"""Where the story leaves the straight road."""

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.journeys.briefs import invite, open_a_copy
from tests.journeys.conftest import Person

Enter = Callable[..., Person]
OPEN = "esbjerg-fejlfinding-lavspaending"
CLOSED = "esbjerg-sensorteknologi"
TITLE = "A grid that takes no for an answer"
COMPANY, ADDRESS = "Skumring Lysstyring A/S", "lys@skumringlys.example"


def test_an_unknown_link_has_a_kind_page(someone: Enter):
    page = someone().go("/invitations/answer/this-was-never-a-link/")

    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("button", name="We are interested")).to_have_count(0)


def test_a_closed_challenge_takes_no_application(someone: Enter):
    page = someone("Company").go(f"/challenges/{CLOSED}/")

    expect(page.get_by_role("link", name="Apply", exact=True)).to_have_count(0)
    expect(page.get_by_text("Closed").first).to_be_visible()


def test_a_stranger_does_not_learn_of_a_draft_or_of_applications(someone: Enter):
    company = someone("Company")

    for path in (
        f"/applications/challenge/{OPEN}/",
        f"/invitations/challenge/{OPEN}/",
        f"/challenges/{OPEN}/edit/need/",
    ):
        assert company.page.goto(path).status == 404


def test_a_visitor_is_asked_to_sign_in_and_comes_back(someone: Enter):
    visitor = someone()
    page = visitor.go(f"/applications/new/{OPEN}/")

    expect(page).to_have_url(re.compile("/accounts/login/"))
    page.get_by_role("button", name="Company", exact=False).last.click()

    expect(page).to_have_url(re.compile(f"/applications/new/{OPEN}/"))


def test_the_language_switch_is_real(someone: Enter):
    page = someone().go("/challenges/")

    page.get_by_role("button", name="Dansk").last.click()
    expect(page.locator("html")).to_have_attribute("lang", "da")
    page.get_by_role("button", name=re.compile("Norsk")).last.click()

    expect(page.locator("html")).to_have_attribute("lang", "nb")


def test_one_person_plays_several_roles_from_one_menu(someone: Enter):
    page = someone("Platform administrator").go("/dashboard/")

    expect(page.get_by_role("heading", name="This installation")).to_be_visible()


def test_a_letter_can_be_stopped_and_the_stop_undone(someone: Enter):
    manager, visitor = someone("Cluster manager"), someone()
    invite(manager, open_a_copy(manager, TITLE), COMPANY, ADDRESS)
    letter = visitor.newest_letter(ADDRESS, TITLE)
    stop = re.search(r"http://localhost:\d+(/letters/stop/\S+)", letter).group(1)
    page = visitor.go(stop)

    page.get_by_role("button", name=re.compile("Stop|stop")).first.click()

    page.get_by_role("button", name=re.compile("Undo")).click()

    expect(page.get_by_role("heading", name="Stop letters?")).to_be_visible()


def test_the_wrong_organisation_is_refused_kindly(someone: Enter):
    company = someone("Company")

    assert company.page.goto("/organisations/clean/people/").status == 403
    expect(company.page.get_by_text("This page is not open to you")).to_be_visible()
    expect(company.page.get_by_text("switch to the right one in the account menu")).to_be_visible()
    company.page.get_by_role("link", name="To your dashboard").click()
    expect(company.page).to_have_url(re.compile("/dashboard/"))
    assert company.page.goto("/companies/hverdagswatt-aps/edit/offer/").status == 404
    expect(
        company.page.get_by_text("some pages are only for the people they concern")
    ).to_be_visible()


def test_a_manager_of_another_cluster_cannot_touch_a_challenge(someone: Enter):
    page = someone("Cluster manager").page
    theirs = "okern-utslippsfri-byggeplass"

    assert page.goto(f"/challenges/{theirs}/").status == 200
    for path in (
        f"/challenges/{theirs}/edit/need/",
        f"/challenges/{theirs}/close/",
        f"/applications/challenge/{theirs}/",
    ):
        assert page.goto(path).status == 404
        expect(page.get_by_role("link", name="To the front page")).to_be_visible()
    assert page.goto("/organisations/oreec/people/").status == 403
