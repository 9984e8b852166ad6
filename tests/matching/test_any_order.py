"""Edited one by one, in any order, equals scored all at once under the same statistics."""

import random
from collections.abc import Callable

import numpy as np
import pytest

from challenges.actions import set_requirements, update_brief
from challenges.models import Challenge
from companies.actions import (
    confirm_reference,
    register_company,
    remove_reference,
    remove_solution,
    retire_company,
    save_reference,
    save_solution,
    update_profile,
)
from companies.models import Company, Reference, Solution
from matching.actions import (
    encode_companies,
    keep,
    request_runs,
    rescore_companies,
    score_challenges,
)
from matching.corpus import Companies
from matching.explaining import explain, last_runs, yardsticks_of
from matching.models import CompanyRanking, Match, MatchRun
from matching.profiles import profiles_of
from matching.ranking import NOBODY, unpacked
from matching.scoring import score
from tests.factories import ChallengeFactory
from tests.judged import judge

pytestmark = pytest.mark.django_db

WORDS = {
    "en": "sensor grid fault heat pump meter cable quay wind alarm waste yarn bread lorry",
    "da": "måler elnet fejl varme pumpe kabel kaj vind alarm affald garn brød lastbil føler",
    "de": "Messgerät Stromnetz Fehler Wärme Pumpe Kabel Kai Wind Alarm Abfall Garn Brot",
}
STATED = {
    "themes": (["sensors_grid"], ["smart_home"], []),
    "capabilities": (["grid_sensors"], ["fault_detection"], []),
    "country": ("DK", "NO", ""),
    "countries_served": (["DK"], []),
    "languages_of_work": (["en"], ["da", "en"], []),
    "staff": (5, 400, None),
}
STEPS = 16


class World:
    """Companies and challenges that somebody keeps changing; the worker follows when it can."""

    def __init__(self, seed: int, challenges: list[Challenge]) -> None:
        self.dice = random.Random(seed)
        self.challenges = challenges
        self.waiting: set[int] = set()
        for _ in range(9):
            self.add()
        self.follow()
        for challenge in challenges:
            self.score(challenge)

    @property
    def steps(self) -> list[Callable[[], object]]:
        return [
            self.add, self.retire, self.describe, self.describe, self.state, self.offer, self.offer,
            self.refer, self.withdraw, self.ask, self.require, self.touch, self.follow,
        ]  # fmt: skip

    def go(self) -> None:
        for _ in range(STEPS):
            self.dice.choice(self.steps)()
        self.follow()

    def text(self, language: str) -> str:
        return " ".join(self.dice.choices(WORDS[language].split(), k=self.dice.randint(0, 9)))

    def one(self) -> Company:
        company = self.dice.choice(list(Company.objects.active().order_by("pk")))
        self.waiting.add(company.pk)
        return company

    def add(self) -> None:
        language = self.dice.choice([*WORDS])
        fields = {"language": language, "description": self.text(language), "country": "DK"}
        company = register_company(name="Firma", fields=fields, owner=None, by=None)
        self.waiting.add(company.pk)

    def retire(self) -> None:
        if Company.objects.active().count() > 4:
            retire_company(company=self.one(), by=None)

    def describe(self) -> None:
        company = self.one()
        fields = {"description": self.text(company.language)}
        update_profile(company=company, fields=fields, by=None)

    def state(self) -> None:
        name = self.dice.choice([*STATED])
        fields = {name: self.dice.choice(STATED[name])}
        update_profile(company=self.one(), fields=fields, by=None)

    def offer(self) -> None:
        company = self.one()
        fields = {"name": self.text(company.language) or "x", "trl": self.dice.randint(1, 9)}
        known = self.dice.choice([None, company.solutions.first()])
        save_solution(company=company, fields=fields, solution=known, by=None)

    def refer(self) -> None:
        company = self.one()
        fields = {"title": self.text(company.language) or "x"}
        reference = save_reference(company=company, fields=fields, by=None)
        if self.dice.random() < 0.5:
            client = company.cluster_memberships.first()
            organisation = client.cluster if client else self.challenges[0].lab.cluster
            confirm_reference(reference=reference, organisation=organisation, by=None)

    def withdraw(self) -> None:
        company = self.one()
        for solution in Solution.objects.filter(company=company)[:1]:
            remove_solution(solution=solution, by=None)
        for reference in Reference.objects.filter(company=company)[:1]:
            remove_reference(reference=reference, by=None)

    def ask(self) -> None:
        challenge = self.dice.choice(self.challenges)
        changes = {
            "need": self.text(challenge.language) or "x",
            "trl_min": self.dice.choice([None, 5]),
        }
        update_brief(challenge=challenge, changes=changes, by=None)
        self.score(challenge)

    def require(self) -> None:
        challenge = self.dice.choice(self.challenges)
        must = self.dice.choice(STATED["capabilities"][:2])
        set_requirements(challenge=challenge, must=must, nice=["drones"], by=None)
        self.score(challenge)

    def touch(self) -> None:
        """Somebody invites a company: the pair stays, whatever becomes of its score."""
        pair = {"challenge": self.dice.choice(self.challenges), "company_ids": [self.one().pk]}
        keep(**pair, by=None)

    def score(self, challenge: Challenge) -> None:
        ids = request_runs(challenge_ids=[challenge.pk])
        score_challenges(runs=list(MatchRun.objects.filter(pk__in=ids)))

    def follow(self) -> None:
        some = self.dice.sample(sorted(self.waiting), len(self.waiting))
        self.waiting.clear()
        encode_companies(company_ids=some)
        cut = self.dice.randint(0, len(some))
        for part in (some[:cut], some[cut:]):
            rescore_companies(company_ids=part)


