"""R19: nobody sends, and within a minute everybody concerned can read it."""

import json
import time
from contextlib import contextmanager
from datetime import timedelta
from io import StringIO

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils.timezone import now

from benchmarks._kills import queue_letters
from config.tasks import beat_heart
from invitations.actions import order_sending
from invitations.actions.ordering import AT_ONCE
from invitations.choices import Status
from invitations.models import Invitation, Sending
from invitations.progress import standing_still
from mail.actions import note_failure
from mail.actions.pausing import ONLY
from mail.health import HEARTBEAT_KEY, standstill
from mail.models import Letter, MailServer
from matching.tasks import explain_matches
from tests.factories import (
    AccountFactory,
    ChallengeFactory,
    CompanyFactory,
    MembershipFactory,
)
from tests.faults.conftest import wait
from tests.security.conftest import database_url, serve, session_of

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("faults")]


def worker_was_here(seconds: float) -> None:
    cache.set(HEARTBEAT_KEY, time.time() - seconds)


def doctor() -> str:
    said = StringIO()
    with pytest.raises(CommandError, match="Not everything runs"):
        call_command("doctor", stdout=said)
    return said.getvalue()


def test_a_minute_without_a_worker_is_red_for_monitors_doctors_and_managers(client):
    client.force_login(MembershipFactory().user)
    queue_letters(12)
    worker_was_here(61)

    ready = client.get("/readyz").json()
    page = client.get(reverse("dashboard:dashboard")).content.decode()

    assert ready["worker"] is False
    assert "Letters do not leave" in page
    assert "No worker takes up work" in page
    assert "12 letters wait" in page
    assert "worker: No worker took up work" in doctor()


@pytest.mark.parametrize(
    ("age", "moved", "still"), [(50, 90, False), (70, 90, True), (70, 5, False)]
)
def test_letters_stand_still_when_the_oldest_waits_a_minute_and_none_leaves(
    client, age, moved, still
):
    worker_was_here(1)
    queue_letters(2)
    Letter.objects.update(next_attempt_at=now() - timedelta(seconds=age))
    MailServer.objects.create(pk=ONLY, moved_at=now() - timedelta(seconds=moved))

    assert client.get("/readyz").json()["outbox"] is not still
    assert (standstill() is not None) is still


def test_the_reason_is_named():
    worker_was_here(1)
    queue_letters(1)
    Letter.objects.update(next_attempt_at=now() - timedelta(seconds=70))

    late = standstill().why
    note_failure(error="mail server: ConnectionRefusedError")
    away = standstill().why
    MailServer.objects.update(paused_until=now() + timedelta(minutes=5))

    assert (late, away, standstill().why) == ("late", "no_server", "paused")
    assert "The mail server failed twenty times" in doctor()


def test_while_letters_leave_nobody_is_alarmed(client):
    client.force_login(MembershipFactory().user)
    worker_was_here(1)

    assert standstill() is None
    assert "Letters do not leave" not in client.get(reverse("dashboard:dashboard")).content.decode()


@pytest.fixture
def queued(db) -> Invitation:
    """An invitation whose letter is in the outbox."""
    queue_letters(1)
    return Invitation.objects.create(
        challenge=ChallengeFactory(open=True),
        company=CompanyFactory(),
        status=Status.QUEUED,
        letter_id=str(Letter.objects.get().pk),
    )


def test_the_manager_reads_how_many_of_how_many_left(client, queued):
    """On the challenge's tab, and as a row of what needs a person; red only while it lasts."""
    client.force_login(MembershipFactory(organisation=queued.challenge.lab.cluster).user)
    tab = reverse("invitations:challenge", args=[queued.challenge.slug])
    pages = tab, reverse("dashboard:dashboard")
    worker_was_here(1)
    fine = [client.get(page).content.decode() for page in pages]

    worker_was_here(61)
    still = [client.get(page).content.decode() for page in pages]

    assert "0 of 1 sent" in fine[0]
    for page in fine:
        assert "nothing moves" not in page
    for page in still:
        assert "0 of 1 invitation sent, and nothing moves" in page
    assert "need-urgent" in still[1]


