"""Every sentence that must never be true, and the rows that make it so."""

from typing import Any

from django.db.models import QuerySet

from applications import invariants as applications
from companies import invariants as companies
from invitations import invariants as invitations
from mail import invariants as mail
from mail.invariants import Contradictions
from matching import invariants as matching

ROOMS = (companies, matching, invitations, applications, mail)


def all_sentences() -> Contradictions:
    return {sentence: rows for room in ROOMS for sentence, rows in room.contradictions().items()}


def broken() -> dict[str, list[Any]]:
    """The sentences that are true, each with the keys of its rows."""
    found = {}
    for sentence, rows in all_sentences().items():
        keys = list(rows.values_list("pk", flat=True) if isinstance(rows, QuerySet) else rows)
        if keys:
            found[sentence] = keys
    return found
