"""Whoever decides, answers, applies or sends waits for no score: the worker writes it, and in the
end everything stands as if it had been written at once.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from applications import actions as applications
from applications.models import Application
from companies.actions import retire_company, update_profile
from companies.choices import Source
from companies.models import Company
from config.celery import app
from invitations import actions as invitations
from invitations.choices import BY_HAND
from invitations.models import Invitation, Nomination, Relay
from invitations.tokens import hash_of
from mail.actions import write_late
from mail.models import Letter
from matching import actions, tasks
from matching.explaining import judged_rows
from matching.invariants import contradictions
from matching.models import (
    ChallengeShares,
    CompanyRanking,
    Contest,
    Match,
    MatchRun,
    Override,
    RecordedOutcome,
    WantedMatch,
)
from matching.offers import explain_unstored
from matching.problems import MatchProblem, NotWrittenYet
from matching.ranking import unpacked
from tests.factories import (
    AccountFactory,
    ClusterMembershipFactory,
    CompanyMemberFactory,
    MembershipFactory,
)
from tests.guards import Caught, nothing_scored_in_requests  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def caught(nothing_scored_in_requests) -> Caught:  # noqa: F811 - a fixture
    """Whatever a request of these tests scores fails it."""
    guard: Caught = nothing_scored_in_requests
    return guard


@pytest.fixture
def worker(django_capture_on_commit_callbacks) -> Iterator[Callable[[], Any]]:
    """Does what was rung for, once whoever rang is gone."""
    app.conf.task_always_eager = True
    yield lambda: django_capture_on_commit_callbacks(execute=True)
    app.conf.task_always_eager = False


@pytest.fixture
def world(challenge, new_company, manager, scored, settings, tmp_path) -> SimpleNamespace:
    """Scored, and nothing explained: one company's match is stored, one's is only a number."""
    settings.MEDIA_ROOT = tmp_path
    stored = new_company("Stored", email="post@stored.example", themes=[])
    unstored = new_company("Unstored", email="post@unstored.example", themes=[])
    new_company("Other", description="Bread.")
    for company in (stored, unstored):
        Company.objects.filter(pk=company.pk).update(source=Source.REGISTERED)
    owner = CompanyMemberFactory(company=stored, user=AccountFactory()).user
    CompanyMemberFactory(company=unstored, user=owner)
    scored()
    Match.objects.filter(company=unstored).delete()
    assert not Match.objects.filter(findings__isnull=False).exists()
    return SimpleNamespace(
        challenge=challenge,
        stored=stored,
        unstored=unstored,
        manager=manager,
        owner=owner,
        match=Match.objects.get(company=stored),
    )


def silence() -> None:
    """As after a run that nobody has explained yet."""
    Match.objects.update(findings=None, conditions=[])
    WantedMatch.objects.all().delete()


def invited(world, status: str) -> Invitation:
    (row,) = invitations.propose(
        challenge=world.challenge, company_ids=[world.stored.pk], by=world.manager
    )
    if status == "sent":
        Invitation.objects.update(status="queued")
    Invitation.objects.update(
        status=status,
        letter_id="" if status == "proposed" else BY_HAND,
        token_hash=hash_of("secret"),
        sent_at=None if status == "proposed" else timezone.now(),
    )
    silence()
    row.refresh_from_db()
    return row


def contested(world, state: str = "open") -> Contest:
    actions.explain_list(challenge_id=world.challenge.pk)
    row = actions.contest(
        challenge=world.challenge,
        company=world.stored,
        criterion="theme",
        statement="Our meters are sensors.",
        link="https://sensor.example/",
        by=world.owner,
    )
    if state == "accepted":
        actions.accept_contest(contest=row, granted="half", answer="Yes.", by=world.manager)
    silence()
    return row


def drafted(world, company: Company | None = None) -> Application:
    row = applications.start_draft(
        challenge=world.challenge, company=company or world.unstored, by=world.owner
    )
    WantedMatch.objects.all().delete()
    return row


APPLICATION = {
    "pitch": "Ears on every cable",
    "approach": "We listen.",
    "pilot_plan": "Week 1: ears.",
    "contact_name": "Freja Holm",
    "contact_email": "freja@kabelro.example",
}


def by_hand(kind: str, **more: Any) -> Callable[[Any], tuple[Any, ...]]:
    def prepare(world) -> tuple[Any, ...]:
        url = reverse("matching:override", args=[world.challenge.slug, world.match.pk])
        return world.manager, url, {"kind": kind, "reason": "We met them.", **more}

    return prepare


def remove_by_hand(world) -> tuple[Any, ...]:
    by = world.manager
    pair = {"challenge": world.challenge, "company": world.stored}
    actions.override(**pair, kind="raise", points=9, reason="We met them.", by=by)
    WantedMatch.objects.all().delete()
    url = reverse("matching:remove_override", args=[world.challenge.slug, world.match.pk])
    return by, url, {}


def contest(world) -> tuple[Any, ...]:
    names = [world.stored.slug, world.challenge.slug, "theme"]
    said = {"statement": "Our meters are sensors.", "link": "https://sensor.example/"}
    return world.owner, reverse("matching:contest_finding", args=names), said


def withdraw_contest(world) -> tuple[Any, ...]:
    names = [world.stored.slug, world.challenge.slug, contested(world).pk]
    return world.owner, reverse("matching:withdraw_contest", args=names), {}


def decide_contest(decision: str) -> Callable[[Any], tuple[Any, ...]]:
    def prepare(world) -> tuple[Any, ...]:
        url = contested(world).get_absolute_url()
        return world.manager, url, {"decision": decision, "answer": "We looked."}

    return prepare


def reconsider(world) -> tuple[Any, ...]:
    names = [world.challenge.slug, contested(world, "accepted").pk]
    return world.manager, reverse("matching:reconsider_contest", args=names), {}


def choose(world) -> tuple[Any, ...]:
    url = reverse("invitations:choose", args=[world.challenge.slug])
    return world.manager, url, {"match": [world.match.pk]}


def send(world) -> tuple[Any, ...]:
    url = reverse("invitations:send", args=[world.challenge.slug])
    return world.manager, url, {"i": [invited(world, "proposed").pk], "note": ""}


def of_invitation(name: str, status: str) -> Callable[[Any], tuple[Any, ...]]:
    def prepare(world) -> tuple[Any, ...]:
        return world.manager, reverse(name, args=[invited(world, status).pk]), {}

    return prepare


def answer(**said: str) -> Callable[[Any], tuple[Any, ...]]:
    def prepare(world) -> tuple[Any, ...]:
        row = invited(world, "sent")
        if said["answer"] == "undo":
            invitations.answer(
                invitation=row, interested=True, arrived_at=timezone.now(), by=world.owner
            )
            silence()
        return world.owner, reverse("invitations:detail", args=[row.pk]), said

    return prepare


def pass_on(world) -> tuple[Any, ...]:
    row = invited(world, "sent")
    said = {"answer": "pass_on", "kind": "colleague", "whom": "Ida", "address": "ida@s.example"}
    return world.owner, reverse("invitations:detail", args=[row.pk]), {**said, "why": "She knows."}


def nominate(world) -> tuple[Any, ...]:
    other = Match.objects.exclude(company=world.stored).get().company
    found = Nomination.objects.create(
        invitation=invited(world, "sent"), kind="company", name=other.name, company=other
    )
    actions.keep(challenge=world.challenge, company_ids=[world.stored.pk], by=None)
    url = reverse("invitations:decide_nomination", args=[found.pk])
    return world.manager, url, {"accept": ""}


def relayed(world) -> tuple[Any, str]:
    row = invited(world, "relayed")
    member = MembershipFactory(user=AccountFactory())
    ClusterMembershipFactory(company=world.stored, cluster=member.organisation)
    relay = Relay.objects.create(
        invitation=row, cluster=member.organisation, why={"code": "own_member", "data": {}}
    )
    return member.user, reverse("invitations:relay", args=[relay.pk])


def relay(do: str) -> Callable[[Any], tuple[Any, ...]]:
    return lambda world: (*relayed(world), {"do": do})


def apply(company: str, **more: str) -> Callable[[Any], tuple[Any, ...]]:
    def prepare(world) -> tuple[Any, ...]:
        url = reverse("applications:form", args=[world.challenge.slug])
        chosen = getattr(world, company)
        CompanyMemberFactory._meta.model.objects.exclude(company=chosen).delete()
        return world.owner, url, {**APPLICATION, **more}

    return prepare


def edit(world) -> tuple[Any, ...]:
    url = reverse("applications:edit", args=[drafted(world).public_id])
    return world.owner, url, {**APPLICATION, "send": "", "revision": 1}


def withdraw_application(world) -> tuple[Any, ...]:
    row = applications.submit(
        application=drafted(world), content=APPLICATION, arrived_at=timezone.now(), by=world.owner
    )
    WantedMatch.objects.all().delete()
    return world.owner, reverse("applications:withdraw", args=[row.public_id]), {}


def weigh(name: str, **said: str) -> Callable[[Any], tuple[Any, ...]]:
    def prepare(world) -> tuple[Any, ...]:
        actions.measure_shares(challenge=world.challenge)
        assert ChallengeShares.objects.exists()
        return world.manager, reverse(name, args=[world.challenge.slug]), said

    return prepare


def edit_brief(world) -> tuple[Any, ...]:
    invited(world, "sent")
    actions.keep(challenge=world.challenge, company_ids=[world.stored.pk], by=None)
    url = reverse("challenges:withdraw", args=[world.challenge.slug])
    return world.manager, url, {"reason": "It is solved."}


POINTS = {f"w_{code}": "10" for code in ("text", "theme", "size", "languages", "track_record")}
POINTS |= {f"w_{code}": "10" for code in ("capabilities", "trl", "market")}
POSTS = {
    "pin": by_hand("pin"),
    "exclude": by_hand("exclude"),
    "raise": by_hand("raise", points=7),
    "remove a decision": remove_by_hand,
    "contest": contest,
    "withdraw a contest": withdraw_contest,
    "accept a contest": decide_contest("half"),
    "refuse a contest": decide_contest("refuse"),
    "think again": reconsider,
    "choose": choose,
    "send": send,
    "withdraw a proposal": of_invitation("invitations:withdraw", "proposed"),
    "withdraw an invitation": of_invitation("invitations:withdraw", "sent"),
    "propose again": of_invitation("invitations:propose_again", "refused"),
    "interested": answer(answer="interested"),
    "declined": answer(answer="fit"),
    "not now": answer(answer="in_a_month"),
    "undo": answer(answer="undo"),
    "pass on": pass_on,
    "follow a nomination": nominate,
    "passed on": relay("passed_on"),
    "send as own": relay("letter"),
    "do not pass on": relay("decline"),
    "begin an application": apply("unstored"),
    "begin one of a stored match": apply("stored"),
    "apply": apply("unstored", send=""),
    "submit": edit,
    "withdraw an application": withdraw_application,
    "apply weights": weigh("matching:weights", **POINTS),
    "reset weights": weigh("matching:reset_weights"),
    "measure": weigh("matching:measure"),
    "withdraw the challenge": edit_brief,
}


# Nothing becomes of the pair, or nobody has touched one; a letter waits for its reasons.
LEAVES_NOTHING = {
    "withdraw a proposal", "propose again", "pass on", "do not pass on", "send as own",
    "withdraw a contest", "measure", "apply weights", "reset weights",
}  # fmt: skip


def touched() -> list[dict[str, Any]]:
    """What is stored of every pair that somebody touched."""
    rows = Match.objects.filter(is_kept=True).order_by("company_id")
    return list(rows.values(*judged_rows([rows.values_list("challenge", "company")[0]])[0]))


def written_at_once() -> list[dict[str, Any]]:
    """The same, as whoever touched it would have had to score and explain it."""
    pairs = Match.objects.filter(is_kept=True).values_list("challenge", "company")
    return sorted(judged_rows(list(pairs)), key=lambda row: row["company_id"])


@pytest.mark.parametrize("what", POSTS)
def test_no_request_scores_and_the_worker_leaves_what_it_would_have_written(
    client, world, worker, what
):
    user, url, data = POSTS[what](world)
    client.force_login(user)
    connection.run_on_commit.clear()

    with worker():
        response = client.post(url, data)
    # The test is one transaction, so that what a task rings for counts as rung already.
    tasks.write_wanted([world.challenge.pk])

    assert response.status_code in (200, 302)
    assert not WantedMatch.objects.exists()
    if what not in LEAVES_NOTHING:
        assert touched() == written_at_once()


def drained() -> None:
    actions.write_wanted(challenge_ids=actions.challenges_wanting(), may_go_on=lambda: True)


def test_whoever_keeps_a_pair_rings_for_it(world, worker):
    connection.run_on_commit.clear()

    with worker():
        for company in (world.stored, world.unstored):
            actions.keep(challenge=world.challenge, company_ids=[company.pk], by=None)

    assert not WantedMatch.objects.filter(company__in=[world.stored, world.unstored]).exists()
    drained()
    assert touched() == written_at_once()


def test_the_sweep_finds_what_the_bell_missed(world, worker):
    actions.keep(challenge=world.challenge, company_ids=[world.unstored.pk], by=None)
    connection.run_on_commit.clear()

    with worker():
        tasks.sweep_matching()

    assert not WantedMatch.objects.filter(company=world.unstored).exists()
    drained()
    actions.explain_waiting(may_go_on=lambda: True)
    assert touched() == written_at_once()


def test_a_pair_of_a_challenge_nobody_has_scored_waits_for_its_first_run(world, worker, scored):
    Match.objects.all().delete()
    MatchRun.objects.all().delete()
    actions.keep(challenge=world.challenge, company_ids=[world.unstored.pk], by=None)

    waiting = actions.challenges_wanting()
    drained()
    kept = WantedMatch.objects.count()
    scored()
    drained()

    assert (waiting, kept) == ([], 1)
    assert Match.objects.get(is_kept=True).company == world.unstored
    assert not WantedMatch.objects.exists()


@pytest.mark.parametrize("how", ["leaves", "is erased"])
def test_nobody_waits_for_a_company_that(world, how):
    actions.keep(challenge=world.challenge, company_ids=[world.unstored.pk], by=None)

    if how == "leaves":
        retire_company(company=world.unstored, by=world.owner)
        waiting = actions.challenges_wanting()
        actions.rescore_companies(company_ids=[world.unstored.pk])
    else:
        waiting = []
        actions.forget_companies(company_ids=[world.unstored.pk])
    actions.keep(challenge=world.challenge, company_ids=[], by=None)

    assert waiting == []
    assert not WantedMatch.objects.exists()


def test_a_verb_that_tries_changes_of_a_profile_is_caught(world, caught):
    """As a page does that finds what would change a score most by itself."""
    drained()
    actions.explain_list(challenge_id=world.challenge.pk)
    outside = caught.told()
    caught.begin()

    actions.find_changes(challenge=world.challenge, company=world.stored)

    caught.end()
    assert outside == []
    assert {call.split()[0] for call in caught.told()} == {"best_changes"}


def test_what_its_reader_was_told_lately_is_stored_at_once(world, caught):
    explain_unstored(world.unstored, [world.challenge.pk])
    caught.begin()

    actions.keep(challenge=world.challenge, company_ids=[world.unstored.pk], by=None)

    caught.end()
    assert touched() == written_at_once()
    assert not WantedMatch.objects.exists()


@pytest.mark.parametrize("whose", ["stored", "unstored"])
@pytest.mark.parametrize("kind, points", [("pin", None), ("exclude", None), ("raise", 7)])
def test_a_decision_about_a_bare_number_is_worked_in_and_ranked(world, whose, kind, points):
    company, by = getattr(world, whose), world.manager
    pair = {"challenge": world.challenge, "company": company}
    (before,) = [row["total"] for row in judged_rows([(world.challenge.pk, company.pk)])]

    actions.override(**pair, kind=kind, points=points, reason="Seen.", by=by)
    shown = Override.objects.filter(kind=kind).exists()
    drained()

    match = Match.objects.get(company=company)
    (entry, *_rest) = unpacked(bytes(CompanyRanking.objects.get(company=company).entries))[0]
    assert shown
    assert match.total == before + 10 * (points or 0) == entry["total"]
    assert touched() == written_at_once()


def test_a_raise_of_a_bare_number_counts_at_once(world):
    before = world.match.total

    actions.override(
        challenge=world.challenge,
        company=world.stored,
        kind="raise",
        points=7,
        reason="Seen.",
        by=world.manager,
    )

    match = Match.objects.get(company=world.stored)
    assert (match.total, sum(match.parts), match.findings) == (before + 70, before + 70, None)


def test_where_nothing_was_ever_scored_a_decision_is_refused(world):
    Match.objects.all().delete()
    MatchRun.objects.all().delete()

    with pytest.raises(MatchProblem, match="no score"):
        actions.override(
            challenge=world.challenge,
            company=world.unstored,
            kind="pin",
            reason="Seen.",
            by=world.manager,
        )

    assert not Override.objects.exists()


def test_a_contest_that_comes_too_soon_keeps_what_was_typed_and_succeeds_the_second_time(
    client, world, worker
):
    _user, url, said = contest(world)
    client.force_login(world.owner)
    connection.run_on_commit.clear()

    with worker():
        first = client.post(url, said)
    again = client.post(url, said)

    assert first.status_code == 200
    assert "Try again in a moment" in first.content.decode()
    assert said["statement"] in first.content.decode()
    assert again.status_code == 302
    assert Contest.objects.get().criterion == "theme"


def test_a_grant_that_comes_too_soon_decides_nothing_yet(world):
    row = contested(world)

    with pytest.raises(NotWrittenYet):
        actions.accept_contest(contest=row, granted="half", answer="", by=world.manager)
    drained()
    actions.accept_contest(contest=row, granted="half", answer="", by=world.manager)

    match = Match.objects.get(company=world.stored)
    assert next(one for one in match.judged if one.criterion == "theme").share == 0.5


def test_a_decision_taken_back_before_it_was_explained_leaves_what_was_computed(world):
    row = contested(world, "accepted")

    actions.reconsider_contest(contest=row, by=world.manager)
    drained()

    assert touched() == written_at_once()
    assert Match.objects.get(company=world.stored).total == world.match.total


def told() -> RecordedOutcome:
    return RecordedOutcome.objects.get()


@pytest.mark.parametrize("whose", ["stored", "unstored"])
def test_what_came_of_a_bare_number_gets_its_shares_before_anybody_learns_from_it(world, whose):
    company = getattr(world, whose)
    (row,) = judged_rows([(world.challenge.pk, company.pk)])

    actions.record_outcome(
        challenge=world.challenge, company=company, outcome="applied", by=world.owner
    )
    at_once = told()
    drained()

    done = told()
    assert at_once.shares == {}
    assert at_once.total == (row["total"] if whose == "stored" else None)
    assert (done.total, done.parts) == (row["total"], row["parts"])
    assert done.shares == {one["criterion"]: one["share"] for one in row["findings"]}
    assert (done.weights_version, done.engine_version) == ("default-1", row["engine_version"])


def test_the_numbers_are_those_before_the_decision_that_was_recorded(world):
    for company in (world.stored, world.unstored):
        (before,) = judged_rows([(world.challenge.pk, company.pk)])
        actions.override(
            challenge=world.challenge,
            company=company,
            kind="raise",
            points=7,
            reason="Seen.",
            by=world.manager,
        )
        drained()
        done = RecordedOutcome.objects.get(company=company)
        assert (done.total, done.parts) == (before["total"], before["parts"])
        assert done.shares == {one["criterion"]: one["share"] for one in before["findings"]}


def test_numbers_that_have_moved_since_are_not_taken_for_those_of_the_moment(world):
    actions.record_outcome(
        challenge=world.challenge, company=world.stored, outcome="applied", by=world.owner
    )
    before = told()
    update_profile(company=world.stored, fields={"description": "Bread."}, by=None)
    actions.rescore_companies(company_ids=[world.stored.pk])

    drained()

    assert (told().total, told().parts, told().shares) == (before.total, before.parts, {})
    assert not WantedMatch.objects.exists()


def test_a_letter_says_why_however_early_it_is_written(world):
    (row,) = invitations.propose(
        challenge=world.challenge, company_ids=[world.stored.pk], by=world.manager
    )
    assert row.reasons == []
    assert invitations.send(challenge=world.challenge, invitation_ids=[row.pk], by=world.manager)

    assert write_late(letters=list(Letter.objects.filter(subject=""))) == []

    row.refresh_from_db()
    match = Match.objects.get(company=world.stored)
    (scored_now,) = judged_rows([(world.challenge.pk, world.stored.pk)])
    best = sorted(scored_now["findings"], key=lambda one: -one["tenths"])[:3]
    assert row.total == match.total
    assert row.reasons == [one for one in best if one["tenths"]]


def test_a_member_gets_no_letter_without_reasons(client, world):
    user, url = relayed(world)
    client.force_login(user)

    early, refused = client.get(url), client.post(url, {"do": "letter"}, follow=True)
    actions.explain_list(challenge_id=world.challenge.pk)
    ready = client.get(url)
    client.post(url, {"do": "passed_on"})

    assert "The text is being written" in early.content.decode()
    assert "Try again in a moment" in refused.content.decode()
    assert "The text is ready" in ready.content.decode()
    assert Invitation.objects.get().reasons != []


def test_pages_of_letters_and_applications_wait_for_the_worker_too(client, world, worker):
    drafted(world, world.stored)
    Match.objects.filter(company=world.stored).update(findings=None)
    applications.submit(
        application=Application.objects.get(),
        content=APPLICATION,
        arrived_at=timezone.now(),
        by=world.owner,
    )
    client.force_login(world.manager)
    letter = reverse("invitations:letter", args=[world.challenge.slug, world.match.pk])
    connection.run_on_commit.clear()

    with worker():
        early = client.get(letter).content.decode()
    late = client.get(letter).content.decode()
    listed = client.get(reverse("applications:challenge", args=[world.challenge.slug]))

    assert ("is being written" in early, "is being written" in late) == (True, False)
    assert listed.context["arrived"][0].parts != []


WAITED = "A pair that somebody touched has waited for its score for an hour"


def test_a_pair_that_waits_in_vain_is_found_by_the_check(world):
    actions.keep(challenge=world.challenge, company_ids=[world.unstored.pk], by=None)
    fresh = waits_too_long()
    WantedMatch.objects.update(wanted_at=timezone.now() - timedelta(hours=2))

    assert (fresh, waits_too_long()) == (0, 1)


def waits_too_long() -> int:
    return len([*contradictions()[WAITED]])
