"""Ticks that a browser kept, of companies that cannot be chosen any more."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from companies.models import Company
from invitations.choices import Status
from invitations.models import Invitation
from matching.actions import override
from matching.choices import OverrideKind
from matching.models import Match
from tests.factories import AccountFactory, MembershipFactory

WITHOUT_STORAGE = """
Object.defineProperty(window, "sessionStorage", {
  get() { throw new DOMException("blocked", "SecurityError"); },
});
"""


@pytest.fixture
def tab(challenge) -> str:
    return reverse("invitations:challenge", args=[challenge.slug])


@pytest.fixture
def three(new_company, scored) -> list[Company]:
    made = [new_company(name) for name in ("Alfa", "Beta", "Gamma")]
    scored()
    return made


def shut_out(challenge, company, manager) -> None:
    override(
        challenge=challenge,
        company=company,
        kind=OverrideKind.EXCLUDE,
        reason="Works for a rival.",
        by=manager,
    )


def ticked(client, challenge, *companies):
    rows = Match.objects.filter(challenge=challenge, company__in=companies)
    url = reverse("invitations:choose", args=[challenge.slug])
    return client.post(url, {"match": list(rows.values_list("pk", flat=True))}, follow=True)


@pytest.mark.django_db
def test_one_that_was_excluded_meanwhile_is_left_out_by_name_and_the_rest_go_on(
    client, manager, challenge, three
):
    client.force_login(manager)
    shut_out(challenge, three[0], manager)

    page = ticked(client, challenge, *three).content.decode()

    assert "Invite 2 companies" in page
    assert "Left out, because they were invited or excluded meanwhile: Alfa." in page
    assert set(Invitation.objects.values_list("company", flat=True)) == {
        three[1].pk,
        three[2].pk,
    }


@pytest.mark.django_db
def test_where_none_can_be_chosen_any_more_the_tab_says_so(client, manager, challenge, three):
    client.force_login(manager)
    ticked(client, challenge, three[1])
    Invitation.objects.update(status=Status.WITHDRAWN)

    page = ticked(client, challenge, three[1]).content.decode()

    assert "Left out, because they were invited or excluded meanwhile: Beta." in page
    assert "How far it came" in page


@pytest.mark.django_db
def test_a_match_that_is_gone_is_told_by_number(client, manager, challenge, three):
    client.force_login(manager)
    url = reverse("invitations:choose", args=[challenge.slug])
    match = Match.objects.get(company=three[0])

    page = client.post(url, {"match": [match.pk, 987654321]}, follow=True).content.decode()

    assert "Invite 1 company" in page
    assert "1 of the ticked companies has no score for this challenge any more." in page


@pytest.fixture
def manager_page(page: Page, base_url: str, manager) -> Page:
    come_in(page, base_url, manager)
    return page


def come_in(page: Page, base_url: str, user) -> None:
    client = Client()
    client.force_login(user)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": base_url}]
    )


def box(page: Page, name: str):
    return page.get_by_role("checkbox", name=f"Choose {name}")


def number(page: Page):
    return page.get_by_role("status").filter(has_text="Ticked:")


@pytest.mark.django_db(transaction=True)
def test_a_row_that_lost_its_box_is_ticked_no_longer(manager_page, tab, challenge, manager, three):
    manager_page.goto(f"{tab}?search=Alfa")
    box(manager_page, "Alfa").check()
    manager_page.goto(f"{tab}?search=Beta")
    box(manager_page, "Beta").check()
    expect(number(manager_page)).to_have_text("Ticked: 2")
    shut_out(challenge, three[0], manager)

    manager_page.goto(f"{tab}?search=a")
    expect(number(manager_page)).to_have_text("Ticked: 1")
    manager_page.get_by_role("button", name="Continue with the ticked").last.click()

    expect(manager_page.get_by_role("heading", name="Invite 1 company")).to_be_visible()
    expect(manager_page.get_by_text("Left out")).to_have_count(0)


@pytest.mark.django_db(transaction=True)
def test_ticks_are_forgotten_only_when_they_were_taken(manager_page, tab, challenge, three):
    manager_page.goto(f"{tab}?search=Alfa")
    box(manager_page, "Alfa").check()
    manager_page.goto(f"{tab}?search=Beta")
    box(manager_page, "Beta").check()
    manager_page.context.set_offline(True)
    manager_page.get_by_role("button", name="Continue with the ticked").last.click()
    manager_page.wait_for_timeout(500)
    manager_page.context.set_offline(False)

    manager_page.goto(f"{tab}?search=Beta")
    expect(number(manager_page)).to_have_text("Ticked: 2")
    manager_page.get_by_role("button", name="Continue with the ticked").last.click()
    expect(manager_page.get_by_role("heading", name="Invite 2 companies")).to_be_visible()
    Invitation.objects.update(status=Status.WITHDRAWN)
    manager_page.goto(f"{tab}?search=Gamma")

    expect(number(manager_page)).to_have_text("Ticked: 0")


@pytest.mark.django_db(transaction=True)
def test_who_signs_in_next_in_the_same_tab_finds_nothing_ticked(
    manager_page, base_url, tab, challenge, three
):
    manager_page.goto(tab)
    box(manager_page, "Alfa").check()
    other = MembershipFactory(organisation=challenge.lab.cluster, user=AccountFactory()).user

    come_in(manager_page, base_url, other)
    manager_page.goto(tab)

    expect(number(manager_page)).to_have_text("Ticked: 0")
    expect(box(manager_page, "Alfa")).not_to_be_checked()


@pytest.mark.django_db(transaction=True)
def test_where_nothing_may_be_stored_the_page_works_and_counts(manager_page, tab, three):
    trouble: list[str] = []
    manager_page.on("pageerror", lambda error: trouble.append(str(error)))
    manager_page.add_init_script(WITHOUT_STORAGE)

    manager_page.goto(tab)
    box(manager_page, "Alfa").check()

    expect(number(manager_page)).to_have_text("Ticked: 1")
    assert trouble == []
