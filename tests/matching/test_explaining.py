"""A run stores bare numbers; explained at once, afterwards or when read, they say the same."""

import json
import random

import pytest
from django.db.models import F
from django.urls import reverse

from challenges.actions import update_brief
from companies.actions import save_solution, update_profile
from companies.models import Company
from invitations.actions import propose
from invitations.models import Invitation
from invitations.reasons import with_reasons
from matching import corpus, tasks
from matching.actions import (
    explain_for_good,
    explain_waiting,
    keep,
    renew_statistics,
    rescore_companies,
)
from matching.actions.storing import write_down
from matching.corpus import known_companies
from matching.explaining import explain, judged_rows
from matching.models import CorpusSnapshot, Match, MatchRun
from matching.profiles import profiles_of
from tests.factories import ChallengeFactory

pytestmark = pytest.mark.django_db
SAID = (
    "total", "parts", "is_eligible", "conditions", "findings", "completeness", "engine_version",
    "weights_version", "brief_revision", "profile_revision", "brief_hash", "profile_hash",
)  # fmt: skip
WORDS = ["sensor", "grid", "fault", "heat", "pump", "meter", "cable", "quay", "wind", "alarm"]


@pytest.fixture
def dice() -> random.Random:
    return random.Random(20261126)


@pytest.fixture
def companies(new_company, dice) -> list:
    return [
        new_company(f"Firma {n}", description=" ".join(dice.choices(WORDS, k=12)) + ".")
        for n in range(6)
    ]


def said() -> dict[tuple[int, int], str]:
    """Everything that is said about every pair, byte by byte, read as a page reads it."""
    matches = list(Match.objects.all())
    explain(matches)
    return {
        (match.challenge_id, match.company_id): json.dumps(
            {name: getattr(match, name) for name in SAID}, sort_keys=True
        )
        for match in matches
    }


def written() -> list[bool]:
    """Which matches have their findings in the database, the best first."""
    rows = Match.objects.best_first().values_list("findings", flat=True)
    return [findings is not None for findings in rows]


def explain_all() -> None:
    assert not explain_waiting(may_go_on=lambda: True)


def test_a_run_stores_the_numbers_of_the_explained_match(companies, scored):
    scored()

    bare = {(match.challenge_id, match.company_id): match for match in Match.objects.all()}
    for pair, text in said().items():
        told = json.loads(text)
        silent = {"findings": None, "conditions": []}
        assert {name: getattr(bare[pair], name) for name in SAID} == told | silent
        assert sum(finding["tenths"] for finding in told["findings"]) == bare[pair].total


def test_the_hash_made_when_words_were_counted_is_that_of_the_profile(companies, scored):
    run = scored()
    ids = [company.pk for company in companies]

    known = known_companies(ids, run.snapshot)

    assert [one.id for one in known.profiles] == ids
    assert [one.content_hash for one in known.profiles] == [
        one.content_hash for one in profiles_of(ids)
    ]
    assert len({one.content_hash for one in known.profiles}) == len(ids)


def test_a_profile_edited_between_two_looks_is_left_to_its_own_scoring(
    companies, scored, monkeypatch
):
    run = scored()
    ids = [company.pk for company in companies]

    def edited_first(company_ids):
        Company.objects.filter(pk=ids[0]).update(description="Other.", revision=F("revision") + 1)
        return profiles_of(company_ids)

    monkeypatch.setattr(corpus, "profiles_of", edited_first)
    known = known_companies(ids, run.snapshot)

    assert [one.id for one in known.profiles] == ids[1:]
    assert len(known.vectors) == len(ids) - 1


@pytest.mark.parametrize("seed", range(4))
def test_explained_later_says_what_was_said_at_once(
    challenge, companies, new_company, scored, manager, seed
):
    dice = random.Random(seed)
    scored()
    at_once = said()
    changes = [
        lambda: update_brief(
            challenge=challenge, changes={"need": " ".join(dice.choices(WORDS, k=9))}, by=manager
        ),
        lambda: new_company(f"New {dice.random()}", description=" ".join(WORDS)),
        lambda: ChallengeFactory(open=True, need="Heat pumps that listen."),
        lambda: setattr(challenge.lab, "country", "SE") or challenge.lab.save(),
        renew_statistics,
    ]

    for change in dice.choices(changes, k=4):
        challenge.refresh_from_db()
        change()

    assert said() == at_once


