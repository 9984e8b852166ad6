"""Files of an application: added and removed while it may be written."""

import hashlib
from datetime import datetime
from typing import BinaryIO, cast

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.template.defaultfilters import filesizeformat
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from applications.actions.rows import guard_time, is_changeable, keep_version, locked
from applications.choices import MOST_FILES, Status
from applications.files import KINDS, Unacceptable, cleaned_name, kind_of
from applications.models import Application, Attachment
from applications.problems import ApplicationProblem, FileRefused
from challenges.models import Challenge

REASONS: dict[str, str | Promise] = {
    "kind": gettext_lazy("“%(name)s” is not one of these: %(kinds)s."),
    "disguised": gettext_lazy("“%(name)s” is not what its ending says. Save it anew as %(kinds)s."),
    "macros": gettext_lazy("“%(name)s” contains macros. Save it without them, for example as PDF."),
    "bomb": gettext_lazy("“%(name)s” is packed in a way we do not open. Save it as PDF."),
    "damaged": gettext_lazy("“%(name)s” cannot be read. Save it once more and try again."),
    "pixels": gettext_lazy("“%(name)s” has too many pixels. Save the picture smaller."),
}


def attach(
    *,
    application: Application,
    upload: "UploadedFile[bytes]",
    arrived_at: datetime,
    by: User | None,
) -> Attachment:
    """Add a file. The same file twice is one. Raises FileRefused, TooLate, ApplicationProblem.

    Files of a submitted application count at once, so they come before the deadline.
    """
    name = cleaned_name(upload.name or "")
    _guard_size(name, upload.size or 0)
    try:
        kind = kind_of(name, cast(BinaryIO, upload.file))
    except Unacceptable as refusal:
        raise FileRefused(_in_words(refusal.reason, name)) from None
    attachment = Attachment(
        name=name,
        content_type=kind.content_type,
        size=upload.size or 0,
        sha256=_fingerprint(upload),
        added_by=by,
    )
    return _store(application, attachment, upload, arrived_at)


def _guard_size(name: str, size: int) -> None:
    if size == 0:
        raise FileRefused(_("“%(name)s” is empty.") % {"name": name})
    if size > settings.ATTACHMENT_BYTES:
        raise FileRefused(too_large(name))


def too_large(name: str) -> str:
    return _("“%(name)s” is larger than %(limit)s. Everything else is kept.") % {
        "name": name,
        "limit": filesizeformat(settings.ATTACHMENT_BYTES),
    }


def _in_words(reason: str, name: str) -> str:
    kinds = ", ".join(kind.label for kind in KINDS)
    return str(REASONS[reason]) % {"name": name, "kinds": kinds}


def _fingerprint(upload: "UploadedFile[bytes]") -> str:
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    return digest.hexdigest()


@transaction.atomic
def _store(
    application: Application,
    attachment: Attachment,
    upload: "UploadedFile[bytes]",
    arrived_at: datetime,
) -> Attachment:
    row = _writable(application, arrived_at)
    same = row.attachments.filter(sha256=attachment.sha256).first()
    if same is not None:
        return same
    if row.attachments.count() >= MOST_FILES:
        raise FileRefused(
            _("An application has at most %(most)s files. Remove one first.") % {"most": MOST_FILES}
        )
    _before_change(row)
    attachment.application = row
    attachment.file.save(attachment.name, upload, save=False)
    try:
        attachment.save()
    except BaseException:
        attachment.file.delete(save=False)
        raise
    return attachment


@transaction.atomic
def detach(*, attachment: Attachment, arrived_at: datetime, by: User | None) -> None:
    """Remove a file; the one on disk goes when this is committed."""
    row = _writable(attachment.application, arrived_at)
    found = row.attachments.filter(pk=attachment.pk).first()
    if found is not None:
        _before_change(row)
        found.delete()


def _writable(application: Application, arrived_at: datetime) -> Application:
    row = locked(application)
    if row.status in (Status.DRAFT, Status.WITHDRAWN):
        return row
    challenge = Challenge.objects.get(pk=row.challenge_id)
    if not is_changeable(row, challenge):
        raise ApplicationProblem(
            _("This application is being decided on, so its files can no longer be changed.")
        )
    guard_time(challenge, arrived_at)
    return row


def _before_change(row: Application) -> None:
    """A submitted application keeps what it said, its files by name, before they change."""
    if row.has_arrived:
        keep_version(row)
        row.revision += 1
        row.save(update_fields=["revision", "updated_at"])
