"""The worker's part: twice is safe, late never wins, a dead worker is found."""

import random
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from challenges.actions import update_brief
from companies.actions import retire_company, save_solution, update_profile
from companies.models import Company
from matching import tasks
from matching.actions import (
    accept_contest,
    contest,
    is_explaining_left,
    keep,
    override,
    recover_runs,
    remove_override,
    renew_statistics,
    request_runs,
    rescore_companies,
    runs,
    score_challenge,
    write_wanted,
)
from matching.actions.rescoring import rescore
from matching.choices import RunState
from matching.explaining import explain
from matching.models import Contest, CorpusSnapshot, Match, MatchRun
from tests.factories import ChallengeFactory

pytestmark = pytest.mark.django_db
NUMBERS = ("challenge_id", "company_id", "total", "parts", "is_eligible", "findings", "conditions")


def numbers() -> list:
    matches = list(Match.objects.order_by("challenge", "company"))
    explain(matches)
    return [{name: getattr(match, name) for name in NUMBERS} for match in matches]


def test_one_run_waits_however_often_it_is_asked_for(challenge):
    first = request_runs(challenge_ids=[challenge.pk])
    second = request_runs(challenge_ids=[challenge.pk])

    assert first == second == list(MatchRun.objects.values_list("pk", flat=True))


def test_drafts_are_not_scored(db):
    draft = ChallengeFactory()

    assert request_runs(challenge_ids=[draft.pk]) == []


def test_a_run_done_twice_changes_nothing(challenge, new_company):
    new_company("Firma")
    (run_id,) = request_runs(challenge_ids=[challenge.pk])
    tasks.score_challenges([run_id])
    before = list(Match.objects.values()), list(MatchRun.objects.values())

    tasks.score_challenges([run_id])

    assert (list(Match.objects.values()), list(MatchRun.objects.values())) == before


def test_rescoring_twice_changes_nothing(challenge, new_company, scored):
    company = new_company("Firma")
    scored()
    tasks.rescore_companies([company.pk])
    before = numbers()

    tasks.rescore_companies([company.pk])

    assert numbers() == before


def test_tasks_about_what_is_gone_end_quietly(db):
    tasks.score_challenges([1])
    tasks.rescore_companies([1])
    tasks.rescore_companies([])
    tasks.sweep_matching()
    tasks.explain_waiting()
    tasks.explain_for_good([1])

    assert not MatchRun.objects.exists()


def test_a_run_whose_worker_died_is_started_again(challenge):
    (run_id,) = request_runs(challenge_ids=[challenge.pk])
    MatchRun.objects.update(
        state=RunState.RUNNING, started_at=timezone.now() - timedelta(minutes=6)
    )

    (again,) = recover_runs()

    assert MatchRun.objects.get(pk=run_id).state == RunState.FAILED
    assert MatchRun.objects.get(pk=again).state == RunState.QUEUED


def test_a_run_at_work_is_left_alone(challenge):
    request_runs(challenge_ids=[challenge.pk])
    MatchRun.objects.update(state=RunState.RUNNING, started_at=timezone.now())

    assert recover_runs() == []


def test_a_failed_run_is_tried_again_after_a_while(challenge, monkeypatch):
    (run_id,) = request_runs(challenge_ids=[challenge.pk])

    def stumble(_):
        raise RuntimeError("secret data")

    monkeypatch.setattr("matching.actions.runs.Companies", stumble)
    with pytest.raises(RuntimeError):
        tasks.score_challenges([run_id])
    at_once = recover_runs()
    MatchRun.objects.update(finished_at=timezone.now() - timedelta(minutes=6))

    later = recover_runs()

    assert MatchRun.objects.get(pk=run_id).problem == "RuntimeError"
    assert (at_once, len(later)) == ([], 1)


def test_a_late_run_does_not_overwrite_a_newer_one(challenge, new_company, scored):
    company = new_company("Firma")
    old = scored()
    new = scored()
    fresh = Match.objects.values().get()

    rescore(runs=[old], company_ids=[company.pk])

    assert Match.objects.values().get() == fresh
    assert fresh["run_id"] == new.pk


def test_a_late_score_of_an_older_profile_is_dropped(challenge, new_company, scored):
    new_company("Firma")
    scored()
    Match.objects.update(profile_revision=9, total=7)

    scored()

    assert Match.objects.get().total == 7


