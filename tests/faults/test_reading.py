"""What a reader waits for arrives by itself: a real worker, a browser, no score in a request."""

import csv
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from companies.models import Company
from matching.actions import explain_matches, request_runs, score_challenge
from matching.models import Match, MatchRun
from tests.factories import (
    AccountFactory,
    ChallengeFactory,
    CompanyFactory,
    CompanyMemberFactory,
    MembershipFactory,
)
from tests.guards import nothing_scored_in_requests  # noqa: F401 - a fixture

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("faults"),
    pytest.mark.usefixtures("nothing_scored_in_requests"),
]
COMPANIES = 130


@pytest.fixture
def challenge():
    """Scored against many companies, whose reasons nobody has written."""
    made = ChallengeFactory(
        open=True, themes=["sensors_grid"], need="Sensors find faults in a grid.", threshold=10
    )
    CompanyFactory.create_batch(
        COMPANIES,
        country="DK",
        language="en",
        description="We build sensors that watch substations and find faults in the grid.",
        themes=["sensors_grid"],
        visibility="network",
    )
    (run_id,) = request_runs(challenge_ids=[made.pk])
    score_challenge(run=MatchRun.objects.get(pk=run_id))
    return made


def come_in(page: Page, live_server, user) -> None:
    client = Client()
    client.force_login(user)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
    )


@pytest.fixture
def as_manager(page, live_server, challenge) -> Page:
    organisation = challenge.lab.cluster
    come_in(
        page, live_server, MembershipFactory(organisation=organisation, user=AccountFactory()).user
    )
    return page


@pytest.fixture
def ring_answered(hire):
    """Comes to work late, when somebody is waiting already."""
    return lambda: hire(clock=False, queues="celery,pages")


def test_a_page_far_down_fills_in_by_itself(as_manager, challenge, ring_answered):
    page = as_manager
    page.goto(reverse("matching:challenge", args=[challenge.slug]) + "?page=3")
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(COMPANIES - 100)
    expect(page.get_by_text("The reasons are being written.")).to_have_count(COMPANIES - 100)
    bars = page.locator("tbody .score-bar")
    expect(bars).to_have_count(COMPANIES - 100)
    link = rows.nth(10).get_by_role("link", name="Explain")
    link.focus()
    stands = link.bounding_box()

    ring_answered()

    expect(page.get_by_text("The reasons are being written.")).to_have_count(0, timeout=60_000)
    expect(page.locator("tbody .reasons")).to_have_count(COMPANIES - 100)
    expect(link).to_be_focused()
    assert abs(link.bounding_box()["y"] - stands["y"]) < 40
    expect(page.locator("#writing")).to_have_text("All reasons are here.")
    expect(page.locator("#asking")).to_have_count(0)


def test_a_file_arrives_by_itself(as_manager, challenge, ring_answered):
    page = as_manager
    page.goto(reverse("matching:challenge", args=[challenge.slug]) + "?page=3")
    page.get_by_text("Export", exact=True).click()
    page.get_by_role("link", name="CSV").click()
    expect(page.get_by_text(f"0 of {COMPANIES} rows have their reasons.")).to_be_visible()

    with page.expect_download(timeout=60_000) as download:
        ring_answered()

    rows = list(csv.reader(Path(download.value.path()).read_text("utf-8-sig").splitlines()))
    assert len(rows) == COMPANIES + 1
    assert all(row[7] for row in rows)
    assert not [row[7] for row in rows if "scored again" in row[7] or "being written" in row[7]]
    expect(page.get_by_role("heading", name="Your file is ready")).to_be_visible()
    expect(page.get_by_role("link", name="Download the file")).to_be_visible()


def test_one_match_is_explained_by_itself_and_what_would_change_it(
    page, live_server, challenge, ring_answered
):
    company = Company.objects.get(pk=Match.objects.order_by("total").values("company")[:1])
    come_in(page, live_server, CompanyMemberFactory(company=company, user=AccountFactory()).user)
    page.goto(reverse("matching:company_match", args=[company.slug, challenge.slug]))
    expect(page.get_by_role("heading", name="The reasons are being written")).to_be_visible()

    ring_answered()

    expect(page.get_by_role("heading", name="The score, part by part")).to_be_visible(
        timeout=60_000
    )
    expect(page.locator("#changes li").first).to_be_visible()


@pytest.mark.parametrize("where", ["dashboard", "list"])
def test_what_a_company_reads_fills_in_by_itself(
    page, live_server, challenge, ring_answered, where
):
    company = Company.objects.get(pk=Match.objects.order_by("total").values("company")[:1])
    come_in(page, live_server, CompanyMemberFactory(company=company, user=AccountFactory()).user)
    lists = {
        "dashboard": "/dashboard/",
        "list": reverse("matching:for_company", args=[company.slug]),
    }
    page.goto(lists[where])
    expect(page.get_by_text("Reasons follow in a moment.")).to_be_visible()
    card = page.get_by_role("heading", name=challenge.title)
    stands = card.bounding_box()

    ring_answered()

    expect(page.locator(".reasons li").first).to_be_visible(timeout=60_000)
    expect(page.get_by_text("Reasons follow in a moment.")).to_have_count(0)
    assert abs(card.bounding_box()["y"] - stands["y"]) < 2


def test_what_somebody_ticks_stays_ticked_while_reasons_come(as_manager, challenge, ring_answered):
    page = as_manager
    page.goto(reverse("invitations:challenge", args=[challenge.slug]) + "?page=3")
    expect(page.get_by_text("The reasons are being written.").first).to_be_visible()
    box = page.locator("tbody input[type=checkbox]").nth(3)
    box.check()

    ring_answered()

    expect(page.get_by_text("The reasons are being written.")).to_have_count(0, timeout=60_000)
    expect(box).to_be_checked()
    expect(page.locator("tbody .reasons li").first).to_be_visible()


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_without_scripts_there_is_a_link(as_manager, challenge):
    page = as_manager
    url = reverse("matching:challenge", args=[challenge.slug]) + "?page=3"
    page.goto(url)

    ids = list(Match.objects.values_list("pk", flat=True))
    explain_matches(match_ids=ids, may_go_on=lambda: True)
    page.get_by_role("link", name="Look again").click()

    expect(page.get_by_text("The reasons are being written.")).to_have_count(0)
    expect(page.locator("tbody .reasons")).to_have_count(COMPANIES - 100)
