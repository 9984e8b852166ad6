"""All at once: a request writes down what is to be sent, and the worker sends it, once."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from challenges.actions import close
from companies.choices import Source
from companies.models import Company
from invitations import actions
from invitations.choices import Status
from invitations.models import Invitation, Sending
from invitations.problems import InvitationProblem
from invitations.progress import orders_waiting
from invitations.tasks import carry_out_sendings
from mail.health import Orders
from mail.models import Letter
from runner.checkout import ROOT
from tests.faults.conftest import wait
from tests.faults.test_standstill import worker_was_here
from tests.security.conftest import database_url

pytestmark = pytest.mark.django_db

LOOKED_AT = re.compile(r'name="looked_at" value="(\w+)"')


@pytest.fixture
def proposed(challenge, new_company, scored) -> Callable[..., list[Invitation]]:
    """Proposals nobody has touched, of as many companies."""

    def make(number: int, **fields) -> list[Invitation]:
        known = Company.objects.count()
        companies = [new_company(f"Firma {known + n}", **fields) for n in range(number)]
        scored()
        ids = [company.pk for company in companies]
        return actions.propose(challenge=challenge, company_ids=ids, by=None)

    return make


@pytest.fixture
def few_at_once(monkeypatch):
    """So that three are too many for a request."""
    monkeypatch.setattr("invitations.actions.ordering.AT_ONCE", 2)


@pytest.fixture
def page(client, manager, challenge) -> Callable[..., str]:
    client.force_login(manager)
    address = reverse("invitations:send", args=[challenge.slug])

    def ask(posted: dict[str, object] | None = None) -> str:
        if posted is None:
            return client.get(address, {"all": "1"}).content.decode()
        return client.post(address, {"note": "", **posted}, follow=True).content.decode()

    return ask


def order(challenge, rows, by, note: str = "") -> Sending:
    ids = [row.pk for row in rows]
    return actions.order_sending(challenge=challenge, invitation_ids=ids, note=note, by=by)


def statuses() -> set[str]:
    return set(Invitation.objects.values_list("status", flat=True))


def test_all_on_the_list_are_sent_by_one_button(page, proposed, manager):
    proposed(3)

    looked_at = LOOKED_AT.search(page())[1]
    told = page({"all": "1", "looked_at": looked_at, "send": "1"})

    assert "3 invitations are in the post." in told
    assert statuses() == {Status.QUEUED}
    assert set(Letter.objects.values_list("caused_by", flat=True)) == {manager.pk}


def test_who_came_on_the_list_since_is_not_sent_unseen(page, proposed):
    proposed(2)
    looked_at = LOOKED_AT.search(page())[1]
    proposed(1)

    told = page({"all": "1", "looked_at": looked_at, "note": "We met.", "send": "1"})

    assert "The list has changed since you looked at it." in told
    assert "We met." in told
    assert statuses() == {Status.PROPOSED}
    assert "3 invitations are in the post." in page(
        {"all": "1", "looked_at": LOOKED_AT.search(told)[1], "send": "1"}
    )


def test_a_request_for_many_only_writes_the_order_down(
    page, proposed, few_at_once, client, challenge, django_capture_on_commit_callbacks
):
    worker_was_here(1)
    proposed(3)
    looked_at = LOOKED_AT.search(page())[1]

    tab = page({"all": "1", "looked_at": looked_at, "send": "1"})

    assert (statuses(), Letter.objects.count()) == ({Status.PROPOSED}, 0)
    assert "3 are about to be put in the post." in tab
    assert "proposals wait for you" not in tab
    with django_capture_on_commit_callbacks(execute=True):
        carry_out_sendings()
    assert statuses() == {Status.QUEUED}
    told = client.get(reverse("invitations:progress", args=[challenge.slug])).content.decode()
    assert "0 of 3 sent" in told
    assert "about to be put" not in told


def test_an_order_tells_what_became_of_each(challenge, manager, proposed, few_at_once):
    rows = [*proposed(2), *proposed(1, is_member=False, source=Source.IMPORTED)]
    sending = order(challenge, rows, manager, note="We met in Esbjerg.")

    assert (actions.carry_out_sendings(), actions.carry_out_sendings()) == (1, 0)

    sending.refresh_from_db()
    assert (sending.queued, sending.held, sending.relayed, sending.refused) == (2, 0, 0, 1)
    assert set(Invitation.objects.values_list("note", flat=True)) == {"We met in Esbjerg."}


def test_an_order_that_waits_is_not_given_twice(challenge, manager, proposed, few_at_once):
    rows = proposed(3)

    first, second = (order(challenge, rows, manager) for _click in range(2))

    assert second == first
    assert orders_waiting() == Orders(waiting=3, oldest=first.asked_at)
    assert actions.carry_out_sendings() == 1
    assert (Letter.objects.count(), Sending.objects.get().queued) == (3, 3)


def test_a_second_order_is_of_those_the_first_left_out(challenge, manager, proposed, few_at_once):
    rows = proposed(6)
    first, second = (order(challenge, some, manager) for some in (rows[:3], rows[2:]))

    assert (first.number, second.number) == (3, 3)
    assert actions.carry_out_sendings() == 2
    assert Letter.objects.count() == 6


@pytest.mark.parametrize("is_all", [True, False])
def test_a_second_click_after_the_first_leaves_what_the_tab_says(
    page, proposed, is_all, client, challenge
):
    rows = proposed(3)
    looked_at = LOOKED_AT.search(page())[1]
    chosen = {"all": "1", "looked_at": looked_at} if is_all else {"i": [row.pk for row in rows]}
    page({**chosen, "send": "1"})

    told = page({**chosen, "send": "1"})

    assert "Nothing waits to be sent" in told
    tab = client.get(reverse("invitations:challenge", args=[challenge.slug])).content.decode()
    assert "3 in the post" in tab
    assert Sending.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_send_once_and_tell_the_same(challenge, manager, proposed):
    rows = proposed(3)

    def click(_number: int) -> Sending:
        try:
            return order(challenge, rows, manager)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        orders = list(pool.map(click, range(4)))

    assert {(one.pk, one.queued) for one in orders} == {(Sending.objects.get().pk, 3)}
    assert Letter.objects.count() == 3


def test_none_of_those_taken_back_is_ordered(challenge, manager, proposed):
    rows = proposed(1)
    actions.withdraw(invitation=rows[0], by=manager)

    with pytest.raises(InvitationProblem, match="None of them waits"):
        order(challenge, rows, manager)


def test_what_is_taken_back_meanwhile_is_not_sent(challenge, manager, proposed, few_at_once):
    first, *_others = rows = proposed(3)
    order(challenge, rows, manager)
    actions.withdraw(invitation=first, by=manager)

    actions.carry_out_sendings()

    assert Letter.objects.count() == 2
    assert Invitation.objects.get(pk=first.pk).status == Status.WITHDRAWN


def test_a_challenge_that_closes_meanwhile_sends_nothing_and_says_so(
    challenge, manager, proposed, few_at_once, client
):
    order(challenge, proposed(3), manager)
    close(challenge=challenge, by=manager)

    actions.carry_out_sendings()

    client.force_login(manager)
    tab = client.get(reverse("invitations:challenge", args=[challenge.slug])).content.decode()
    assert "3 invitations were not sent" in tab
    assert Letter.objects.filter(kind="invite-company").count() == 0


def test_a_round_leaves_what_is_being_sent_on_the_list(
    challenge, manager, proposed, few_at_once, share_out
):
    rows = proposed(3)
    type(challenge).objects.filter(pk=challenge.pk).update(maximum=1)
    order(challenge, rows, manager)

    share_out()

    assert Invitation.objects.count() == 3
    actions.carry_out_sendings()
    share_out()
    assert list(Invitation.objects.values_list("status", flat=True)) == [Status.QUEUED] * 3


def test_an_order_that_fails_does_not_keep_others_waiting(
    challenge, manager, proposed, few_at_once, monkeypatch
):
    broken = order(challenge, proposed(3), manager)
    whole = order(challenge, proposed(3), manager)
    carry_out = actions.ordering._carry_out

    def fail(sending: Sending) -> None:
        if sending.pk == broken.pk:
            raise ValueError("broken")
        carry_out(sending)

    monkeypatch.setattr("invitations.actions.ordering._carry_out", fail)

    assert actions.carry_out_sendings() == 1

    assert list(Sending.objects.waiting()) == [broken]
    whole.refresh_from_db()
    assert whole.queued == 3


CARRY_OUT = """
import django
django.setup()
from invitations.actions import carry_out_sendings
carry_out_sendings()
"""


def start_worker() -> subprocess.Popen[bytes]:
    environment = {**os.environ, "DATABASE_URL": database_url()}
    return subprocess.Popen([sys.executable, "-P", "-c", CARRY_OUT], cwd=ROOT, env=environment)


def waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_stat_clear_snapshot(); "
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND wait_event_type = 'Lock' AND query LIKE '%%INSERT INTO mail_letter%%'"
        )
        return bool(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_half_way_leaves_the_whole_order_to_the_next(
    challenge, manager, proposed, few_at_once
):
    rows = [*proposed(2), *proposed(1, is_member=False, source=Source.IMPORTED)]
    order(challenge, rows, manager)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE mail_letter IN SHARE MODE")
        worker = start_worker()
        wait(waits_for_a_lock, seconds=60)
        worker.send_signal(signal.SIGKILL)
        worker.wait(timeout=30)

    assert (statuses(), Letter.objects.count()) == ({Status.PROPOSED}, 0)
    assert Sending.objects.waiting().count() == 1

    with ThreadPoolExecutor(2) as pool:
        workers = list(pool.map(lambda _number: start_worker().wait(timeout=60), range(2)))

    assert workers == [0, 0]
    assert Letter.objects.count() == 2
    assert sorted(Invitation.objects.values_list("status", flat=True)) == [
        Status.QUEUED,
        Status.QUEUED,
        Status.REFUSED,
    ]
    assert not Sending.objects.waiting().exists()


def test_an_order_that_waits_for_a_minute_is_red(client, challenge, manager, proposed, few_at_once):
    worker_was_here(1)
    order(challenge, proposed(3), manager)
    client.force_login(manager)
    tab = reverse("invitations:challenge", args=[challenge.slug])
    fine = client.get(tab).content.decode()

    Sending.objects.update(asked_at=timezone.now() - timedelta(seconds=61))

    assert "and nothing moves" not in fine
    assert "0 of 3 invitations sent, and nothing moves" in client.get(tab).content.decode()
