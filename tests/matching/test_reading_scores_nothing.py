"""Whoever reads waits for the database alone: the worker explains, and the page says so meanwhile.

Every page, file, fragment and data of matching, for everybody whom the matrix lets in.
"""

import pytest
from django.urls import reverse

from companies.choices import Visibility
from companies.models import Company
from matching.actions import request_runs, score_challenges
from matching.explaining import judged_rows
from matching.models import Match, MatchRun
from matching.offers import Offers
from tests.factories import ChallengeFactory, CompanyFactory
from tests.guards import nothing_scored_in_requests  # noqa: F401 - a fixture
from tests.world import ROLES, kwargs_of, signed_in, two_organisations, written

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_scored_in_requests")]

ROOMS = (
    "matching:", "dashboard:", "invitations:", "applications:", "companies:", "challenges:",
)  # fmt: skip
# Reached by the link of a letter; nobody here was written one, and the page is gone.
BY_LINK = {
    f"companies:{name}"
    for name in ("colleague", "colleague_link", "claim_link", "claim_prove", "wishes")
}
READ = sorted(
    name
    for name, how in written()
    if how == "get" and name.startswith(ROOMS) and name.partition(":")[2] and name not in BY_LINK
)
READS = {200, 202, 204}


@pytest.fixture
def world():
    """Two organisations, their challenges scored, and not one reason written."""
    people, nouns = two_organisations()
    company = Company.objects.get(slug=nouns["matching:for_company"]["slug"])
    Company.objects.filter(pk=company.pk).update(
        description="Sensors find faults.", visibility=Visibility.NETWORK
    )
    match = Match.objects.get(pk=nouns["matching"]["match"])
    other = ChallengeFactory(open=True, lab=match.challenge.lab)
    CompanyFactory.create_batch(3, description="We build sensors for the grid.")
    runs = request_runs(challenge_ids=[match.challenge_id, other.pk])
    score_challenges(runs=list(MatchRun.objects.filter(pk__in=runs)))
    Match.objects.filter(company=company, challenge=other).delete()
    assert Match.objects.unexplained().count() == Match.objects.count()
    assert {one.pk is None for one in Offers(company)[:20]} == {True, False}
    return people, nouns


def test_the_guard_sees_who_scores(world, nothing_scored_in_requests):  # noqa: F811 - a fixture
    pairs = list(Match.objects.values_list("challenge", "company"))
    judged_rows(pairs)
    outside = nothing_scored_in_requests.told()
    nothing_scored_in_requests.begin()
    judged_rows(pairs)

    assert outside == []
    assert {call.split()[0] for call in nothing_scored_in_requests.told()} == {
        *("judge_each", "score", "score_block")
    }


@pytest.mark.parametrize("name", READ)
def test_no_reader_waits_for_a_score(world, name):
    people, nouns = world
    url = reverse(name, kwargs=kwargs_of(name, nouns))
    doors = written()[name, "get"]
    readers = [role for role in ROLES if doors[role] == "in"]

    for role in readers:
        response = signed_in(people.get(role)).get(url, follow=True)
        response.getvalue()
        assert response.status_code in READS, (role, response.status_code)
