"""Weights from decisions: made at night, used where they prove better, chosen by hand."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from challenges.models import Challenge
from clusters.models import Network
from matching.actions.measuring import measure_network
from matching.actions.waiting import request_runs
from matching.learning import Lesson, Trial, learn, try_again
from matching.models import WeightsChoice, WeightsVersion
from matching.problems import MatchProblem
from matching.scoring import DEFAULT_WEIGHTS
from matching.stories import lessons_of, measured_now, stories_of
from matching.weighing import weights_for

# So many more decisions are worth another version.
NEWS = 10


@transaction.atomic
def learn_weights(*, network: Network, by: None = None) -> WeightsVersion | None:
    """Make weights of the network's decisions and use them if they beat the defaults.

    Every version is kept. None where nothing much was decided since the last, or too little ever,
    on scores that the present engine and encoders made.
    A person's choice is left as it is; weights in use that do worse than the defaults on the
    newest decisions are given up.
    """
    network = Network.objects.select_for_update().get(pk=network.pk)
    lessons = lessons_of(stories_of(network))
    last, now = network.weights.first(), measured_now()
    if last is not None and len(lessons) < _known_to(last, now) + NEWS:
        return None
    trial = learn(lessons, DEFAULT_WEIGHTS)
    if trial is None:
        return None
    version = WeightsVersion.objects.create(
        network=network,
        number=last.number + 1 if last else 1,
        tenths=trial.tenths,
        decisions=trial.taught,
        held_back=trial.held_back,
        is_better=trial.is_better,
        figures=trial.figures,
        measured_by=now,
    )
    _choose(version, trial, lessons)
    return version


def _known_to(last: WeightsVersion, now: tuple[str, ...]) -> int:
    """How many of the decisions that count now were in it."""
    return last.decisions + last.held_back if tuple(last.measured_by) == now else 0


@transaction.atomic
def use_weights(
    *, network: Network, version: WeightsVersion | None, by: User | None
) -> WeightsChoice:
    """From now on score the network's challenges under this version; None for the defaults.

    Any version ever made may be chosen. What a person chose stays until a person chooses again or
    leaves it to the worker, also where the worker of another network thinks otherwise. Open
    challenges that have other weights by it are put in line to be scored anew.
    """
    if version is not None and version.network_id != network.pk:
        raise MatchProblem(_("These weights were learned in another network."))
    current = WeightsChoice.objects.filter(network=network).first()
    is_fixed = by is not None
    choice = _append(
        WeightsChoice(network=network, version=version, is_fixed=is_fixed, chosen_by=by)
    )
    if (current.version_id if current else None) != choice.version_id:
        measure_network(network=network)
    return choice


@transaction.atomic
def leave_weights_to_worker(*, network: Network, by: User | None) -> WeightsChoice:
    """What the network uses stays, until the worker learns something better. Where an organisation
    is in another network too, what that one uses may count instead.
    """
    current = WeightsChoice.objects.filter(network=network).first()
    version = current.version if current else None
    return _append(WeightsChoice(network=network, version=version, chosen_by=by))


def _append(choice: WeightsChoice) -> WeightsChoice:
    """Challenges that now have other weights, whichever network has the say, wait for a run."""
    those = Challenge.objects.open().filter(lab__cluster__networks=choice.network)
    concerned = list(those.select_related("lab"))
    before = weights_for(concerned)
    choice.save()
    after = weights_for(concerned)
    request_runs(challenge_ids=[pk for pk, weights in after.items() if weights != before[pk]])
    return choice


def _choose(version: WeightsVersion, trial: Trial, lessons: list[Lesson]) -> None:
    current = WeightsChoice.objects.filter(network=version.network).first()
    if current is not None and current.is_fixed:
        return
    used = current.version if current else None
    again = try_again(lessons, used.tenths, DEFAULT_WEIGHTS) if used else None
    if trial.is_better and (again is None or trial.loss_after < again.loss_after):
        use_weights(network=version.network, version=version, by=None)
    elif again is not None and again.high < 0:
        use_weights(network=version.network, version=None, by=None)
