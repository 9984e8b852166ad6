"""What every verb of this room asks first: the row as it is now, who wrote last, the time."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from applications.choices import ANSWERS, Status
from applications.models import Application, ApplicationVersion
from applications.problems import EditedMeanwhile, TooLate
from challenges.choices import Status as ChallengeStatus
from challenges.models import Challenge


def locked(application: Application) -> Application:
    """The row, held until the transaction ends."""
    rows = Application.objects.select_for_update(of=("self",))
    return rows.select_related("challenge__lab__cluster", "company").get(pk=application.pk)


def all_locked(applications: Collection[Application]) -> list[Application]:
    """The rows, held in one order whoever asks; with their companies."""
    rows = Application.objects.filter(pk__in=[one.pk for one in applications])
    return list(rows.select_for_update(of=("self",)).select_related("company").order_by("pk"))


def takes_applications(challenge: Challenge) -> bool:
    """By the database's clock, which stamps arrivals too."""
    return Challenge.objects.open().filter(pk=challenge.pk).exists()


def is_changeable(row: Application, challenge: Challenge) -> bool:
    """Whether what arrived in time may change one that had arrived already.

    On the shortlist of a challenge that is over, it arrived before the step and was only processed
    after it; where the challenge was reopened, it began while the application was decided on.
    """
    if row.status == Status.SHORTLISTED:
        return not takes_applications(challenge)
    return row.status == Status.SUBMITTED


def guard_time(challenge: Challenge, arrived_at: datetime) -> None:
    """Raises TooLate. What arrived in time is in time, even if the clock has closed since."""
    if challenge.status == ChallengeStatus.OPEN:
        ended_at = challenge.deadline
    elif challenge.status == ChallengeStatus.CLOSED:
        ended_at = min(filter(None, (challenge.deadline, challenge.closed_at)), default=None)
    else:
        ended_at = None
    if ended_at is None or arrived_at > ended_at:
        last = ended_at or challenge.closed_at or challenge.deadline
        raise TooLate(arrived_at=arrived_at, ended_at=last)


def guard_last_writer(row: Application, revision: int | None, page: str) -> None:
    """Raises EditedMeanwhile when another open form saved after `revision` was shown."""
    if revision is None or revision == row.revision:
        return
    if not page or page != row.written_from:
        raise EditedMeanwhile


def guard_answers(content: Mapping[str, Any]) -> None:
    unknown = set(content) - set(ANSWERS)
    if unknown:
        raise TypeError(f"Not answers of an application: {', '.join(sorted(unknown))}")


def keep_version(row: Application) -> None:
    """Put what was sent aside, with the names of its files, before it changes."""
    files = [
        {"name": file.name, "size": file.size, "sha256": file.sha256}
        for file in row.attachments.all()
    ]
    ApplicationVersion.objects.create(
        application=row,
        revision=row.revision,
        content={name: getattr(row, name) for name in ANSWERS} | {"files": files},
        arrived_at=row.arrival,
    )
