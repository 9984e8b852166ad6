"""Two managers at the same moment, or a manager and the company."""

import threading

import pytest
from django.db import connection

from applications import actions
from applications.choices import Status
from tests.applications.conftest import another, go, status_of, told

pytestmark = pytest.mark.django_db(transaction=True)


def both(one, other):
    """Two managers at the same moment; what each got."""
    together, got = threading.Barrier(2), {}

    def act(name, verb, rows):
        try:
            together.wait()
            got[name] = verb(applications=rows, by=None)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=act, args=(name, *what))
        for name, what in (("one", one), ("other", other))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return got["one"], got["other"]


@pytest.mark.parametrize("turn", range(5))
def test_two_managers_at_once_are_one_step(challenge, over, answers, turn):
    second = another(challenge, answers)

    one, other = both(
        (actions.shortlist, [over, second]),
        (actions.shortlist, [second, over]),
    )

    assert sorted(len(step.moved) for step in (one, other)) == [0, 2]
    assert sorted(len(step.there) for step in (one, other)) == [0, 2]
    assert sorted(told()) == ["applied", "applied", "shortlisted", "shortlisted"]


@pytest.mark.parametrize("turn", range(5))
def test_forward_and_back_at_once_leave_one_truth(over, marta, turn):
    listed = go(actions.shortlist, over, marta)

    both((actions.agree_pilot, [listed]), (actions.take_off_shortlist, [listed]))

    truth = (status_of(listed), told()[-1])
    assert truth in {(Status.SELECTED, "piloted"), (Status.SUBMITTED, "applied")}


@pytest.mark.parametrize("turn", range(5))
def test_a_company_withdraws_while_a_manager_decides(over, turn):
    def withdraw(applications, by):
        return actions.withdraw(application=applications[0], by=by)

    both((actions.shortlist, [over]), (withdraw, [over]))

    assert (status_of(over), told()[-1]) == (Status.WITHDRAWN, "withdrawn")
