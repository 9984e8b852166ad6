"""What came of a match is written down once, with the numbers of that moment, and never changed."""

import threading

import pytest
from django.db import InternalError, OperationalError, connection, transaction

from matching.actions import (
    encode_companies,
    explain_waiting,
    keep,
    outcomes,
    record_outcome,
    record_outcomes,
)
from matching.choices import STRANDS, Outcome
from matching.models import Match, MatchRun, RecordedOutcome
from tests.factories import CompanyFactory
from tests.waiting import somebody_waits, till

pytestmark = pytest.mark.django_db


def told() -> list[tuple[int, str, str]]:
    return list(RecordedOutcome.objects.in_order().values_list("number", "outcome", "reason"))


def test_every_outcome_has_its_strand():
    assert set(STRANDS) == set(Outcome)


def test_it_keeps_the_numbers_of_that_moment(challenge, new_company, scored):
    company = new_company("Sensorer")
    scored()
    explain_waiting(may_go_on=lambda: True)
    match = Match.objects.get()

    record_outcome(challenge=challenge, company=company, outcome=Outcome.INVITED, by=None)
    Match.objects.update(total=1, parts=[1])

    one = RecordedOutcome.objects.get()
    assert (one.total, one.parts) == (match.total, match.parts)
    assert one.shares == {finding.criterion: finding.share for finding in match.judged}
    assert (one.weights_version, one.engine_version) == ("default-1", match.engine_version)


def test_it_keeps_the_encoders_also_when_the_snapshot_is_forgotten(challenge, new_company, scored):
    company = new_company("Sensorer")
    encode_companies(company_ids=[company.pk])
    run = scored()
    MatchRun.objects.update(snapshot=None)

    record_outcome(challenge=challenge, company=company, outcome=Outcome.INVITED, by=None)

    assert run.encoders
    assert RecordedOutcome.objects.get().encoders == run.encoders


def test_a_pair_that_was_never_scored_has_no_numbers(challenge):
    record_outcome(challenge=challenge, company=CompanyFactory(), outcome=Outcome.APPLIED, by=None)

    one = RecordedOutcome.objects.get()
    assert (one.total, one.parts, one.shares, one.encoders) == (None, [], {}, None)


def test_the_same_twice_is_written_once(challenge):
    company = CompanyFactory()

    for _ in range(2):
        record_outcome(
            challenge=challenge,
            company=company,
            outcome=Outcome.DECLINED,
            reason="fit",
            by=None,
        )

    assert told() == [(1, "declined", "fit")]


def test_an_undone_answer_and_its_second_thought_are_all_kept(challenge):
    company = CompanyFactory()
    steps = [Outcome.INVITED, Outcome.INTERESTED, Outcome.INVITED, Outcome.INTERESTED]

    for step in steps:
        record_outcome(challenge=challenge, company=company, outcome=step, by=None)

    assert [(number, what) for number, what, _ in told()] == list(enumerate(steps, start=1))


def test_another_reason_is_news(challenge):
    company = CompanyFactory()

    for reason in ("timing", "fit"):
        record_outcome(
            challenge=challenge,
            company=company,
            outcome=Outcome.DECLINED,
            reason=reason,
            by=None,
        )

    assert told() == [(1, "declined", "timing"), (2, "declined", "fit")]


def test_a_retried_answer_after_the_application_is_no_news(challenge):
    company = CompanyFactory()
    for step in (Outcome.INTERESTED, Outcome.APPLIED):
        record_outcome(challenge=challenge, company=company, outcome=step, by=None)

    record_outcome(challenge=challenge, company=company, outcome=Outcome.INTERESTED, by=None)

    assert told() == [(1, "interested", ""), (2, "applied", "")]


def test_many_companies_take_as_many_statements_as_one(
    challenge, new_company, scored, django_assert_num_queries
):
    companies = [new_company(f"Company {n}").pk for n in range(12)]
    scored()

    explain_waiting(may_go_on=lambda: True)
    keep(challenge=challenge, company_ids=companies, by=None)

    for some in (companies[:1], companies[1:]):
        with django_assert_num_queries(7):
            record_outcomes(challenge=challenge, company_ids=some, outcome=Outcome.INVITED, by=None)


def test_the_database_refuses_to_change_what_was_told(challenge):
    record_outcome(challenge=challenge, company=CompanyFactory(), outcome=Outcome.APPLIED, by=None)

    with pytest.raises(InternalError, match="Cannot update"):
        RecordedOutcome.objects.update(outcome=Outcome.PILOTED)


@pytest.mark.parametrize("again", range(8))  # once in seven they met, before their order was one
@pytest.mark.django_db(transaction=True)
def test_two_that_tell_at_once_are_both_heard(challenge, again):
    company = CompanyFactory()
    steps = [Outcome.INTERESTED, Outcome.APPLIED] * 6
    ready = threading.Barrier(len(steps))

    def tell(step: Outcome) -> None:
        ready.wait()
        record_outcome(challenge=challenge, company=company, outcome=step, by=None)
        connection.close()

    threads = [threading.Thread(target=tell, args=[step]) for step in steps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [number for number, _, _ in told()] == [1, 2]
    assert {what for _, what, _ in told()} == {"interested", "applied"}


@pytest.mark.django_db(transaction=True)
def test_three_that_tell_of_several_do_not_wait_for_each_other(challenge, monkeypatch):
    """The second meets the first at one company, and the third between its two looks."""
    one, other = CompanyFactory.create_batch(2)
    failed, looks = [], []

    def tell(outcome: Outcome) -> None:
        told = {"challenge": challenge, "company_ids": [one.pk, other.pk], "outcome": outcome}
        try:
            record_outcomes(**told, by=None)
        except OperationalError as problem:
            failed.append(problem)
        finally:
            connection.close()

    second = threading.Thread(target=tell, args=[Outcome.APPLIED])
    third = threading.Thread(target=tell, args=[Outcome.SHORTLISTED])
    look = outcomes._untold

    def look_late(*asked):
        if threading.current_thread() is second:
            looks.append(asked)
            if len(looks) == 2:
                third.start()
                till(lambda: not third.is_alive() or somebody_waits())
        return look(*asked)

    monkeypatch.setattr(outcomes, "_untold", look_late)
    with transaction.atomic():
        record_outcome(challenge=challenge, company=one, outcome=Outcome.INVITED, by=None)
        second.start()
        till()
    second.join()
    third.join()

    assert failed == []
    assert len(looks) == 2
    assert sorted(RecordedOutcome.objects.values_list("company", "number")) == [
        *((one.pk, number) for number in (1, 2, 3)),
        *((other.pk, number) for number in (1, 2)),
    ]
