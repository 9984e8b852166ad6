"""A company sees its best challenges, whether it is among a challenge's best or not."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from companies.actions import update_profile
from config.celery import app
from matching import tallying, tasks
from matching.actions import keep, request_runs, rescore_companies, score_challenges
from matching.models import CompanyRanking, Match, MatchRun
from matching.offers import Offers, remembered
from matching.ranking import unpacked
from matching.tasks import explain_offers
from tests.factories import ChallengeFactory, CompanyFactory, CompanyMemberFactory

pytestmark = pytest.mark.django_db
BETTER = tallying.BEST_COMPANIES + 3


@pytest.fixture
def beaten(challenge, new_company):
    """A company that more than five hundred beat at both of two challenges."""
    second = ChallengeFactory(
        open=True, themes=["sensors_grid"], need="Sensors find faults in a grid at night."
    )
    company = new_company("Last of all", description="We build sensors.", capabilities=[])
    CompanyFactory.create_batch(
        BETTER,
        country="DK",
        language="en",
        description="We build sensors that watch substations and find faults in the grid.",
        themes=["sensors_grid"],
        capabilities=["grid_sensors"],
    )
    runs = request_runs(challenge_ids=[challenge.pk, second.pk])
    score_challenges(runs=list(MatchRun.objects.filter(pk__in=runs)))
    return company


@pytest.fixture
def page(client, beaten):
    client.force_login(CompanyMemberFactory(company=beaten).user)
    return reverse("matching:for_company", args=[beaten.slug])


def explain_all(company) -> None:
    """What the worker does when somebody rings."""
    ids = [match.challenge_id for match in Offers(company)[:20] if not match.pk]
    explain_offers(company_id=company.pk, challenge_ids=ids)


def test_beyond_the_best_five_hundred_a_challenge_shows_with_its_reasons(
    client, challenge, beaten, page
):
    assert not Match.objects.filter(company=beaten).exists()

    before = client.get(page)
    explain_all(beaten)
    shown = client.get(page).context["shown"]

    assert [one.has_total for one in before.context["shown"]] == [False, False]
    assert "Reasons follow in a moment." in before.content.decode()
    assert sorted(one.match.total for one in shown) == sorted(
        entry for entry in totals_of(beaten) if entry > 0
    )
    assert len(shown) == 2
    assert all(one.reasons for one in shown)
    assert not Match.objects.filter(company=beaten).exists()
    assert sum(part["tenths"] for part in shown[0].parts) == shown[0].match.total


def test_a_page_rings_for_what_it_lacks_and_is_answered(
    client, page, beaten, django_capture_on_commit_callbacks
):
    app.conf.task_always_eager = True
    try:
        with django_capture_on_commit_callbacks(execute=True):
            before = client.get(page)
    finally:
        app.conf.task_always_eager = False
    again = client.get(page, headers={"X-Wait": before.context["wait"].mark})

    assert all(one.is_waiting for one in before.context["shown"])
    assert all(one.reasons for one in again.context["shown"])


def test_what_was_explained_once_is_not_scored_again_for_the_next_reader(client, page, beaten):
    explain_all(beaten)
    first = client.get(page).context["shown"]
    with CaptureQueriesContext(connection) as asked:
        explain_all(beaten)
        again = client.get(page).context["shown"]

    assert [(one.parts, one.reasons) for one in again] == [
        (one.parts, one.reasons) for one in first
    ]
    assert not [query for query in asked if "vector" in query["sql"]]


def test_an_edited_profile_waits_on_both_pages_until_it_is_scored(client, challenge, beaten, page):
    one = reverse("matching:company_match", args=[beaten.slug, challenge.slug])
    explain_all(beaten)
    client.get(page)
    update_profile(company=beaten, fields={"description": "We watch grids."}, by=None)

    waits = [client.get(url).content.decode() for url in (page, one)]
    rescore_companies(company_ids=[beaten.pk])
    beaten.refresh_from_db()
    explain_all(beaten)
    scored = [client.get(url).content.decode() for url in (page, one)]

    assert "Scoring your profile" in waits[0]
    assert ["easons are being written" in text for text in (*waits, *scored)] == [
        *(True, True),
        *(False, False),
    ]


def test_its_page_explains_what_is_not_stored(client, challenge, beaten, page):
    explain_all(beaten)
    answer = client.get(reverse("matching:company_match", args=[beaten.slug, challenge.slug]))

    assert answer.status_code == 200
    assert answer.context["one"].reasons


def test_a_challenge_of_neither_list_is_not_found(client, beaten, page):
    unscored = ChallengeFactory(open=True)

    answer = client.get(reverse("matching:company_match", args=[beaten.slug, unscored.slug]))

    assert answer.status_code == 404


def test_what_is_stored_by_now_is_listed_once(client, challenge, beaten, page):
    before = listed(client, page)
    Match.objects.filter(challenge=challenge).exclude(company=beaten).delete()
    keep(challenge=challenge, company_ids=[beaten.pk], by=None)
    tasks.write_wanted([challenge.pk])

    after = listed(client, page)

    assert Match.objects.filter(company=beaten).count() == 1
    assert after == before


@pytest.mark.parametrize("number", [1, 4])
def test_what_was_read_of_many_is_remembered_in_the_same_statements_as_of_one(
    challenge, new_company, scored, django_assert_num_queries, number
):
    companies = [new_company(f"Firma {n}") for n in range(4)]
    scored()
    Match.objects.all().delete()
    for company in companies:
        explain_offers(company_id=company.pk, challenge_ids=[challenge.pk])
    asked = [company.pk for company in companies[:number]]

    with django_assert_num_queries(2):
        rows = remembered(challenge, asked)

    assert sorted(row["company_id"] for row in rows) == asked
    assert all(row["findings"] for row in rows)


def test_a_closed_challenge_is_offered_to_nobody(client, challenge, beaten, page):
    type(challenge).objects.filter(pk=challenge.pk).update(status="closed")

    assert len(client.get(page).context["shown"]) == 1


def listed(client, page) -> list[tuple[int, int]]:
    shown = client.get(page).context["shown"]
    return [(one.match.challenge_id, one.match.total) for one in shown]


def totals_of(company) -> list[int]:
    return unpacked(bytes(CompanyRanking.objects.get(company=company).entries))["total"][0].tolist()
