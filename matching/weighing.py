"""Which weights count for a challenge. The one place that knows."""

from collections import defaultdict
from collections.abc import Collection, Iterable

from django.db.models import F

from challenges.models import Challenge
from clusters.models import Network
from matching.models import ChallengeWeights, MatchRun, WeightsChoice
from matching.scoring import DEFAULT_WEIGHTS, Weights


def weights_of(challenge: Challenge) -> Weights:
    """Those its next run is made under."""
    return weights_for([challenge])[challenge.pk]


def weights_for(challenges: Iterable[Challenge]) -> dict[int, Weights]:
    """The same for many, by the challenge's id; the labs should have been fetched.

    What a manager chose for one challenge goes before what its network uses.
    """
    chosen = list(challenges)
    rows = ChallengeWeights.objects.in_use().filter(challenge__in=[one.pk for one in chosen])
    own = {row.challenge_id: row.as_weights for row in rows}
    clusters = {challenge.pk: challenge.lab.cluster_id for challenge in chosen}
    choices = choices_for(set(clusters.values()))
    used = {cluster: _chosen(choice) for cluster, choice in choices.items()}
    return {
        pk: own.get(pk) or used.get(cluster, DEFAULT_WEIGHTS) for pk, cluster in clusters.items()
    }


def weights_used_by(network: Network) -> Weights:
    """Those its challenges are scored under, where no other network or person has a say."""
    choice = network.weights_choices.select_related("version").first()
    return _chosen(choice) if choice else DEFAULT_WEIGHTS


def choices_for(clusters: Collection[int]) -> dict[int, WeightsChoice]:
    """Which choice counts for the challenges of each of these organisations, where any does.

    An organisation may be in several networks. What a person chose, the defaults included, goes
    before what the worker found; of two such choices the newer counts, so that each click does
    something, and of two findings the one made from more decisions.
    """
    rows = WeightsChoice.objects.newest().filter(network__organisations__in=clusters)
    those = rows.exclude(is_fixed=False, version=None).select_related("version", "network")
    found: defaultdict[int, list[WeightsChoice]] = defaultdict(list)
    for choice in those.annotate(cluster=F("network__organisations")):
        found[choice.cluster].append(choice)
    return {one: max(found[one], key=_precedence) for one in clusters if one in found}


def _precedence(choice: WeightsChoice) -> tuple[int, ...]:
    if choice.is_fixed or choice.version is None:
        return 1, choice.pk
    return 0, choice.version.decisions, -choice.version.pk


def weights_under(run: MatchRun) -> Weights:
    """Those the numbers of a finished run were made under, whatever counts since."""
    return Weights(run.weights_version, run.weights) if run.weights else DEFAULT_WEIGHTS


def _chosen(choice: WeightsChoice) -> Weights:
    return choice.version.as_weights if choice.version else DEFAULT_WEIGHTS
