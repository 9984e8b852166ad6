"""R17: the broker may hand any task out twice. The second time nothing new comes of it.

Nor when the clock rings all of them for days while nothing happens: no table grows by that.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.utils import timezone

from applications import actions as applications
from applications.actions import start_draft
from applications.models import Application
from challenges.choices import Policy
from challenges.models import Challenge
from clusters.models import Membership
from companies import actions as companies
from companies.models import MemberList
from config.celery import app
from invitations import actions as invitations
from invitations.models import Invitation, Relay, Sending
from mail.actions import begin_sending, claim_batch, record_fate
from mail.models import Letter
from matching.actions import override, request_runs, score_challenges
from matching.models import Match, MatchRun
from tests.factories import ClusterMembershipFactory, CompanyFactory, MembershipFactory
from tests.world import two_organisations

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("faults-twice")]

app.loader.import_default_modules()
TASKS = sorted(name for name in app.tasks if not name.startswith("celery."))
LIST = "Name,Email\nAlfa,post@alfa.example\nBeta,post@beta.example\n"


@dataclass
class Case:
    """`prepare` makes the world need the task and returns what it is called with."""

    prepare: Callable[[Any], tuple[Any, ...]]
    writes: type | None = None  # the first time there is another number of these


@pytest.fixture
def world():
    people, _nouns = two_organisations()
    made_sound(people["partner"])
    challenge = Challenge.objects.get()
    cluster = challenge.lab.cluster
    fitting = CompanyFactory(name="Fitting", email="post@fitting.example")
    ClusterMembershipFactory(company=fitting, cluster=cluster)
    return SimpleNamespace(
        challenge=challenge,
        company=Invitation.objects.get().company,
        fitting=fitting,
        cluster=cluster,
        manager=people["manager"],
        writer=people["company"],
    )


def made_sound(partner) -> None:
    """Without what stands there for the pages alone, and the product would never write."""
    Relay.objects.all().delete()
    MembershipFactory(organisation=Membership.objects.get(user=partner).organisation)


def nothing(world) -> tuple[()]:
    return ()


def silently(prepare: Callable[[Any], object]) -> Callable[[Any], tuple[()]]:
    """For a task that finds by itself what it is for."""

    def prepared(world) -> tuple[()]:
        prepare(world)
        return ()

    return prepared


def wait_for_scores(world) -> tuple[list[int]]:
    return (request_runs(challenge_ids=[world.challenge.pk]),)


def scored(world) -> tuple[int]:
    (runs,) = wait_for_scores(world)
    score_challenges(runs=list(MatchRun.objects.filter(pk__in=runs)))
    return (world.challenge.pk,)


def read_before_explained(world) -> tuple[list[int]]:
    scored(world)
    return (list(Match.objects.unexplained().values_list("pk", flat=True)),)


def offered_unstored(world) -> tuple[int, list[int]]:
    scored(world)
    Match.objects.filter(company=world.fitting).delete()
    return (world.fitting.pk, [world.challenge.pk])


def read_once(world) -> tuple[int, int]:
    scored(world)
    return (world.challenge.pk, world.fitting.pk)


def scored_and_listed(world) -> tuple[int]:
    scored(world)
    return (world.challenge.pk,)


def scored_and_over(world) -> tuple[list[int]]:
    scored(world)
    overdue(world)
    return ([world.challenge.pk],)


def touched(world) -> tuple[list[int]]:
    """A pair that is only a number, decided about by hand."""
    scored(world)
    Match.objects.filter(company=world.fitting).delete()
    override(
        challenge=world.challenge,
        company=world.fitting,
        kind="raise",
        points=5,
        reason="Seen.",
        by=world.manager,
    )
    return ([world.challenge.pk],)


def edited(world) -> tuple[list[int]]:
    scored(world)
    companies.update_profile(company=world.company, fields={"description": "Sensors."}, by=None)
    return ([world.company.pk],)


def to_be_shared(world) -> tuple[()]:
    Challenge.objects.update(policy=Policy.AUTOMATIC, threshold=0, maximum=3)
    scored(world)
    return ()


def overdue(world) -> tuple[()]:
    Application.objects.update(submitted_at=timezone.now() - timedelta(hours=1))
    Challenge.objects.update(deadline=timezone.now() - timedelta(seconds=1))
    return ()


def closed(world) -> tuple[()]:
    Challenge.objects.update(status="closed", closed_at=timezone.now())
    return ()


def extended_for(note_news: Callable[..., list[int]]) -> Callable[[Any], tuple[int]]:
    def prepared(world) -> tuple[int]:
        start_draft(challenge=world.challenge, company=world.fitting, by=world.writer)
        (news_id,) = note_news(challenges=[world.challenge], event="extended")
        return (news_id,)

    return prepared


def postponed(world) -> tuple[()]:
    Invitation.objects.update(status="later", not_before=timezone.localdate())
    return ()


def held(world) -> tuple[()]:
    scored(world)
    Invitation.objects.create(
        challenge=world.challenge, company=world.fitting, status="held", sent_at=timezone.now()
    )
    return ()


def with_fates(world) -> tuple[list[str]]:
    Letter.objects.update(kind="invite-company")
    letter = claim_batch()[0]
    begin_sending(letter=letter)
    record_fate(letter=letter, fate="sent")
    Invitation.objects.create(
        challenge=world.challenge, company=world.fitting, status="queued", letter_id=letter.pk
    )
    return ([str(letter.pk) for letter in Letter.objects.all()],)


def waiting_for_nobody(world) -> tuple[list[int]]:
    letter = Letter.objects.order_by("pk")[0]
    Invitation.objects.create(
        challenge=world.challenge, company=world.fitting, status="queued", letter_id=letter.pk
    )
    type(world.fitting).objects.filter(pk=world.fitting.pk).update(wants_invitations=False)
    return ([world.fitting.pk],)


def ordered(world) -> tuple[()]:
    proposal = Invitation.objects.create(
        challenge=world.challenge, company=world.fitting, proposed_by=world.manager
    )
    Sending.objects.create(
        challenge=world.challenge, invitation_ids=[proposal.pk], number=1, asked_by=world.manager
    )
    return ()


def brought(world) -> tuple[int]:
    found = companies.upload_list(
        cluster=world.cluster,
        file_name="list.csv",
        content=LIST.encode(),
        visibility="cluster",
        by=world.manager,
    )
    companies.map_columns(
        member_list=found, mapping=found.mapping, country="DK", language="da", by=world.manager
    )
    companies.start_import(member_list=found, by=world.manager)
    return (found.pk,)


def taken_back(world) -> tuple[int]:
    (number,) = brought(world)
    while companies.import_block(member_list_id=number):
        pass
    companies.start_undo(member_list=MemberList.objects.get(pk=number), by=world.manager)
    return (number,)


def stuck(world) -> tuple[()]:
    brought(world)
    MemberList.objects.update(moved_at=timezone.now() - timedelta(hours=1))
    return ()


def forgotten(world) -> tuple[()]:
    MemberList.objects.update(moved_at=timezone.now() - timedelta(days=8))
    return ()


CASES = {
    "applications.tasks.sweep_news": Case(silently(extended_for(applications.note_news))),
    "applications.tasks.tell_applicants": Case(extended_for(applications.note_news), writes=Letter),
    "challenges.tasks.close_due_challenges": Case(overdue),
    "companies.tasks.forget_old_lists": Case(forgotten, writes=MemberList),
    "companies.tasks.import_member_list": Case(brought, writes=apps.get_model("companies.Company")),
    "companies.tasks.sweep_member_lists": Case(stuck),
    "companies.tasks.undo_member_list": Case(taken_back),
    "config.tasks.beat_heart": Case(nothing),
    "config.tasks.forget_old_sessions": Case(nothing),
    "invitations.tasks.expire_due_invitations": Case(closed),
    "invitations.tasks.look_again": Case(waiting_for_nobody),
    "invitations.tasks.record_fates": Case(with_fates),
    "invitations.tasks.carry_out_sendings": Case(ordered, writes=Letter),
    "invitations.tasks.sweep_fates": Case(silently(with_fates)),
    "invitations.tasks.share_places": Case(to_be_shared, writes=Letter),
    "invitations.tasks.sweep_rounds": Case(to_be_shared, writes=Letter),
    "invitations.tasks.sweep_news": Case(silently(extended_for(invitations.note_news))),
    "invitations.tasks.tell_invited": Case(extended_for(invitations.note_news), writes=Letter),
    "invitations.tasks.wake_due_invitations": Case(postponed),
    "invitations.tasks.write_next_letters": Case(held, writes=Letter),
    "mail.tasks.drain_outbox": Case(nothing),
    "mail.tasks.sweep_outbox": Case(nothing),
    "matching.tasks.encode_waiting": Case(silently(wait_for_scores)),
    "matching.tasks.explain_for_good": Case(scored_and_over),
    "matching.tasks.explain_list": Case(scored_and_listed),
    "matching.tasks.explain_matches": Case(read_before_explained),
    "matching.tasks.explain_offers": Case(offered_unstored),
    "matching.tasks.find_changes": Case(read_once),
    "matching.tasks.explain_waiting": Case(silently(scored)),
    "matching.tasks.learn_from_outcomes": Case(nothing),
    "matching.tasks.measure_shares": Case(scored),
    "matching.tasks.renew_statistics": Case(silently(scored)),
    "matching.tasks.rescore_companies": Case(edited),
    "matching.tasks.rescore_encoded": Case(edited),
    "matching.tasks.score_challenges": Case(
        wait_for_scores, writes=apps.get_model("matching.Match")
    ),
    "matching.tasks.sweep_matching": Case(silently(wait_for_scores)),
    "matching.tasks.write_wanted": Case(touched, writes=apps.get_model("matching.Match")),
}


def rows() -> dict[str, int]:
    """How many there are in every table, histories included."""
    return {
        model._meta.label: model._base_manager.count()
        for model in apps.get_models()
        if model._meta.managed and not model._meta.proxy
    }


def test_every_task_has_a_case():
    assert set(CASES) == set(TASKS)


@pytest.mark.parametrize("name", TASKS)
def test_a_task_run_twice_does_nothing_the_second_time(name, world, sink, email_url, settings):
    settings.EMAIL_URL = email_url
    settings.INVITATIONS_EACH = 5
    case = CASES[name]
    given = case.prepare(world)
    before = rows()

    app.tasks[name](*given)
    once, sent_once = rows(), len(sink.accepted)
    app.tasks[name](*given)

    assert {label: number for label, number in rows().items() if number != once[label]} == {}
    assert len(sink.accepted) == sent_once
    if case.writes:
        assert once[case.writes._meta.label] != before[case.writes._meta.label]
    if name == "mail.tasks.drain_outbox":
        assert sent_once > 0


@pytest.fixture
def at_once() -> Iterator[None]:
    """Who rings does the work, so that work which rings for more is done too."""
    app.conf.task_always_eager = True
    yield
    app.conf.task_always_eager = False


def test_days_of_ringing_make_no_table_larger(world, at_once, time_machine):
    """What the first two days do is all there is to do."""
    wait_for_scores(world)
    began = timezone.now()
    Challenge.objects.update(deadline=began + timedelta(days=60))

    found = []
    for hours in (0, 2, 24, 26, 48, 50, 72, 24 * 9):
        time_machine.move_to(began + timedelta(hours=hours))
        for entry in app.conf.beat_schedule.values():
            app.tasks[entry["task"]]()
        found.append(rows())

    sizes = {label: [one[label] for one in found] for label in found[0]}
    assert {label: size for label, size in sizes.items() if max(size[4:]) > max(size[:4])} == {}
