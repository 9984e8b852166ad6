"""The weights a network uses reach its challenges, and numbers are explained under their own."""

import pytest

from companies.actions import update_profile
from matching.actions import (
    leave_weights_to_worker,
    request_runs,
    rescore_companies,
    score_challenge,
    use_weights,
)
from matching.explaining import explain, judged_rows
from matching.models import Match, MatchRun, WeightsChoice, WeightsVersion
from matching.scoring import CRITERIA, DEFAULT_WEIGHTS
from matching.weighing import weights_of, weights_under
from tests.factories import NetworkFactory

pytestmark = pytest.mark.django_db

THEME_ONLY = dict.fromkeys(CRITERIA, 0) | {"theme": 600, "text": 400}


def learned(network, tenths=THEME_ONLY, decisions=300) -> WeightsVersion:
    return WeightsVersion.objects.create(
        network=network,
        number=network.weights.count() + 1,
        tenths=tenths,
        decisions=decisions,
        held_back=80,
        is_better=True,
    )


@pytest.fixture
def network(challenge):
    network = NetworkFactory()
    challenge.lab.cluster.networks.add(network)
    return network


def chosen(network, version=None) -> WeightsVersion | None:
    WeightsChoice.objects.create(network=network, version=version)
    return version


def test_a_challenge_without_a_network_has_the_defaults(challenge):
    assert weights_of(challenge) == DEFAULT_WEIGHTS


def test_what_nobody_chose_does_not_count(challenge, network):
    learned(network)

    assert weights_of(challenge) == DEFAULT_WEIGHTS


def test_the_newest_choice_counts(challenge, network):
    chosen(network, learned(network))
    newer = chosen(network, learned(network, tenths=THEME_ONLY | {"text": 300, "trl": 100}))

    assert weights_of(challenge) == newer.as_weights


def test_rolled_back_to_the_defaults(challenge, network):
    chosen(network, learned(network))
    chosen(network, None)

    assert weights_of(challenge) == DEFAULT_WEIGHTS


def test_of_two_networks_the_more_experienced_counts(challenge, network):
    other = NetworkFactory()
    challenge.lab.cluster.networks.add(other)
    chosen(network, learned(network, decisions=300))
    more = chosen(other, learned(other, decisions=301))

    assert weights_of(challenge) == more.as_weights


@pytest.fixture
def other(challenge):
    """A second network of the same organisation, whose worker found weights."""
    other = NetworkFactory(name="The other")
    challenge.lab.cluster.networks.add(other)
    chosen(other, learned(other, decisions=500))
    return other


def test_a_rollback_to_the_defaults_goes_before_what_another_network_learned(
    challenge, network, other, manager
):
    chosen(network, learned(network, decisions=300))
    assert weights_of(challenge) == other.weights.get().as_weights

    use_weights(network=network, version=None, by=manager)

    assert weights_of(challenge) == DEFAULT_WEIGHTS
    assert challenge.match_runs.count() == 1


def test_a_chosen_version_goes_before_a_more_experienced_one(challenge, network, other, manager):
    version = chosen(network, learned(network, decisions=300))

    use_weights(network=network, version=version, by=manager)

    assert weights_of(challenge) == version.as_weights
    assert challenge.match_runs.count() == 1


def test_of_two_persons_choices_the_newer_counts(challenge, network, other, manager):
    use_weights(network=network, version=None, by=manager)
    use_weights(network=other, version=other.weights.get(), by=manager)

    assert weights_of(challenge) == other.weights.get().as_weights


def test_left_to_the_worker_the_other_network_has_its_say(challenge, network, other, manager):
    use_weights(network=network, version=None, by=manager)
    MatchRun.objects.all().delete()

    leave_weights_to_worker(network=network, by=manager)

    assert weights_of(challenge) == other.weights.get().as_weights
    assert challenge.match_runs.count() == 1


def test_a_choice_that_changes_no_challenge_scores_none(challenge, network, other, manager):
    use_weights(network=other, version=other.weights.get(), by=manager)

    chosen_here = learned(network, decisions=300)
    use_weights(network=network, version=chosen_here, by=None)

    assert weights_of(challenge) == other.weights.get().as_weights
    assert not challenge.match_runs.exists()


def test_a_stranger_network_counts_nothing(challenge, network):
    stranger = NetworkFactory()
    chosen(stranger, learned(stranger))

    assert weights_of(challenge) == DEFAULT_WEIGHTS


def test_a_run_scores_under_them(challenge, network, new_company, scored):
    version = chosen(network, learned(network))
    new_company("Sensorer")

    run = scored()

    match = Match.objects.get()
    explain([match])
    weights = {finding.criterion: finding.weight_tenths for finding in match.judged}
    assert (weights["theme"], weights["text"], sum(weights.values())) == (600, 400, 1000)
    assert match.weights_version == run.weights_version == f"learned-{version.pk}"
    assert sum(match.parts) == match.total


def test_until_the_next_run_an_edit_is_scored_under_the_weights_of_the_last(
    challenge, network, new_company, scored
):
    companies = [new_company(f"Company {n}", themes=[]) for n in range(3)]
    chosen(network, learned(network))
    scored()
    update_profile(company=companies[1], fields={"themes": ["sensors_grid"]}, by=None)
    chosen(network, None)

    rescore_companies(company_ids=[companies[1].pk])

    edited = Match.objects.get(company=companies[1])
    assert edited.weights_version == weights_under(MatchRun.objects.get()).version != "default-1"
    (run_id,) = request_runs(challenge_ids=[challenge.pk])
    WeightsChoice.objects.all()[:1].get().delete()
    score_challenge(run=MatchRun.objects.get(pk=run_id))
    in_full = Match.objects.get(company=companies[1])
    assert (in_full.total, in_full.parts) == (edited.total, edited.parts)


def test_an_explanation_is_made_under_the_weights_of_its_numbers(
    challenge, network, new_company, scored
):
    new_company("Sensorer")
    chosen(network, learned(network))
    scored()
    match = Match.objects.get()
    explain([match])
    chosen(network, None)

    (row,) = judged_rows([(challenge.pk, match.company_id)])

    assert [row[name] for name in ("total", "parts", "findings")] == [
        *(match.total, match.parts, match.findings)
    ]


def test_a_run_from_before_weights_were_kept_has_the_defaults(challenge):
    run = MatchRun.objects.create(challenge=challenge, weights_version="default-1")

    assert weights_under(run) == DEFAULT_WEIGHTS
