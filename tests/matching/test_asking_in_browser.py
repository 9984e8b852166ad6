"""A page that asks again and again stops when nothing but errors comes, and says what to do."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from challenges.models import Challenge
from matching.actions import request_runs, score_challenge
from matching.models import MatchRun
from tests.factories import AccountFactory, ChallengeFactory, CompanyFactory, MembershipFactory

pytestmark = pytest.mark.django_db(transaction=True)
STOPPED = "This could not be brought up to date. Open the page again."
LONGER_THAN_A_TURN = 2500


@pytest.fixture
def challenge() -> Challenge:
    """Scored, its reasons not written; nobody works here who would write them."""
    made = ChallengeFactory(open=True, need="Sensors find faults in a grid.", threshold=0)
    CompanyFactory(description="Sensors that find faults in the grid.", visibility="network")
    (run_id,) = request_runs(challenge_ids=[made.pk])
    score_challenge(run=MatchRun.objects.get(pk=run_id))
    return made


@pytest.fixture
def matches(page: Page, base_url: str, challenge: Challenge) -> Page:
    """The page of a manager that waits for reasons and for a run."""
    client = Client()
    client.force_login(
        MembershipFactory(organisation=challenge.lab.cluster, user=AccountFactory()).user
    )
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": base_url}]
    )
    request_runs(challenge_ids=[challenge.pk])
    page.goto(reverse("matching:challenge", args=[challenge.slug]))
    expect(page.get_by_text("Reasons follow in a moment.")).to_be_visible()
    expect(page.get_by_role("heading", name="Scoring the companies")).to_be_visible()
    return page


def has_gone(page: Page, challenge: Challenge) -> None:
    Challenge.objects.filter(pk=challenge.pk).delete()


def has_no_network(page: Page, challenge: Challenge) -> None:
    page.context.set_offline(True)


@pytest.mark.parametrize("trouble", [has_gone, has_no_network])
def test_a_page_that_hears_only_errors_stops_asking_and_says_so(matches, challenge, trouble):
    asked: list[str] = []
    trouble(matches, challenge)

    said = matches.get_by_role("status").filter(has_text=STOPPED)
    expect(said).to_have_count(2, timeout=20_000)
    matches.on("request", lambda request: asked.append(request.url))
    matches.wait_for_timeout(LONGER_THAN_A_TURN)

    assert asked == []
    expect(said.first).to_be_visible()
    expect(said.last.get_by_role("link", name="Look again")).to_be_visible()


def test_a_short_trouble_stops_nothing(matches, challenge):
    matches.context.set_offline(True)
    matches.wait_for_timeout(LONGER_THAN_A_TURN)
    matches.context.set_offline(False)

    with matches.expect_response(lambda answer: answer.ok, timeout=10_000):
        pass

    matches.wait_for_timeout(LONGER_THAN_A_TURN)
    expect(matches.get_by_text(STOPPED)).to_have_count(0)
