"""What managers make of applications once all have come: shortlist, pilot, and each step back."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import User
from applications.actions.rows import all_locked, takes_applications
from applications.choices import TOLD, Status
from applications.models import Application
from applications.problems import ApplicationProblem
from challenges.choices import Status as ChallengeStatus
from challenges.models import Challenge
from challenges.wording import deadline_written_out
from matching.actions import record_outcomes


@dataclass(frozen=True)
class Stepped:
    """What became of those asked for: moved, there already, or left where they stand by now."""

    moved: list[Application]
    there: list[Application]
    left_out: list[Application]


def can_decide(challenge: Challenge) -> bool:
    """Whether its applications may go a step forward: nobody may change them any more."""
    is_withdrawn = challenge.status == ChallengeStatus.WITHDRAWN
    return not is_withdrawn and not takes_applications(challenge)


@transaction.atomic
def shortlist(*, applications: Collection[Application], by: User | None) -> Stepped:
    """Put applications of one challenge on the shortlist. Raises ApplicationProblem before its end.

    The same again changes nothing. One that has moved meanwhile is left out; the others are done.
    """
    challenge = _held(applications)
    _guard_over(challenge)
    return _step(challenge, applications, (Status.SUBMITTED, Status.SHORTLISTED), by)


@transaction.atomic
def take_off_shortlist(*, applications: Collection[Application], by: User | None) -> Stepped:
    """As if they had never been on it; also where the challenge takes applications again."""
    challenge = _held(applications)
    return _step(challenge, applications, (Status.SHORTLISTED, Status.SUBMITTED), by)


@transaction.atomic
def agree_pilot(*, applications: Collection[Application], by: User | None) -> Stepped:
    """A pilot is agreed with companies on the shortlist. Raises ApplicationProblem as above."""
    challenge = _held(applications)
    _guard_over(challenge)
    return _step(challenge, applications, (Status.SHORTLISTED, Status.SELECTED), by)


@transaction.atomic
def take_back_pilot(*, applications: Collection[Application], by: User | None) -> Stepped:
    """No pilot after all: they are on the shortlist again."""
    challenge = _held(applications)
    return _step(challenge, applications, (Status.SELECTED, Status.SHORTLISTED), by)


def _held(applications: Collection[Application]) -> Challenge:
    """Their one challenge. It is locked before the rows, as when an application is sent."""
    (pk,) = {one.challenge_id for one in applications}
    return Challenge.objects.select_for_update(no_key=True).get(pk=pk)


def _guard_over(challenge: Challenge) -> None:
    if takes_applications(challenge):
        raise ApplicationProblem(
            _(
                "Companies may still change their applications. Decide once the deadline has "
                "passed: %(deadline)s."
            )
            % {"deadline": deadline_written_out(challenge, language=get_language())}
        )
    if challenge.status == ChallengeStatus.WITHDRAWN:
        raise ApplicationProblem(
            _("This challenge was withdrawn, so nothing is decided about its applications.")
        )


def _step(
    challenge: Challenge,
    applications: Collection[Application],
    way: tuple[Status, Status],
    by: User | None,
) -> Stepped:
    """Matching is told in the same transaction; who stands at the goal already is not news."""
    start, goal = way
    rows = all_locked(applications)
    moved = [row for row in rows if row.status == start]
    there = [row for row in rows if row.status == goal]
    left_out = [row for row in rows if row.status not in way]
    Application.objects.filter(pk__in=[row.pk for row in moved]).update(
        status=goal, updated_at=timezone.now()
    )
    for row in moved:
        row.status = goal
    companies = [row.company_id for row in moved]
    record_outcomes(challenge=challenge, company_ids=companies, outcome=TOLD[goal], by=by)
    return Stepped(moved, there, left_out)
