"""The pages behind secret links, in a browser that sends what browsers send with a form."""

import re

import pytest
from playwright.sync_api import Page, expect

from accounts.actions import write_administrator_link
from accounts.models import User
from clusters.actions import write_access_letter
from clusters.choices import MemberRole
from companies.actions import invite_colleague
from companies.choices import CompanyRole
from mail.models import Letter
from tests.factories import PASSWORD, AccountFactory, CompanyMemberFactory, MembershipFactory

pytestmark = pytest.mark.django_db(transaction=True)


def link_in_letter(address: str) -> str:
    text = Letter.objects.get(recipient=address, secret=True).text
    return re.search(r"https?://[^/\s]+(/\S+)", text).group(1)


def sign_in(page: Page, user: User) -> None:
    page.get_by_role("link", name="I have an account").click()
    page.get_by_label("E-mail address").fill(user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()


def test_the_first_administrator_begins(page: Page):
    page.goto(f"/accounts/first-administrator/{write_administrator_link()}/")

    page.get_by_label("Your name").fill("Ada")
    page.get_by_label("E-mail address").fill("ada@here.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Begin").click()

    expect(page.get_by_role("heading", name="This installation")).to_be_visible()
    assert User.objects.get().is_administrator


def test_an_access_letter_is_accepted(page: Page):
    manager = MembershipFactory(organisation__name="CLEAN")
    tomas = AccountFactory(email="tomas@people.example")
    write_access_letter(
        organisation=manager.organisation,
        email=tomas.email,
        role=MemberRole.PARTNER,
        language="en",
        by=manager.user,
    )

    page.goto(link_in_letter(tomas.email))
    sign_in(page, tomas)
    page.get_by_role("button", name="Accept").click()

    expect(page.get_by_text("Welcome to CLEAN")).to_be_visible()
    assert tomas.organisation_memberships.get().role == MemberRole.PARTNER


def test_a_colleague_accepts(page: Page):
    owner = CompanyMemberFactory(company__name="Kabelro ApS")
    bo = AccountFactory(email="bo@kabelro.example")
    invite_colleague(
        company=owner.company, email=bo.email, role=CompanyRole.EDITOR, language="en", by=owner.user
    )

    page.goto(link_in_letter(bo.email))
    sign_in(page, bo)
    page.get_by_role("button", name="Accept").click()

    expect(page.get_by_text("Welcome to Kabelro ApS.")).to_be_visible()
    assert bo.company_memberships.get().role == CompanyRole.EDITOR
