"""Rounds: places of all open challenges shared out at once, told on the tab, and safe to repeat."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from time import monotonic, sleep

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from challenges.actions import close
from challenges.choices import Policy
from challenges.models import Challenge
from clusters.models import Network
from companies.models import ClusterMembership
from invitations import actions, profiles, tasks
from invitations.choices import RoundState, Status
from invitations.models import Invitation, Round, Standing
from mail.models import Letter
from matching.actions import request_runs, score_challenge
from matching.choices import RunState
from matching.models import Match, MatchRun
from tests.factories import ChallengeFactory, ClusterOrganisationFactory, MembershipFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def other(challenge) -> Challenge:
    """A second challenge of the same lab that asks for the same."""
    return ChallengeFactory(
        open=True,
        lab=challenge.lab,
        themes=["sensors_grid"],
        threshold=10,
        maximum=3,
        need="Sensors find faults in a grid.",
    )


@pytest.fixture
def all_scored(challenge, other):
    def run() -> None:
        for run_id in request_runs(challenge_ids=[challenge.pk, other.pk]):
            score_challenge(run=MatchRun.objects.get(pk=run_id))

    return run


def rate(challenge, **tenths) -> None:
    for name, total in tenths.items():
        Match.objects.filter(challenge=challenge, company__name=name).update(total=total)


def make_automatic() -> None:
    Challenge.objects.update(policy=Policy.AUTOMATIC)


def manager_of(challenge):
    return MembershipFactory(organisation=challenge.lab.cluster).user


def listed(challenge, **wanted) -> set[str]:
    rows = Invitation.objects.for_challenge(challenge).filter(**wanted)
    return set(rows.values_list("company__name", flat=True))


def reason_of(challenge, company) -> tuple[str, dict]:
    entry = Standing.objects.get(pk=challenge.pk).entries[str(company.pk)]
    return entry["code"], entry["data"]


# Budgets of companies.


def test_a_company_is_asked_by_the_challenge_it_fits_best(
    settings, challenge, other, new_company, all_scored, share_out
):
    settings.INVITATIONS_EACH = 1
    company = new_company("Both")
    all_scored()
    make_automatic()
    rate(challenge, Both=700)
    rate(other, Both=800)

    share_out()

    assert (listed(challenge), listed(other)) == (set(), {"Both"})
    assert reason_of(challenge, company)[0] == "asked_enough"


def test_what_another_cluster_wrote_counts(settings, challenge, new_company, scored, share_out):
    settings.INVITATIONS_EACH = 1
    company = new_company("Asked")
    scored()
    make_automatic()
    elsewhere = ChallengeFactory(open=True)
    Invitation.objects.create(
        challenge=elsewhere,
        company=company,
        status=Status.DECLINED,
        letter_id="there",
        sent_at=timezone.now() - timedelta(days=12),
    )

    share_out()

    next_on = timezone.localdate() + timedelta(days=18)
    assert listed(challenge) == set()
    assert reason_of(challenge, company) == (
        "asked_enough",
        {"times": 1, "days": 30, "next_on": next_on.isoformat(), "rank": 1, "of": 1},
    )


@pytest.mark.parametrize("days, found", [(29, set()), (30, {"Asked"})])
def test_after_the_period_a_company_may_be_asked_again(
    settings, challenge, new_company, scored, share_out, days, found
):
    settings.INVITATIONS_EACH = 1
    company = new_company("Asked")
    scored()
    Invitation.objects.create(
        challenge=ChallengeFactory(open=True),
        company=company,
        status=Status.SENT,
        letter_id="there",
        sent_at=timezone.now() - timedelta(days=days),
    )

    share_out()

    assert listed(challenge) == found


def test_letters_that_never_left_are_not_counted(
    settings, challenge, new_company, scored, share_out
):
    settings.INVITATIONS_EACH = 1
    company = new_company("Asked")
    scored()
    for status, letter_id in ((Status.REFUSED, "lost"), (Status.WITHDRAWN, "")):
        Invitation.objects.create(
            challenge=ChallengeFactory(open=True),
            company=company,
            status=status,
            letter_id=letter_id,
        )

    share_out()

    assert listed(challenge) == {"Asked"}


def test_suggestions_take_what_letters_left(
    settings, challenge, other, new_company, all_scored, share_out
):
    """A letter that leaves by itself goes before a suggestion, whatever the scores."""
    settings.INVITATIONS_EACH = 1
    for name in ("One", "Two"):
        new_company(name)
    all_scored()
    Challenge.objects.filter(pk=challenge.pk).update(policy=Policy.AUTOMATIC, maximum=1)
    rate(challenge, One=600, Two=300)
    rate(other, One=900, Two=400)

    share_out()

    assert listed(challenge, status=Status.QUEUED) == {"One"}
    assert listed(other, status=Status.PROPOSED) == {"Two"}


def test_a_challenge_gets_its_fewest_before_scores_count(
    settings, challenge, other, new_company, all_scored, share_out
):
    settings.INVITATIONS_EACH = 1
    for name in ("One", "Two"):
        new_company(name)
    all_scored()
    rate(challenge, One=900, Two=900)
    rate(other, One=400, Two=300)
    Challenge.objects.filter(pk=other.pk).update(minimum=1)

    share_out()

    assert (listed(challenge), listed(other)) == ({"Two"}, {"One"})


# Shares of networks.


@pytest.fixture
def set_share(challenge):
    def act(**shares) -> None:
        network = Network.objects.create(slug=f"n-{len(Network.objects.all())}", name="Nordic")
        challenge.lab.cluster.networks.add(network)
        actions.set_shares(network=network, fields=shares, by=None)

    return act


def test_newcomers_get_the_share_of_the_network(
    challenge, new_company, scored, share_out, set_share
):
    for name in ("Known", "Famous", "New"):
        company = new_company(name)
        if name != "New":
            Invitation.objects.create(
                challenge=ChallengeFactory(open=True),
                company=company,
                status=Status.SENT,
                letter_id="long ago",
                sent_at=timezone.now() - timedelta(days=300),
            )
    scored()
    rate(challenge, Known=900, Famous=800, New=300)
    Challenge.objects.filter(pk=challenge.pk).update(maximum=2)
    set_share(newcomers=50)

    share_out()

    assert listed(challenge) == {"Known", "New"}


def test_of_two_networks_the_strictest_share_of_a_cluster_holds(
    challenge, new_company, scored, share_out, set_share
):
    for number in range(3):
        new_company(f"Own {number}")
    near = ClusterOrganisationFactory()
    ClusterMembership.objects.create(company=new_company("Near", is_member=False), cluster=near)
    scored()
    rate(challenge, Near=200)
    set_share(cluster=34)
    set_share(cluster=67)

    share_out()

    found = listed(challenge)
    assert len(found) == 2
    assert "Near" in found


def test_what_was_written_counts_towards_the_share(
    challenge, manager, new_company, scored, share_out, set_share
):
    first, _second = new_company("First"), new_company("Second")
    scored()
    (row,) = actions.propose(challenge=challenge, company_ids=[first.pk], by=manager)
    actions.send(challenge=challenge, invitation_ids=[row.pk], by=manager)
    set_share(cluster=40)

    share_out()

    assert listed(challenge, status=Status.PROPOSED) == set()


# Rounds.


def test_however_many_ask_one_round_waits(db):
    for _ in range(3):
        actions.request_round()

    assert actions.share_places() is not None
    assert actions.share_places() is None
    assert list(Round.objects.values_list("state", flat=True)) == [RoundState.DONE]


def test_nobody_shares_out_beside_a_round_that_runs(db):
    Round.objects.create(state=RoundState.RUNNING, seen_at=timezone.now())
    actions.request_round()

    assert actions.share_places() is None
    assert set(Round.objects.values_list("state", flat=True)) == {"running", "waiting"}


@pytest.mark.django_db(transaction=True)
def test_two_workers_make_one_round_and_one_letter_each(challenge, new_company, scored):
    for number in range(3):
        new_company(f"Firma {number}")
    scored()
    make_automatic()
    actions.request_round()

    def work(_: int) -> bool:
        found = actions.share_places()
        connection.close()
        return found is not None

    with ThreadPoolExecutor(2) as pool:
        made = list(pool.map(work, range(2)))

    assert sorted(made) == [False, True]
    assert Letter.objects.filter(kind="invite-company").count() == 3


def test_a_round_waits_for_scores_but_not_for_long(challenge, new_company, scored):
    new_company()
    scored()
    MatchRun.objects.create(challenge=challenge, state=RunState.QUEUED)
    actions.request_round()

    at_once = actions.share_places()
    Round.objects.update(wanted_at=timezone.now() - timedelta(seconds=61))
    later = actions.share_places()

    assert at_once is None
    assert later is not None


def test_a_round_whose_worker_died_is_made_again_and_nothing_twice(
    challenge, new_company, scored, share_out
):
    for number in range(2):
        new_company(f"Firma {number}")
    scored()
    make_automatic()
    share_out()
    new_company("Late")
    scored()
    died = Round.objects.create(
        state=RoundState.RUNNING, seen_at=timezone.now() - timedelta(minutes=6)
    )

    tasks.sweep_rounds()

    assert Round.objects.get(state=RoundState.DONE).pk > died.pk
    assert Letter.objects.filter(kind="invite-company").count() == 3


def test_a_worker_given_up_writes_nothing_more(challenge, new_company, scored, monkeypatch):
    """It wakes after the sweep gave its round to another."""
    new_company()
    scored()
    make_automatic()
    actions.request_round()
    from invitations.actions import sharing

    reckon = sharing.automatic_situation

    def slowly():
        Round.objects.update(state=RoundState.LOST)
        return reckon()

    monkeypatch.setattr(sharing, "automatic_situation", slowly)

    actions.share_places()

    assert not Invitation.objects.exists()
    assert Round.objects.get().state == RoundState.LOST


def test_a_round_that_failed_is_marked_and_made_again_later(db, settings):
    settings.INVITATIONS_DAYS = "thirty"
    actions.request_round()

    with pytest.raises(TypeError):
        actions.share_places()
    settings.INVITATIONS_DAYS = 30
    actions.recover_rounds()
    soon = Round.objects.filter(state=RoundState.WAITING).exists()
    Round.objects.update(finished_at=timezone.now() - timedelta(minutes=6))
    actions.recover_rounds()

    assert not soon
    assert list(Round.objects.values_list("state", flat=True)) == ["waiting", "lost"]


@pytest.mark.parametrize("minutes, waiting", [(59, 0), (61, 1)])
def test_the_clock_makes_a_round_every_hour(db, minutes, waiting):
    Round.objects.create(
        state=RoundState.DONE, finished_at=timezone.now() - timedelta(minutes=minutes)
    )

    actions.recover_rounds()

    assert Round.objects.filter(state=RoundState.WAITING).count() == waiting


def test_a_round_that_ended_is_forgotten_when_the_next_has(db):
    for state in (RoundState.DONE, RoundState.LOST):
        Round.objects.create(state=state, finished_at=timezone.now())
    actions.request_round()

    last = actions.share_places()

    assert list(Round.objects.all()) == [last]


def test_a_manager_who_wrote_meanwhile_leaves_the_budgets_kept(
    settings, challenge, other, manager, new_company, all_scored, monkeypatch
):
    """Between reckoning and writing, the same company was invited to another challenge."""
    settings.INVITATIONS_EACH = 1
    company = new_company("Both")
    all_scored()
    Challenge.objects.filter(pk=challenge.pk).update(policy=Policy.AUTOMATIC)
    actions.request_round()
    from invitations.actions import sharing

    reckon = sharing.automatic_situation

    def interrupted():
        found = reckon()
        if not Invitation.objects.exists():
            (row,) = actions.propose(challenge=other, company_ids=[company.pk], by=manager)
            actions.send(challenge=other, invitation_ids=[row.pk], by=manager)
        return found

    monkeypatch.setattr(sharing, "automatic_situation", interrupted)

    actions.share_places()

    assert (listed(challenge), listed(other)) == (set(), {"Both"})


@pytest.mark.parametrize("then", ["wishes_of_readers", "clusters_of_companies"])
def test_a_challenge_that_closes_while_a_round_is_reckoned_leaves_the_others_theirs(
    challenge, other, new_company, all_scored, monkeypatch, then
):
    """Between its pairs and its grounds, and between its pairs and its places."""
    new_company()
    all_scored()
    make_automatic()
    actions.request_round()
    read = getattr(profiles, then)

    def meanwhile(*given):
        if Challenge.objects.get(pk=other.pk).is_open:
            close(challenge=other, by=manager_of(other))
        return read(*given)

    monkeypatch.setattr(profiles, then, meanwhile)

    turn = actions.share_places()

    turn.refresh_from_db()
    assert turn.state == RoundState.DONE
    assert (listed(challenge), listed(other)) == ({"Sensorværket"}, set())


def test_only_standings_that_changed_are_written(challenge, new_company, scored, share_out):
    new_company()
    scored()
    share_out()

    def version() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT xmin::text::bigint, ctid::text FROM invitations_standing")
            return cursor.fetchone()

    before = version()
    share_out()

    assert version() == before


def test_only_challenges_with_something_new_are_touched(
    challenge, other, new_company, all_scored, share_out
):
    new_company()
    all_scored()
    share_out()

    with CaptureQueriesContext(connection) as asked:
        share_out()

    locked = [one["sql"] for one in asked if "FOR UPDATE" in one["sql"]]
    assert locked == []


def test_a_proposal_scored_anew_shows_the_reasons_of_now(challenge, new_company, scored, share_out):
    """Even where the total is what it was."""
    new_company()
    scored()
    share_out()
    Invitation.objects.update(reasons=[])

    scored()
    share_out()

    assert len(Invitation.objects.get().reasons) == 3


@pytest.mark.django_db(transaction=True)
def test_a_letter_by_hand_at_the_same_moment_counts(
    settings, challenge, other, new_company, all_scored, manager
):
    """The round reckoned before; it looks again once whoever sends is done."""
    settings.INVITATIONS_EACH = 1
    company = new_company("Once")
    all_scored()
    Challenge.objects.filter(pk=challenge.pk).update(policy=Policy.AUTOMATIC)

    def share() -> None:
        actions.request_round()
        actions.share_places()
        connection.close()

    (row,) = actions.propose(challenge=other, company_ids=[company.pk], by=manager)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            actions.send(challenge=other, invitation_ids=[row.pk], by=manager)
            round_of_now = pool.submit(share)
            until_it_waits_for_the_lock()
        round_of_now.result(timeout=30)

    assert [one.related_id for one in Letter.objects.all()] == [str(row.pk)]


def until_it_waits_for_the_lock() -> None:
    ends = monotonic() + 10
    while monotonic() < ends:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
            )
            if cursor.fetchone()[0]:
                return
        sleep(0.05)
    raise AssertionError("The round did not wait.")
