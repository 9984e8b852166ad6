"""A decision and a scoring that meet: one waits for the other, and neither for ever."""

import threading

import pytest
from django.db import OperationalError, connection, transaction

from matching import actions
from matching.actions.encoding import _store
from matching.actions.storing import store
from matching.explaining import judged_rows
from matching.models import Match, ProfileTerms, WantedMatch
from tests.factories import AccountFactory, CompanyMemberFactory
from tests.waiting import till

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def pair(challenge, new_company, scored, write_reasons):
    """One stored match, and a company whose match the worker is about to write."""
    company, new = new_company("Sensorer", themes=[]), new_company("Ny")
    scored()
    write_reasons()
    rows = judged_rows([(challenge.pk, company.pk), (challenge.pk, new.pk)])
    Match.objects.filter(company=new).delete()
    return company, rows


@pytest.fixture
def decide(challenge, manager, pair):
    company, _rows = pair
    owner = CompanyMemberFactory(company=company, user=AccountFactory()).user
    contest = actions.contest(
        challenge=challenge,
        company=company,
        criterion="theme",
        statement="We do watch grids.",
        link="https://example.org/grids",
        by=owner,
    )
    pinned = {"kind": "pin", "points": None, "reason": "We met them."}

    def override():
        return actions.override(challenge=challenge, company=company, **pinned, by=manager)

    def accept():
        return actions.accept_contest(contest=contest, granted="full", answer="Yes.", by=manager)

    return {"override": override, "accept": accept}


@pytest.mark.parametrize("verb", ["override", "accept"])
def test_who_decides_waits_for_a_scoring_that_adds_a_company(pair, decide, verb):
    _company, rows = pair
    failed = []

    def act():
        try:
            decide[verb]()
        except Exception as problem:  # noqa: BLE001 - told below
            failed.append(problem)
        finally:
            connection.close()

    manager = threading.Thread(target=act)
    with transaction.atomic():
        store(rows)
        manager.start()
        till()
    manager.join()

    assert failed == []
    assert Match.objects.count() == 2


def test_the_worker_leaves_a_row_that_another_has_and_comes_back(challenge, new_company, scored):
    """Stored by a run since it was wanted, so that nobody has kept it yet."""
    company = new_company("Sensorer")
    actions.keep(challenge=challenge, company_ids=[company.pk], by=None)
    scored()

    def write():
        try:
            actions.write_wanted(challenge_ids=[challenge.pk], may_go_on=lambda: True)
        finally:
            connection.close()

    worker = threading.Thread(target=write)
    with transaction.atomic():
        Match.objects.select_for_update(no_key=True).get()
        worker.start()
        worker.join(timeout=10)
        has_waited = worker.is_alive()
    worker.join()
    left = WantedMatch.objects.count()
    actions.write_wanted(challenge_ids=[challenge.pk], may_go_on=lambda: True)

    assert not has_waited
    assert (left, WantedMatch.objects.count()) == (1, 0)
    assert Match.objects.get(is_kept=True).findings


def test_a_reading_takes_profiles_in_the_order_of_a_count_of_words(new_company):
    """The first one lies behind the second in the table."""
    first, second = (new_company(name) for name in ("Sensorer", "Ny"))
    actions.refresh_terms()
    terms = ProfileTerms.objects.filter(company=first)
    terms.update(readings=5)
    failed = []

    def read():
        try:
            with connection.cursor() as cursor:  # as the planner does for many
                cursor.execute("SET enable_indexscan = off; SET enable_bitmapscan = off")
            _store([first.pk, second.pk], [])
        except OperationalError as problem:
            failed.append(problem)
        finally:
            connection.close()

    reader = threading.Thread(target=read)
    with transaction.atomic():
        terms.update(version=1)
        reader.start()
        till()
        ProfileTerms.objects.filter(company=second).update(version=1)
    reader.join()

    assert failed == []
    assert list(ProfileTerms.objects.order_by("pk").values_list("readings", flat=True)) == [6, 1]
