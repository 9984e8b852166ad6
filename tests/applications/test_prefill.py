import pytest
from django.utils import translation

from applications.prefill import best_solution, prefilled
from challenges.choices import Priority
from tests.factories import RequirementFactory, SolutionFactory

pytestmark = pytest.mark.django_db


def test_the_solution_that_meets_most_must_haves_is_offered(challenge, company):
    RequirementFactory(challenge=challenge, capability="edge_ai", priority=Priority.NICE)
    nice = SolutionFactory(company=company, capabilities=["edge_ai"])
    must = company.solutions.get(name="Cable ear")

    assert best_solution(challenge, [nice, must]) == must


def test_among_equals_the_one_in_the_trl_range_is_offered(challenge, company):
    challenge.trl_min, challenge.trl_max = 8, 9
    ready = SolutionFactory(company=company, trl=9)

    assert best_solution(challenge, company.solutions.all()) == ready


def test_a_company_without_solutions_offers_none(challenge):
    assert best_solution(challenge, []) is None


def test_only_the_frame_words_are_translated(challenge, company, freja):
    company.staff, company.city, company.languages_of_work = 12, "Varde", ["en"]

    with translation.override("en"):
        team = prefilled(challenge=challenge, company=company, person=freja)["team"]

    assert team == "12 people in Varde\nWe work in: English"