def test_editing_one_profile_touches_only_its_matches(challenge, new_company, scored):
    edited, other = new_company("Edited"), new_company("Other")
    scored()
    before = Match.objects.filter(company=other).values().get()
    update_profile(company=edited, fields={"themes": []}, by=None)

    rescore_companies(company_ids=[edited.pk])

    assert Match.objects.filter(company=other).values().get() == before
    assert Match.objects.get(company=edited).profile_revision == 2


def test_a_company_that_left_loses_its_matches_unless_somebody_touched_them(
    challenge, new_company, scored
):
    gone, kept = new_company("Gone"), new_company("Kept")
    scored()
    Match.objects.filter(company=kept).update(is_kept=True)
    for company in (gone, kept):
        company.is_active = False
        company.save()

    rescore_companies(company_ids=[gone.pk, kept.pk])

    assert list(Match.objects.values_list("company", flat=True)) == [kept.pk]


def decide_something(challenge, company, dice, *, by) -> None:
    """Raise the score, give that up, or contest a part and have it granted."""
    what = dice.choice(["raise", "remove", "contest"])
    if what == "raise":
        override(
            challenge=challenge,
            company=company,
            kind="raise",
            points=dice.randint(1, 30),
            reason="Known.",
            by=by,
        )
    elif what == "remove":
        remove_override(challenge=challenge, company=company, by=by)
    elif not Contest.objects.filter(challenge=challenge, company=company).exists():
        said = {"statement": "See there.", "link": "https://firma.example/", "by": by}
        keep(challenge=challenge, company_ids=[company.pk], by=by)
        write_wanted(challenge_ids=[challenge.pk], may_go_on=lambda: True)
        row = contest(challenge=challenge, company=company, criterion="track_record", **said)
        accept_contest(contest=row, granted=dice.choice(["full", "half"]), answer="", by=by)


def test_any_sequence_of_edits_and_decisions_equals_a_full_run_under_the_same_snapshot(
    challenge, manager, new_company
):
    dice = random.Random(20261122)
    second = ChallengeFactory(open=True, need="Heat pumps that listen to the grid.", trl_min=5)
    challenges = [challenge, second]
    words = ["sensor", "grid", "fault", "heat", "pump", "meter", "cable", "quay", "wind", "alarm"]
    companies = [
        new_company(f"Firma {n}", description=" ".join(dice.choices(words, k=12)))
        for n in range(12)
    ]
    for one in challenges:
        (run_id,) = request_runs(challenge_ids=[one.pk])
        score_challenge(run=MatchRun.objects.get(pk=run_id))
    for _ in range(20):
        company, pick = dice.choice(companies), dice.random()
        if pick < 0.25:
            decide_something(dice.choice(challenges), company, dice, by=manager)
        elif pick < 0.6:
            text = " ".join(dice.choices(words, k=dice.randint(0, 20)))
            update_profile(company=company, fields={"description": text}, by=None)
        else:
            fields = {"name": dice.choice(words), "trl": dice.randint(1, 9)}
            save_solution(company=company, fields=fields, by=None)
        rescore_companies(company_ids=[company.pk])
    edited = numbers()
    statistics = {run.challenge_id: run.brief_statistics for run in MatchRun.objects.order_by("pk")}

    Match.objects.all().delete()
    for run in MatchRun.objects.order_by("pk"):
        rescore(runs=[run], company_ids=[company.pk for company in companies])

    assert numbers() == edited
    assert len(statistics) == 2
    assert CorpusSnapshot.objects.count() == 1


def test_a_changed_brief_is_scored_under_its_new_revision(challenge, manager, new_company, scored):
    new_company("Firma")
    scored()
    update_brief(challenge=challenge, changes={"need": "Something about bread."}, by=manager)
    challenge.refresh_from_db()

    run = scored()

    match = Match.objects.get()
    assert (match.brief_revision, match.run) == (challenge.revision, run)


