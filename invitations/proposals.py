"""Proposals read by the thousand, with only what decides whether a letter may go."""

from collections.abc import Sequence
from typing import Any

from django.db.models.base import ModelState

from challenges.models import Challenge
from invitations.choices import Status
from invitations.models import Invitation, InvitationQuerySet

COLUMNS = ("id", "challenge_id", "company_id", "status", "attempt", "proposed_by_id")


def proposals(challenge: Challenge, invitation_ids: Sequence[int]) -> list[Invitation]:
    """Those of the invitations that are proposals still, locked."""
    rows = still_proposed(challenge, invitation_ids)
    return light(rows.select_for_update(of=("self",)).order_by("pk"))


def still_proposed(challenge: Challenge, invitation_ids: Sequence[int]) -> InvitationQuerySet:
    rows = Invitation.objects.for_challenge(challenge)
    return rows.filter(pk__one_of=set(invitation_ids), status=Status.PROPOSED)


def light(rows: InvitationQuerySet) -> list[Invitation]:
    """Those that leave the other columns in the database; one of them asked for is fetched, row by
    row. A model's own way costs four times this, and ten thousand are made while a person waits.
    """
    return [_light(row) for row in rows.values_list(*COLUMNS)]


def _light(values: Sequence[Any]) -> Invitation:
    made = Invitation.__new__(Invitation)
    made.__dict__.update(zip(COLUMNS, values, strict=True), _state=ModelState())
    made._state.adding = False  # noqa: SLF001 - as Model.from_db does
    made._state.db = "default"  # noqa: SLF001
    return made
