"""Writing an application: a draft, its submission, later edits, withdrawal."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from applications.emails import tell_managers, write_receipt
from applications.prefill import prefilled
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from applications.choices import Status
from applications.models import Application, ApplicationVersion
from applications.problems import ApplicationProblem, EditedMeanwhile, Incomplete, TooLate
from applications.signals import application_submitted
from challenges.deadlines import written_out
from challenges.models import Challenge
from companies.models import Company
from matching.actions import keep

CONTENT_FIELDS = (
    "solution_id", "pitch", "approach", "evidence", "pilot_plan", "team", "price_eur",
    "contact_name", "contact_email", "contact_phone",
)  # fmt: skip
NEEDED = ("pitch", "approach", "pilot_plan", "contact_name", "contact_email")


def start_draft(*, challenge: Challenge, company: Company, by: User | None) -> Application:
    """The company's application for this challenge: the one there is, or a new draft from the profile.

    Raises ApplicationProblem when there is none yet and the challenge is not open.
    """
    found = Application.objects.filter(challenge=challenge, company=company).first()
    if found is not None:
        return found
    if not challenge.is_open:
        raise ApplicationProblem(
            _("This challenge is closed, so no new application can be started.")
        )
    try:
        with transaction.atomic():
            application = Application.objects.create(
                challenge=challenge,
                company=company,
                started_by=by,
                **prefilled(challenge=challenge, company=company, person=by),
            )
            keep(challenge=challenge, company_ids=[company.pk], by=by)
    except IntegrityError:
        return Application.objects.get(challenge=challenge, company=company)
    return application


@transaction.atomic
def save_draft(
    *,
    application: Application,
    content: Mapping[str, Any],
    revision: int | None = None,
    by: User | None,
) -> Application:
    """Keep what was typed, complete or not, in time or not; nothing is sent.

    Of a submitted application the edits are kept beside the text that counts. With `revision`,
    the one the person opened, a colleague's save in between raises EditedMeanwhile.
    """
    row = _locked(application)
    _same_revision(row, revision)
    _known(content)
    if row.status == Status.SUBMITTED:
        row.pending = {**row.pending, **content}
        row.save(update_fields=["pending", "updated_at"])
        return row
    if row.status not in (Status.DRAFT, Status.WITHDRAWN):
        raise ApplicationProblem(_("This application is being decided on and cannot be changed."))
    return _write(row, content)


@transaction.atomic
def submit(
    *,
    application: Application,
    content: Mapping[str, Any],
    arrived_at: datetime,
    revision: int | None = None,
    by: User | None,
) -> Application:
    """Send the application, or a new version of one sent before; the earlier version is kept.

    `arrived_at` is the database's time when the request began. Sending the same again changes
    nothing. Raises TooLate, Incomplete, EditedMeanwhile, ApplicationProblem; the caller then
    keeps the text with `save_draft`.
    """
    challenge = Challenge.objects.select_for_update().get(pk=application.challenge_id)
    row = _locked(application)
    _known(content)
    if row.status == Status.SUBMITTED and _says(row, content):
        return row
    _in_time(challenge, arrived_at)
    _same_revision(row, revision)
    missing = [
        name for name in NEEDED if not str(content.get(name, getattr(row, name)) or "").strip()
    ]
    if missing:
        raise Incomplete(missing)
    first = row.status == Status.DRAFT
    if row.status == Status.SUBMITTED:
        _keep_version(row)
    elif not first:
        raise ApplicationProblem(_("This application is being decided on and cannot be changed."))
    row.status = Status.SUBMITTED
    row.submitted_at = arrived_at
    row.pending = {}
    row = _write(row, content)
    write_receipt(application=row, by=by)
    tell_managers(application=row, first=first)
    if first:
        application_submitted.send(sender=Application, application_ids=[row.pk])
    return row


@transaction.atomic
def withdraw(*, application: Application, by: User | None) -> Application:
    """Take a draft or a submitted application back. It can be taken up again while the challenge is open."""
    row = _locked(application)
    if row.status not in (Status.DRAFT, Status.SUBMITTED):
        raise ApplicationProblem(_("This application can no longer be withdrawn."))
    row.status = Status.WITHDRAWN
    row.revision += 1
    row.withdrawn_at = timezone.now()
    row.save(update_fields=["status", "revision", "withdrawn_at", "updated_at"])
    return row


@transaction.atomic
def take_up_again(*, application: Application, by: User | None) -> Application:
    """Make a withdrawn application a draft again."""
    row = _locked(application)
    if row.status != Status.WITHDRAWN:
        return row
    if not row.challenge.is_open:
        raise ApplicationProblem(_("This challenge is closed, so the application stays withdrawn."))
    row.status = Status.DRAFT
    row.withdrawn_at = None
    row.save(update_fields=["status", "withdrawn_at", "updated_at"])
    return row


def _locked(application: Application) -> Application:
    rows = Application.objects.select_for_update(of=("self",))
    return rows.select_related("challenge__lab__cluster", "company").get(pk=application.pk)


def _same_revision(row: Application, revision: int | None) -> None:
    if revision is not None and revision != row.revision:
        raise EditedMeanwhile


def _known(content: Mapping[str, Any]) -> None:
    unknown = set(content) - set(CONTENT_FIELDS)
    if unknown:
        raise TypeError(f"Not answers of an application: {', '.join(sorted(unknown))}")


def _in_time(challenge: Challenge, arrived_at: datetime) -> None:
    if not challenge.is_open:
        raise TooLate(
            _("This challenge is closed. Your text is kept as a draft; nothing was sent.")
        )
    if challenge.deadline is not None and arrived_at > challenge.deadline:
        raise TooLate(
            _("The deadline passed on %(when)s. Your text is kept as a draft; nothing was sent.")
            % {"when": written_out(challenge)}
        )


def _says(row: Application, content: Mapping[str, Any]) -> bool:
    return all(getattr(row, name) == value for name, value in content.items())


def _write(row: Application, content: Mapping[str, Any]) -> Application:
    for name, value in content.items():
        setattr(row, name, value)
    row.revision += 1
    row.save()
    return row


def _keep_version(row: Application) -> None:
    ApplicationVersion.objects.create(
        application=row,
        revision=row.revision,
        content={name: getattr(row, name) for name in CONTENT_FIELDS},
        arrived_at=row.submitted_at,
    )
