"""A network learns at night, and a person has the last word."""

from datetime import timedelta

import numpy as np
import pytest
from django.utils import timezone

from matching import tasks
from matching.actions import (
    learn_weights,
    leave_weights_to_worker,
    measure_network,
    record_outcome,
    use_weights,
)
from matching.choices import Outcome, RunState
from matching.models import (
    CorpusSnapshot,
    Match,
    MatchRun,
    Measurement,
    RecordedOutcome,
    WeightsChoice,
    WeightsVersion,
)
from matching.problems import MatchProblem
from matching.scoring import CRITERIA, DEFAULT_WEIGHTS, ENGINE
from matching.stories import lessons_of, stories_of
from matching.weighing import weights_of
from tests.factories import AccountFactory, ChallengeFactory, CompanyFactory, NetworkFactory

pytestmark = pytest.mark.django_db

BACKWARDS = dict(zip(CRITERIA, [0, 0, 0, 0, 0, 0, 300, 700], strict=True))


@pytest.fixture
def network(challenge):
    network = NetworkFactory()
    challenge.lab.cluster.networks.add(network)
    return network


@pytest.fixture
def decide(challenge):
    """So many invitations of the network are answered; who comes is decided by the theme."""
    companies = CompanyFactory.create_batch(20)
    challenges = [
        ChallengeFactory(lab=challenge.lab, status="closed", deadline=timezone.now())
        for _ in range(30)
    ]
    draw = np.random.default_rng(7)
    pairs = [(one, company) for company in companies for one in challenges]
    start = timezone.now() - timedelta(days=700)

    def run(number: int, criterion: str = "theme") -> None:
        rows = []
        for _n in range(number):
            one, company = pairs.pop()
            shares = dict(zip(CRITERIA, draw.random(len(CRITERIA)).round(3).tolist(), strict=True))
            came = draw.random() < shares[criterion] ** 2
            told = dict(
                challenge=one,
                company=company,
                total=500,
                shares=shares,
                engine_version=ENGINE,
                encoders=[],
                at=start + timedelta(days=600 - len(pairs)),
            )
            answer = Outcome.INTERESTED if came else Outcome.DECLINED
            rows += [
                RecordedOutcome(number=1, outcome=Outcome.INVITED, **told),
                RecordedOutcome(number=2, outcome=answer, reason="" if came else "fit", **told),
            ]
        RecordedOutcome.objects.bulk_create(rows)

    return run


def test_enough_decisions_make_weights_that_are_used(challenge, network, decide):
    decide(400)

    version = learn_weights(network=network)

    assert (version.number, version.decisions, version.held_back) == (1, 300, 100)
    assert version.is_better
    assert version.tenths["theme"] == max(version.tenths.values())
    assert weights_of(challenge) == version.as_weights
    assert WeightsChoice.objects.get().chosen_by is None
    assert MatchRun.objects.get(challenge=challenge).state == RunState.QUEUED


def test_too_few_decisions_make_none(challenge, network, decide):
    decide(97)

    assert learn_weights(network=network) is None
    assert weights_of(challenge) == DEFAULT_WEIGHTS


