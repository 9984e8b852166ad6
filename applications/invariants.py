"""What must never be true of applications; see `mail.invariants`."""

from collections.abc import Iterator

from django.core.files.storage import default_storage
from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from applications.choices import ARRIVED, TOLD, Status
from applications.models import Application, ApplicationVersion, Attachment
from mail.invariants import Contradictions
from matching.choices import STRANDS, Outcome
from matching.models import RecordedOutcome


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
        "What matching was told last of an application is not where it stands": _mistold(),
        "A file of an application is not on the disk": _lost(),
    }


def _mistold() -> QuerySet[Application]:
    """A draft was told of only if it had been sent before and was taken back."""
    own = RecordedOutcome.objects.filter(
        challenge=OuterRef("challenge"),
        company=OuterRef("company"),
        outcome__in=[one for one, strand in STRANDS.items() if strand == "application"],
    )
    newest = Subquery(own.order_by("-number").values("outcome")[:1])
    unsent = Q(status__in=[Status.DRAFT, Status.WITHDRAWN], told__in=["", Outcome.WITHDRAWN])
    rows = Application.objects.order_by().alias(told=Coalesce(newest, Value("")))
    rows = rows.filter(status__in=[*TOLD, Status.DRAFT, Status.WITHDRAWN]).exclude(unsent)
    for status, outcome in TOLD.items():
        rows = rows.exclude(status=status, told=outcome)
    return rows


def _lost() -> Iterator[int]:
    for pk, name in Attachment.objects.order_by().values_list("pk", "file").iterator():
        if not default_storage.exists(name):
            yield pk
