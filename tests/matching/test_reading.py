"""How far the background reading is, told while it goes on and after a switch of encoders."""

import pytest
from django.urls import reverse

from matching import tasks
from matching.actions import current_snapshot, encode_companies, refresh_terms
from matching.reading import Basis, Reading, note, under_way
from tests.factories import AdministratorFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def eight(new_company):
    made = [new_company(f"Firma {n}", description="Sensors for grids.") for n in range(8)]
    return [company.pk for company in made]


def test_how_many_are_read_is_noted_until_only_a_few_are_left(eight):
    note()
    before = under_way()
    encode_companies(company_ids=eight[:2])
    note()
    during = under_way()
    encode_companies(company_ids=eight[2:4])
    note()

    assert before == Reading(0, 8, Basis.WORDS)
    assert (during, during.percent) == (Reading(2, 8, Basis.WORDS), 25)
    assert under_way() is None


def test_after_a_switch_scores_rest_on_the_former_model_until_the_new_one_has_read(eight, settings):
    settings.MATCHING_ENCODERS = ["english"]
    encode_companies(company_ids=eight)
    refresh_terms()
    current_snapshot()
    note()
    read = under_way()

    settings.MATCHING_ENCODERS = ["multilingual"]
    note()

    assert read is None
    assert under_way() == Reading(0, 8, Basis.FORMER)


def test_profiles_that_come_later_are_said_to_go_by_words(eight, new_company):
    encode_companies(company_ids=eight)
    refresh_terms()
    current_snapshot()
    for n in range(6):
        new_company(f"New {n}")

    note()

    assert under_way() == Reading(8, 14, Basis.PRESENT)


def test_the_clock_notes_it(eight):
    tasks.sweep_matching()

    assert under_way() == Reading(0, 8, Basis.WORDS)


def test_managers_and_administrators_see_it_and_the_page_asks_again(
    client, eight, challenge, manager
):
    note()
    sentence = "Reading profiles: 0 of 8"

    client.force_login(manager)
    for name, arguments in (("list", []), ("challenge", [challenge.slug]), ("reading", [])):
        page = client.get(reverse(f"matching:{name}", args=arguments)).content.decode()
        assert sentence in page
        assert "Until nearly all are read, scores go by words." in page
    client.force_login(AdministratorFactory())
    assert sentence in client.get(reverse("dashboard:dashboard")).content.decode()
    encode_companies(company_ids=eight)
    note()
    assert client.get(reverse("matching:reading")).content.decode().strip() == ""
