"""Which weights count for a challenge. The one place that knows."""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import F

from challenges.models import Challenge
from clusters.models import Network
from matching.models import ChallengeWeights, MatchRun, WeightsChoice, WeightsVersion
from matching.scoring import DEFAULT_WEIGHTS, Weights


def weights_of(challenge: Challenge) -> Weights:
    """Those its next run is made under."""
    return weights_for([challenge])[challenge.pk]


def weights_for(challenges: Iterable[Challenge]) -> dict[int, Weights]:
    """The same for many, by the challenge's id; the labs should have been fetched.

    What a manager chose for one challenge goes before what its network learned.
    """
    chosen = list(challenges)
    rows = ChallengeWeights.objects.in_use().filter(challenge__in=[one.pk for one in chosen])
    own = {row.challenge_id: row.as_weights for row in rows}
    clusters = {challenge.pk: challenge.lab.cluster_id for challenge in chosen}
    learned = _learned(set(clusters.values()))
    return {
        pk: own.get(pk) or learned.get(cluster, DEFAULT_WEIGHTS) for pk, cluster in clusters.items()
    }


def weights_used_by(network: Network) -> Weights:
    """Those its challenges are scored under, where no other network or person has a say."""
    choice = network.weights_choices.select_related("version").first()
    return choice.version.as_weights if choice and choice.version else DEFAULT_WEIGHTS


def weights_under(run: MatchRun) -> Weights:
    """Those the numbers of a finished run were made under, whatever counts since."""
    return Weights(run.weights_version, run.weights) if run.weights else DEFAULT_WEIGHTS


def _learned(clusters: set[int]) -> dict[int, Weights]:
    """What the networks of these organisations use; of several networks the most experienced."""
    choices = WeightsChoice.objects.newest().filter(network__organisations__in=clusters)
    rows = choices.select_related("version").annotate(cluster=F("network__organisations"))
    found: defaultdict[int, list[WeightsVersion]] = defaultdict(list)
    for choice in rows:
        if choice.version is not None:
            found[choice.cluster].append(choice.version)
    return {
        cluster: max(versions, key=lambda one: (one.decisions, -one.pk)).as_weights
        for cluster, versions in found.items()
    }