def test_weights_that_prove_no_better_are_kept_and_not_used(challenge, network, decide):
    """Nobody comes for reasons: what decides is not among the criteria."""
    decide(100, criterion="theme")
    RecordedOutcome.objects.all().delete()
    draw = np.random.default_rng(3)
    decide(300)
    shuffled = list(RecordedOutcome.objects.filter(number=2).values_list("shares", flat=True))
    draw.shuffle(shuffled)
    rows = list(RecordedOutcome.objects.in_order().order_by("pk"))
    RecordedOutcome.objects.all().delete()
    for n, row in enumerate(rows):
        row.shares = shuffled[n // 2]
    RecordedOutcome.objects.bulk_create(rows)

    version = learn_weights(network=network)

    assert not version.is_better
    assert weights_of(challenge) == DEFAULT_WEIGHTS


def test_a_night_without_news_makes_no_version(network, decide):
    decide(400)
    learn_weights(network=network)
    decide(9)

    assert learn_weights(network=network) is None
    decide(1)
    assert learn_weights(network=network).number == 2


def test_another_networks_decisions_teach_nothing(network, decide):
    decide(400)

    assert learn_weights(network=NetworkFactory()) is None


def test_rolled_back_by_a_person_stays_rolled_back(challenge, network, decide):
    marta = AccountFactory()
    decide(400)
    learn_weights(network=network)

    use_weights(network=network, version=None, by=marta)
    decide(100)
    newer = learn_weights(network=network)

    assert newer.is_better
    assert weights_of(challenge) == DEFAULT_WEIGHTS
    assert [(one.chosen_by, one.is_fixed) for one in WeightsChoice.objects.all()] == [
        (marta, True),
        (None, False),
    ]


def test_left_to_the_worker_the_next_night_chooses_again(challenge, network, decide):
    marta = AccountFactory()
    decide(400)
    learn_weights(network=network)
    use_weights(network=network, version=None, by=marta)

    leave_weights_to_worker(network=network, by=marta)
    decide(100)
    newer = learn_weights(network=network)

    assert weights_of(challenge) == newer.as_weights


def test_used_weights_that_do_worse_now_are_given_up(challenge, network, decide):
    bad = WeightsVersion.objects.create(
        network=network, number=1, tenths=BACKWARDS, decisions=1, held_back=1, is_better=True
    )
    WeightsChoice.objects.create(network=network, version=bad)
    decide(400, criterion="text")

    version = learn_weights(network=network)

    assert weights_of(challenge).version != bad.as_weights.version
    assert WeightsChoice.objects.first().version in (version, None)


def test_any_version_ever_made_can_be_used_again(challenge, network, decide):
    decide(400)
    first = learn_weights(network=network)
    decide(100)
    learn_weights(network=network)

    use_weights(network=network, version=first, by=AccountFactory())

    assert weights_of(challenge) == first.as_weights


def test_weights_of_another_network_cannot_be_used(network, decide):
    decide(400)
    version = learn_weights(network=network)

    with pytest.raises(MatchProblem):
        use_weights(network=NetworkFactory(), version=version, by=AccountFactory())


def test_the_night_twice_learns_once_and_measures(network, decide):
    decide(400)

    tasks.learn_from_outcomes()
    tasks.learn_from_outcomes()

    assert WeightsVersion.objects.count() == 1
    measured = Measurement.objects.get(network=network)
    assert (measured.asked, measured.lessons) == (400, 400)
    assert measured.weights_version == WeightsVersion.objects.get().as_weights.version


def other_encoders() -> None:
    CorpusSnapshot.objects.create(
        statistics=b"", engine_version="x", companies=1, encoders=["another"]
    )


def test_after_a_switch_of_encoders_only_new_decisions_are_counted(network, decide):
    """What a share of the text was then says nothing about the scores of today."""
    decide(400)
    version = learn_weights(network=network)
    unscored = RecordedOutcome.objects.first().challenge, CompanyFactory()
    record_outcome(challenge=unscored[0], company=unscored[1], outcome=Outcome.INVITED, by=None)

    other_encoders()

    measured = measure_network(network=network)
    assert (measured.bands, measured.lessons) == ((), 0)
    assert (measured.whole.asked, measured.figures["of_before"]) == (401, 400)
    assert measured.measured_by == (ENGINE, "another")
    assert learn_weights(network=network) is None
    assert network.weights.get() == version


def test_whoever_was_asked_under_other_encoders_was_asked_as_well(challenge, network):
    """Four of ten at one level, two of them before a switch: the chance was four in ten."""
    companies = CompanyFactory.create_batch(10)
    bare = {"challenge": challenge, "total": 550, "parts": [], "is_eligible": True}
    versions = {"engine_version": ENGINE, "weights_version": "x", "brief_hash": ""}
    revisions = {"brief_revision": 1, "profile_revision": 1, "scored_at": timezone.now()}
    Match.objects.bulk_create(
        Match(company=one, **bare, **versions, **revisions) for one in companies
    )
    for n, company in enumerate(companies[:4]):
        told = {"challenge": challenge, "company": company, "at": timezone.now(), "total": 550}
        how = {"encoders": ["of before"] if n < 2 else [], "engine_version": ENGINE}
        for number, outcome in enumerate([Outcome.INVITED, Outcome.INTERESTED], 1):
            RecordedOutcome.objects.create(
                number=number, outcome=outcome, shares={"theme": 0.5}, **told, **how
            )

    assert [lesson.chance for lesson in lessons_of(stories_of(network))] == [0.4, 0.4]


@pytest.mark.parametrize("before", [{"engine_version": "old"}, {"encoders": None}])
def test_shares_of_another_engine_or_of_nobody_knows_what_are_not_counted(network, decide, before):
    decide(400)
    rows = list(RecordedOutcome.objects.order_by("pk").values())
    RecordedOutcome.objects.all().delete()
    RecordedOutcome.objects.bulk_create([RecordedOutcome(**row | before) for row in rows])

    measured = measure_network(network=network)

    assert (measured.bands, measured.lessons) == ((), 0)
    assert learn_weights(network=network) is None


def test_after_a_switch_the_worker_waits_for_no_more_decisions_than_at_first(network, decide):
    decide(400)
    learn_weights(network=network)
    WeightsVersion.objects.update(decisions=1000, measured_by=[ENGINE, "of before"])

    again = learn_weights(network=network)

    assert again is not None
    assert (again.decisions + again.held_back, again.measured_by) == (400, (ENGINE,))


def test_what_is_measured(challenge, network, decide):
    decide(400)

    measured = measure_network(network=network)

    came = RecordedOutcome.objects.filter(outcome=Outcome.INTERESTED).count()
    whole = measured.whole
    assert (whole.asked, whole.answered, whole.interested, whole.applied) == (400, 400, came, 0)
    assert sum(one.asked for one in measured.counts_by("country").values()) == 400
    newness = measured.counts_by("newness")
    assert (newness["newcomer"].asked, newness["newcomer"].companies) == (14, 14)
    assert newness["known"].asked == 386
    assert sum(band.asked for band in measured.bands) == 400
    assert measured.precision.best == 10 * measured.precision.challenges
