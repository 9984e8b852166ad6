"""Proposals read by the thousand, with only what decides whether a letter may go."""

from collections.abc import Sequence
from typing import Any, TypeVar

from django.db.models import Model
from django.db.models.base import ModelState

from challenges.models import Challenge
from companies.models import Company
from invitations.choices import Status
from invitations.models import Invitation

PROPOSAL = ("id", "challenge_id", "company_id", "status", "attempt", "proposed_by_id")
COMPANY = (
    "id", "name", "email", "country", "language", "source", "is_active", "wants_invitations",
)  # fmt: skip

Noun = TypeVar("Noun", bound=Model)


def proposals(challenge: Challenge, invitation_ids: Sequence[int]) -> list[Invitation]:
    """Those of the invitations that are proposals still, locked, each with its company.

    A column left out here is fetched for each row by itself as soon as somebody asks for it.
    """
    rows = (
        Invitation.objects.for_challenge(challenge)
        .filter(pk__one_of=invitation_ids, status=Status.PROPOSED)
        .select_for_update(of=("self",))
        .order_by("pk")
        .values_list(*PROPOSAL, *(f"company__{name}" for name in COMPANY))
    )
    return [_proposal(challenge, row) for row in rows]


def _proposal(challenge: Challenge, row: Sequence[Any]) -> Invitation:
    proposal = _light(Invitation, PROPOSAL, row)
    proposal.challenge = challenge
    proposal.company = _light(Company, COMPANY, row[len(PROPOSAL) :])
    return proposal


def _light(noun: type[Noun], names: Sequence[str], values: Sequence[Any]) -> Noun:
    """One that leaves the other columns in the database; a model's own way costs four times this,
    and ten thousand of them are made while a person waits.
    """
    made = noun.__new__(noun)
    made.__dict__.update(zip(names, values, strict=False), _state=ModelState())
    made._state.adding = False  # noqa: SLF001 - as Model.from_db does
    made._state.db = "default"  # noqa: SLF001
    return made