@pytest.mark.parametrize("when", ["_finish", "_settle"])
def test_a_pair_kept_while_a_run_is_at_work_is_scored_under_its_brief(
    challenge, manager, new_company, scored, monkeypatch, when
):
    """Whether its numbers were written before the run's own or after them."""
    monkeypatch.setattr("matching.tallying.BEST_COMPANIES", 1)
    new_company("Sensors")
    bread = new_company("Bread", description="We bake bread.", themes=[], capabilities=[])
    scored()
    update_brief(challenge=challenge, changes={"need": "Something about bread."}, by=manager)
    challenge.refresh_from_db()
    step = getattr(runs, when)

    def late(*given):
        keep(challenge=challenge, company_ids=[bread.pk], by=manager)
        write_wanted(challenge_ids=[challenge.pk], may_go_on=lambda: True)
        return step(*given)

    monkeypatch.setattr(runs, when, late)
    run = scored()

    match = Match.objects.get(company=bread)
    assert (match.is_kept, match.brief_revision, match.run) == (True, challenge.revision, run)


def test_old_runs_are_forgotten_at_night_but_for_the_last_few_and_those_matches_rest_on(
    challenge, new_company, scored, time_machine
):
    company, gone = new_company("Firma"), new_company("Gone")
    began = timezone.now()
    time_machine.move_to(began - timedelta(days=3))
    first = scored()
    keep(challenge=challenge, company_ids=[gone.pk], by=None)
    Company.objects.filter(pk=gone.pk).update(is_active=False)
    scored()
    last = [scored().pk for _ in range(3)]
    failed = MatchRun.objects.create(
        challenge=challenge, state=RunState.FAILED, finished_at=timezone.now()
    )
    renew_statistics()
    at_once = MatchRun.objects.count()
    time_machine.move_to(began)

    renew_statistics()

    assert at_once == 6
    assert list(MatchRun.objects.values_list("pk", flat=True)) == [failed.pk, *last[::-1], first.pk]
    assert Match.objects.get(company=gone).run.brief is not None
    assert Match.objects.get(company=company).run_id == last[-1]


@pytest.mark.parametrize("how", ["alone", "with many"])
def test_a_company_that_left_is_not_eligible_in_what_is_kept_and_its_page_says_why(
    client, challenge, manager, new_company, scored, how
):
    """Long lists of companies are left to a full run."""
    company = new_company("Gone")
    scored()
    keep(challenge=challenge, company_ids=[company.pk], by=None)
    total = Match.objects.get().total
    retire_company(company=company, by=None)
    if how == "alone":
        rescore_companies(company_ids=[company.pk])
    scored()

    match = Match.objects.get()
    client.force_login(manager)
    page = client.get(reverse("matching:detail", args=[challenge.slug, match.pk]))
    assert (match.is_eligible, match.total) == (False, total)
    assert [one.text for one in page.context["conditions"]] == [
        "The company does not take part in matching"
    ]
    assert "Nothing stands against it" not in page.content.decode()


def test_a_company_that_comes_back_is_eligible_again(challenge, new_company, scored):
    company = new_company("Back")
    scored()
    keep(challenge=challenge, company_ids=[company.pk], by=None)
    before = numbers()
    for is_active in (False, True):
        company.is_active, company.revision = is_active, company.revision + 1
        company.save()
        rescore_companies(company_ids=[company.pk])

    assert numbers() == before
    assert Match.objects.get().is_eligible


@pytest.fixture
def rings_of(django_capture_on_commit_callbacks):
    """How often somebody is woken to explain while this is done."""

    def rings(*things: Callable[[], object]) -> int:
        with django_capture_on_commit_callbacks() as rung:
            for thing in things:
                thing()
        names = [getattr(one, "name", "") for one in rung]
        return names.count("matching.tasks.explain_waiting")

    return rings


def test_however_often_it_is_rung_one_worker_explains_at_a_time(challenge, new_company, rings_of):
    new_company("Firma")
    (run_id,) = request_runs(challenge_ids=[challenge.pk])

    def score():
        tasks.score_challenges([run_id])

    assert rings_of(score, tasks.ring_to_explain, tasks.ring_to_explain) == 1
    assert rings_of(tasks.explain_waiting) == 0
    assert not is_explaining_left()
    assert cache.add(tasks.EXPLAINING, value=True)


def test_what_is_finished_while_another_explains_is_explained_too(challenge, new_company, rings_of):
    new_company("Firma")
    assert rings_of(tasks.ring_to_explain) == 1
    (run_id,) = request_runs(challenge_ids=[challenge.pk])

    assert rings_of(lambda: tasks.score_challenges([run_id])) == 0
    tasks.explain_waiting()

    assert not Match.objects.unexplained().exists()
