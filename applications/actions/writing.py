"""Writing an application: a draft, its submission, later edits, withdrawal."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from applications.actions.rows import (
    guard_answers,
    guard_last_writer,
    guard_time,
    is_changeable,
    keep_version,
    locked,
    takes_applications,
)
from applications.choices import ARRIVED, NEEDED, TOLD, WITHDRAWABLE, Status
from applications.emails import tell_managers, write_receipt
from applications.models import Application
from applications.prefill import prefilled
from applications.problems import ApplicationProblem, Incomplete
from applications.signals import application_submitted
from challenges.models import Challenge
from companies.models import Company
from matching.actions import keep, record_outcome
from matching.choices import Outcome


def start_draft(
    *, challenge: Challenge, company: Company, page: str = "", by: User | None
) -> Application:
    """The company's application for a challenge: the one there is, or a draft from the profile.

    Raises ApplicationProblem when there is none yet and the challenge takes none. `page` names
    the form that asked, so that its second click is not taken for somebody else's.
    """
    found = _of(challenge, company)
    if found is not None:
        return found
    if not takes_applications(challenge):
        raise ApplicationProblem(
            _("This challenge is closed, so no new application can be started.")
        )
    content = prefilled(challenge=challenge, company=company, person=by)
    return _new_draft(challenge, company, content, page, by)


def keep_typed(
    *,
    challenge: Challenge,
    company: Company,
    content: Mapping[str, Any],
    page: str = "",
    by: User | None,
) -> Application:
    """A draft of what was typed for a challenge that has ended meanwhile; it is not lost."""
    guard_answers(content)
    found = _of(challenge, company)
    return found or _new_draft(challenge, company, content, page, by)


def _of(challenge: Challenge, company: Company) -> Application | None:
    return Application.objects.filter(challenge=challenge, company=company).first()


@transaction.atomic
def _new_draft(
    challenge: Challenge, company: Company, content: Mapping[str, Any], page: str, by: User | None
) -> Application:
    """Whoever comes second gets the row of whoever came first."""
    try:
        with transaction.atomic():
            application = Application.objects.create(
                challenge=challenge, company=company, started_by=by, written_from=page, **content
            )
    except IntegrityError:
        return Application.objects.get(challenge=challenge, company=company)
    keep(challenge=challenge, company_ids=[company.pk], by=by)
    return application


@transaction.atomic
def save_draft(
    *,
    application: Application,
    content: Mapping[str, Any],
    revision: int | None = None,
    page: str = "",
    by: User | None,
) -> Application:
    """Keep what was typed, complete or not, in time or not; nothing is sent.

    Of an application that arrived the edits are kept beside the text that counts. With
    `revision`, the one the person opened, a save in between from another form than `page`
    raises EditedMeanwhile.
    """
    guard_answers(content)
    row = locked(application)
    guard_last_writer(row, revision, page)
    changed = {name: value for name, value in content.items() if row.latest[name] != value}
    if not changed:
        return row
    if row.has_arrived:
        row.pending = {**row.pending, **changed}
        return _write(row, {}, page)
    return _write(row, changed, page)


@transaction.atomic
def submit(
    *,
    application: Application,
    content: Mapping[str, Any],
    arrived_at: datetime,
    revision: int | None = None,
    page: str = "",
    by: User | None,
) -> Application:
    """Send the application, or a new version of one sent before; the earlier version is kept.

    `arrived_at` is the database's time when the request began. Sending the same again changes
    nothing. Raises TooLate, Incomplete, EditedMeanwhile, ApplicationProblem; the caller then
    keeps the text with `save_draft`. What arrived in time counts on the shortlist, too.
    """
    guard_answers(content)
    challenge = Challenge.objects.select_for_update(no_key=True).get(pk=application.challenge_id)
    row = locked(application)
    if row.status in (Status.SUBMITTED, Status.SHORTLISTED) and _says(row, content):
        return _without_edits(row)
    guard_time(challenge, arrived_at)
    guard_last_writer(row, revision, page)
    _guard_whole(row, content)
    _guard_sendable(row, challenge)
    first = row.status == Status.DRAFT
    if first:
        row.status = Status.SUBMITTED
    else:
        keep_version(row)
    row.submitted_at = arrived_at
    row.pending = {}
    _write(row, content, page)
    write_receipt(application=row, by=by)
    kind = "application_arrived" if first else "application_changed"
    tell_managers(application=row, kind=kind, by=by)
    record_outcome(
        challenge=challenge, company=row.company, outcome=TOLD[row.status], at=arrived_at, by=by
    )
    if first:
        application_submitted.send(sender=Application, application_ids=[row.pk])
    return row


def _says(row: Application, content: Mapping[str, Any]) -> bool:
    return all(getattr(row, name) == value for name, value in content.items())


def _without_edits(row: Application) -> Application:
    return discard_edits(application=row, by=None) if row.pending else row


def _guard_whole(row: Application, content: Mapping[str, Any]) -> None:
    said = row.latest | dict(content)
    missing = [name for name in NEEDED if not str(said[name] or "").strip()]
    if missing:
        raise Incomplete(missing)


def _guard_sendable(row: Application, challenge: Challenge) -> None:
    if row.status == Status.WITHDRAWN:
        raise ApplicationProblem(
            _("This application was withdrawn. Take it up again before you send it.")
        )
    if row.status != Status.DRAFT and not is_changeable(row, challenge):
        raise ApplicationProblem(
            _("This application is being decided on, so it can no longer be changed.")
        )


@transaction.atomic
def discard_edits(*, application: Application, by: User | None) -> Application:
    """Forget edits that were typed and not sent; what was sent stays."""
    row = locked(application)
    row.pending = {}
    return _write(row, {}, "")


@transaction.atomic
def withdraw(*, application: Application, by: User | None) -> Application:
    """Take a draft or what was sent back, on the shortlist or chosen for a pilot too.

    What was sent is kept as a version. It can be taken up again while the challenge is open.
    """
    row = locked(application)
    if row.status == Status.WITHDRAWN:
        return row
    if row.status not in WITHDRAWABLE:
        raise ApplicationProblem(_("This application can no longer be withdrawn."))
    was_sent = row.has_arrived
    if was_sent:
        keep_version(row)
    row.status = Status.WITHDRAWN
    row.withdrawn_at = timezone.now()
    _write(row, row.pending, "")
    if was_sent:
        tell_managers(application=row, kind="application_withdrawn", by=by)
        record_outcome(
            challenge=row.challenge, company=row.company, outcome=Outcome.WITHDRAWN, by=by
        )
    return row


@transaction.atomic
def take_up_again(*, application: Application, by: User | None) -> Application:
    """Make a withdrawn application a draft again."""
    row = locked(application)
    if row.status != Status.WITHDRAWN:
        return row
    if not takes_applications(row.challenge):
        raise ApplicationProblem(_("This challenge is closed, so the application stays withdrawn."))
    row.status = Status.DRAFT
    row.withdrawn_at = None
    row.submitted_at = None
    return _write(row, {}, "")


def _write(row: Application, content: Mapping[str, Any], page: str) -> Application:
    for name, value in content.items():
        setattr(row, name, value)
    if row.status not in ARRIVED:
        row.pending = {}
    row.revision += 1
    row.written_from = page
    row.save()
    return row