def scored_at_once(run: MatchRun) -> dict[int, dict]:
    """Every company as a full run would judge it, under the statistics this run has stored."""
    (given,) = yardsticks_of([run])
    found = {}
    for block in Companies(run.snapshot).blocks():
        scores = score(
            brief=given.brief,
            corpus=block.corpus,
            weights=given.weights,
            statistics=given.statistics,
        )
        for profile in profiles_of(block.corpus.ids.tolist()):
            judgement = judge(scores, profile)
            found[profile.id] = {
                "total": judgement.total_tenths,
                "is_eligible": judgement.is_eligible,
                "findings": judgement.to_data()["findings"],
                "conditions": judgement.to_data()["conditions"],
            }
    return found


def stored(run: MatchRun) -> dict[int, dict]:
    rows = list(Match.objects.filter(challenge=run.challenge_id, company__is_active=True))
    explain(rows)
    fields = ("total", "is_eligible", "findings", "conditions")
    return {row.company_id: {name: getattr(row, name) for name in fields} for row in rows}


def ranked(run: MatchRun) -> dict[int, int]:
    """The totals that the companies' own rankings have for this challenge."""
    found = {}
    for company_id, data in CompanyRanking.objects.values_list("company", "entries"):
        for entry in unpacked(data)[0]:
            if entry["total"] != NOBODY and entry["challenge"] == run.challenge_id:
                found[company_id] = int(entry["total"])
    return found


@pytest.fixture
def challenges(challenge) -> list[Challenge]:
    danish = ChallengeFactory(
        open=True, language="da", need="Varmepumper, der lytter til elnettet.", trl_min=5
    )
    return [challenge, danish]


@pytest.mark.parametrize("seed", range(3))
def test_any_sequence_of_edits_equals_a_full_run_under_the_same_snapshot(challenges, seed):
    world = World(seed, challenges)

    world.go()

    runs = last_runs(challenges)
    assert [run.challenge_id for run in runs] == [one.pk for one in challenges]
    for run in runs:
        full = scored_at_once(run)
        eligible = {pk: row["total"] for pk, row in full.items() if row["is_eligible"]}
        assert stored(run) == full
        assert ranked(run) == eligible
        assert run.snapshot.encoders


@pytest.mark.parametrize("seed", range(3))
def test_only_the_best_are_stored_and_none_of_them_is_missing(
    challenges, seed, monkeypatch, settings
):
    settings.MATCHING_ENCODERS = []
    monkeypatch.setattr("matching.tallying.BEST_COMPANIES", 3)
    monkeypatch.setattr("matching.tallying.BEST_INELIGIBLE", 1)
    world = World(seed, challenges)

    world.go()

    for run in last_runs(challenges):
        full, found = scored_at_once(run), stored(run)
        good = {
            pk
            for pk, row in full.items()
            if row["total"] > (run.bar if row["is_eligible"] else run.bar_ineligible)
        }
        assert found == {pk: full[pk] for pk in found}
        assert good <= set(found)


def test_a_company_that_left_is_in_no_list_unless_somebody_touched_it(challenges):
    world = World(7, challenges)
    gone, kept = Company.objects.active().order_by("pk")[:2]
    keep(challenge=challenges[0], company_ids=[kept.pk], by=None)

    for company in (gone, kept):
        retire_company(company=company, by=None)
    rescore_companies(company_ids=[gone.pk, kept.pk])

    left = Match.objects.filter(company__in=[gone, kept])
    assert list(left.values_list("challenge", "company")) == [(challenges[0].pk, kept.pk)]
    assert not CompanyRanking.objects.filter(company__in=[gone, kept]).exists()
    assert np.isin([gone.pk, kept.pk], [*scored_at_once(last_runs(challenges)[0])]).sum() == 0
    assert world.waiting == set()