def test_a_profile_that_moved_on_is_scored_anew_before_it_is_explained(companies, dice, scored):
    scored()
    for company in dice.sample(companies, 3):
        update_profile(company=company, fields={"description": " ".join(WORDS)}, by=None)
        save_solution(company=company, fields={"name": "Alarm", "trl": 7}, by=None)
    tasks.actions.refresh_terms()
    before = said()

    rescore_companies(company_ids=[company.pk for company in companies])

    assert said() == before
    assert written() == [False] * 6


def test_the_worker_writes_down_what_a_reader_would_have_read(companies, scored):
    scored()
    at_once = said()

    explain_all()

    assert written() == [True] * 6
    assert said() == at_once
    assert not MatchRun.objects.filter(is_explained=False).exists()


def test_only_the_best_and_those_somebody_touched_are_written_down(companies, scored, monkeypatch):
    monkeypatch.setattr("matching.actions.explaining.FRONT", 2)
    scored()
    Match.objects.filter(pk=Match.objects.best_first().last().pk).update(is_kept=True)

    explain_all()

    assert written() == [True, True, False, False, False, True]


def test_after_an_edit_the_front_is_written_down_again(companies, scored):
    scored()
    explain_all()
    update_profile(company=companies[0], fields={"description": "We bake bread."}, by=None)
    rescore_companies(company_ids=[companies[0].pk])
    assert written().count(False) == 1

    explain_all()

    assert written() == [True] * 6


def test_a_challenge_that_is_over_keeps_all_its_reasons(challenge, companies, scored, monkeypatch):
    monkeypatch.setattr("matching.actions.explaining.FRONT", 2)
    scored()
    explain_all()
    at_once = said()
    type(challenge).objects.filter(pk=challenge.pk).update(status="closed")

    explain_for_good(challenge_ids=[challenge.pk])
    old = CorpusSnapshot.objects.get()
    renew_statistics()
    assert CorpusSnapshot.objects.filter(pk=old.pk).exists()
    explain_all()
    renew_statistics()

    assert not CorpusSnapshot.objects.filter(pk=old.pk).exists()
    assert MatchRun.objects.get().brief is not None
    assert written() == [True] * 6
    assert said() == at_once


def test_what_is_gone_or_newer_by_now_stays_as_it_is(challenge, companies, scored):
    scored()
    rows = judged_rows((challenge.pk, company.pk) for company in companies)
    Match.objects.filter(company=companies[0]).delete()
    Match.objects.filter(company=companies[1]).update(profile_revision=9)
    Match.objects.filter(company=companies[2]).update(run=None)

    write_down(rows)

    told = Match.objects.exclude(findings__isnull=True).values_list("company", flat=True)
    assert sorted(told) == [company.pk for company in companies[3:]]
    assert not Match.objects.filter(company=companies[0]).exists()


def test_a_worker_goes_home_when_its_time_is_over(companies, scored):
    scored()

    is_left = explain_waiting(may_go_on=lambda: False)

    assert is_left
    assert written() == [False] * 6


def test_a_pair_that_somebody_touches_is_written_down(challenge, companies, scored):
    scored()
    first = Match.objects.order_by("pk").first()

    keep(challenge=challenge, company_ids=[first.company_id], by=None)
    assert written().count(True) == 0
    tasks.write_wanted([challenge.pk])

    first.refresh_from_db()
    assert first.is_kept
    assert first.findings is not None
    assert written().count(True) == 1


def test_a_proposal_has_its_reasons(challenge, companies, scored):
    scored()
    first = Match.objects.order_by("pk").first()

    propose(challenge=challenge, company_ids=[first.company_id], by=None)
    row = Invitation.objects.get()
    assert (row.total, row.reasons) == (first.total, [])
    tasks.write_wanted([challenge.pk])

    assert with_reasons([row]) == [row]
    assert row.total >= sum(one["tenths"] for one in row.reasons) > 0


def test_lists_say_why(client, challenge, manager, companies, scored, write_reasons):
    scored()
    write_reasons()
    client.force_login(manager)

    pages = [
        client.get(reverse("matching:list")),
        client.get(reverse("matching:challenge", args=[challenge.slug])),
    ]

    assert [len(one.reasons) for page in pages for one in page.context["shown"]] == [3] * 12


@pytest.mark.parametrize("rows", [1, 6])
def test_reading_what_is_not_explained_takes_the_same_statements_for_one_and_many(
    companies, scored, rows, django_assert_num_queries
):
    scored()
    explain(list(Match.objects.all()))
    matches = list(Match.objects.all()[:rows])

    with django_assert_num_queries(7):
        explain(matches)
