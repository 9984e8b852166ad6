"""Scoring with the database in the loop."""

import pytest

from companies.actions import register_company, save_solution, update_profile
from companies.models import Company
from matching.actions import request_runs, rescore_companies, score_challenge
from matching.choices import RunState
from matching.explaining import explain
from matching.models import Match, MatchRun
from tests.factories import ChallengeFactory

pytestmark = pytest.mark.django_db

SENSORS = {
    "country": "DK",
    "language": "en",
    "description": "We build sensors that watch substations and find faults in the grid.",
    "themes": ["sensors_grid"],
    "capabilities": ["grid_sensors", "fault_detection"],
    "languages_of_work": ["da", "en"],
}
BREAD = {"country": "DK", "language": "en", "description": "We bake bread.", "themes": []}


def run_for(challenge) -> MatchRun:
    (run_id,) = request_runs(challenge_ids=[challenge.pk])
    return score_challenge(run=MatchRun.objects.get(pk=run_id))


def company(name: str, fields: dict) -> Company:
    return register_company(name=name, fields=fields, owner=None, by=None)


def test_the_company_that_fits_comes_first():
    challenge = ChallengeFactory(
        open=True, themes=["sensors_grid"], need="Sensors find faults in a grid."
    )
    baker, sensors = company("Baker", BREAD), company("Sensors", SENSORS)

    run = run_for(challenge)

    ranked = Match.objects.for_challenge(challenge).best_first()
    assert [match.company_id for match in ranked] == [sensors.pk, baker.pk]
    assert (run.state, run.companies_scored, run.progress) == (RunState.DONE, 2, 100)


def test_parts_add_up_to_the_total():
    challenge = ChallengeFactory(open=True, themes=["sensors_grid"])
    company("Sensors", SENSORS)

    run_for(challenge)

    match = Match.objects.get()
    explain([match])
    assert sum(match.parts) == match.total == sum(finding.tenths for finding in match.judged)


def test_an_edit_gives_what_a_full_run_gives():
    challenge = ChallengeFactory(
        open=True, themes=["sensors_grid"], need="Sensors find faults in a grid."
    )
    companies = [company(f"Company {n}", BREAD) for n in range(5)]
    run_for(challenge)
    update_profile(company=companies[2], fields=SENSORS, by=None)
    save_solution(company=companies[2], fields={"name": "Fault finder", "trl": 7}, by=None)

    rescore_companies(company_ids=[companies[2].pk])

    one = Match.objects.get(company=companies[2])
    assert one.profile_revision == 3
    assert one.total > Match.objects.get(company=companies[1]).total