def test_what_waits_for_working_hours_does_not_stand_still(client, queued):
    later = now() + timedelta(hours=9)
    Invitation.objects.update(leaves_at=later)
    Letter.objects.update(next_attempt_at=later)
    client.force_login(MembershipFactory(organisation=queued.challenge.lab.cluster).user)
    worker_was_here(61)

    page = client.get(reverse("invitations:challenge", args=[queued.challenge.slug]))

    assert "nothing moves" not in page.content.decode()
    assert "1 waits until people work where it goes." in page.content.decode()


@pytest.fixture
def order(db) -> Sending:
    """More than a request sends by itself."""
    challenge = ChallengeFactory(open=True)
    manager = MembershipFactory(organisation=challenge.lab.cluster, user=AccountFactory()).user
    companies = CompanyFactory.create_batch(AT_ONCE + 1)
    proposed = Invitation.objects.bulk_create(
        Invitation(challenge=challenge, company=company, proposed_by=manager)
        for company in companies
    )
    return order_sending(
        challenge=challenge, invitation_ids=[one.pk for one in proposed], note="", by=manager
    )


@pytest.mark.parametrize(("age", "still"), [(50, False), (70, True)])
def test_an_order_that_waits_a_minute_is_red_although_a_worker_lives(client, order, age, still):
    worker_was_here(1)
    Sending.objects.update(asked_at=now() - timedelta(seconds=age))
    client.force_login(order.asked_by)
    tab = reverse("invitations:challenge", args=[order.challenge.slug])

    pages = [client.get(page).content.decode() for page in (tab, reverse("dashboard:dashboard"))]

    assert client.get("/readyz").json()["outbox"] is not still
    for page in pages:
        assert ("Letters do not leave" in page) is still
        assert ("are not written yet" in page) is still
        assert ("0 of 201 invitations sent, and nothing moves" in page) is still
    if still:
        assert "201 letters wait" in pages[0]
        assert "No worker takes up what managers ordered" in doctor()


def test_an_order_that_waits_holds_up_no_other_challenge(order, queued):
    worker_was_here(1)
    Sending.objects.update(asked_at=now() - timedelta(seconds=70))

    stuck = standing_still([order.challenge_id, queued.challenge_id])

    assert list(stuck) == [order.challenge_id]


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_behind_an_order_is_red_within_a_minute_and_another_carries_it_out(
    collected, hire, request, tmp_path
):
    """Real time, a real web server and workers that are killed.

    The first is missed altogether. Then one is there that says it lives and takes no orders.
    """
    lost = hire()
    with contextmanager(serve)(tmp_path, database_url()) as server:

        def ready(part: str) -> bool:
            return bool(json.loads(server.ask("/readyz").text)[part])

        wait(lambda: ready("worker"), seconds=60, log=lost.log)
        lost.kill()
        sending = request.getfixturevalue("order")
        session = session_of(sending.asked_by)
        tab = reverse("invitations:challenge", args=[sending.challenge.slug])
        at_first = ready("outbox")
        wait(lambda: not ready("worker") and not ready("outbox"), seconds=62)
        told = server.ask("/readyz").status
        gone = [server.ask(page, session=session).text for page in (tab, "/dashboard/")]

        idle = hire(queues="celery,heart")
        wait(lambda: ready("worker"), seconds=60, log=idle.log)
        deaf = server.ask(tab, session=session).text, ready("outbox")

        able = hire(queues="mail")
        wait(lambda: ready("outbox"), seconds=60, log=able.log)
        after = server.ask(tab, session=session).text

    sending.refresh_from_db()
    assert (at_first, told) == (True, 503)
    for page in gone:
        assert "No worker takes up work" in page
        assert "0 of 201 invitations sent, and nothing moves" in page
    assert "are not written yet" in deaf[0]
    assert deaf[1] is False
    assert "Letters do not leave" not in after
    assert sending.done_at is not None


@pytest.mark.django_db(transaction=True)
def test_a_worker_says_that_it_lives_whatever_waits_at_pages(hire):
    """Many people turn pages at once, and what they wait for was rung for before."""
    for _page in range(50):
        explain_matches.apply_async([[]])

    worker = hire(clock=False)

    def told(part: str) -> int:
        """Each task is told of as it comes and as it is done."""
        return part.count(f"{explain_matches.name}[")

    wait(lambda: told(worker.log.read_text()) == 100, seconds=60, log=worker.log)
    before, _heart, after = worker.log.read_text().partition(f"{beat_heart.name}[")
    assert told(before) < 20 < told(after)
