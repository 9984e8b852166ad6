"""What must never be true of applications; see `mail.invariants`."""

from collections.abc import Iterator

from django.core.files.storage import default_storage
from django.db.models import F

from applications.choices import ARRIVED
from applications.models import Application, ApplicationVersion, Attachment
from mail.invariants import Contradictions


def contradictions() -> Contradictions:
    arrived = Application.objects.order_by().filter(status__in=ARRIVED)
    versions = ApplicationVersion.objects.order_by()
    return {
        "An application arrived after the deadline": (
            arrived.filter(submitted_at__gt=F("challenge__deadline"))
        ),
        "An earlier version is not earlier than the application": (
            versions.filter(revision__gte=F("application__revision"))
        ),
        "A file of an application is not on the disk": _lost(),
    }


def _lost() -> Iterator[int]:
    for pk, name in Attachment.objects.order_by().values_list("pk", "file").iterator():
        if not default_storage.exists(name):
            yield pk
