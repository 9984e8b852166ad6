"""Solutions and references of a company."""

from collections.abc import Mapping
from typing import Any, TypeVar

from django.db import transaction

from accounts.models import User
from companies.actions.profiles import touch
from companies.models import Company, Reference, Solution
from look.problems import EditedMeanwhile

Offer = TypeVar("Offer", Solution, Reference)

SOLUTION_FIELDS = frozenset({"name", "description", "trl", "capabilities", "countries_served"})
REFERENCE_FIELDS = frozenset({"title", "description", "place", "country", "year", "client_type"})


@transaction.atomic
def save_solution(
    *,
    company: Company,
    fields: Mapping[str, Any],
    solution: Solution | None = None,
    revision: int | None = None,
    by: User | None,
) -> Solution:
    """Add a solution, or change the one given. `revision` is the one the person opened."""
    _refuse_unknown(fields, SOLUTION_FIELDS)
    return _save(_opened(solution, revision) or Solution(company=company), fields)


@transaction.atomic
def remove_solution(*, solution: Solution, by: User | None) -> None:
    """Take a solution off the profile; applications that named it keep their text."""
    _remove(solution)


@transaction.atomic
def save_reference(
    *,
    company: Company,
    fields: Mapping[str, Any],
    reference: Reference | None = None,
    revision: int | None = None,
    by: User | None,
) -> Reference:
    """Add a reference, or change the one given. `revision` is the one the person opened.

    What an organisation confirmed was the text before, so that a change is a claim again.
    """
    _refuse_unknown(fields, REFERENCE_FIELDS)
    row = _opened(reference, revision) or Reference(company=company)
    if any(getattr(row, name) != value for name, value in fields.items()):
        row.confirmed_by, row.confirmed_at = None, None
    return _save(row, fields)


@transaction.atomic
def remove_reference(*, reference: Reference, by: User | None) -> None:
    """Take a reference off the profile."""
    _remove(reference)


def _refuse_unknown(fields: Mapping[str, Any], known: frozenset[str]) -> None:
    unknown = set(fields) - known
    if unknown:
        raise TypeError(f"Not to be edited here: {', '.join(sorted(unknown))}")


def _opened(offer: Offer | None, revision: int | None) -> Offer | None:
    """The row as it is now, locked. Raises EditedMeanwhile when that is not what was opened."""
    if offer is None:
        return None
    current = type(offer).objects.select_for_update().filter(pk=offer.pk).first()
    if current is None or revision not in {None, current.revision}:
        raise EditedMeanwhile
    current.revision += 1
    return current


def _save(offer: Offer, fields: Mapping[str, Any]) -> Offer:
    for name, value in fields.items():
        setattr(offer, name, value)
    offer.save()
    touch(company_ids=[offer.company_id])
    return offer


def _remove(offer: Solution | Reference) -> None:
    """Twice is once."""
    deleted, _kinds = type(offer).objects.filter(pk=offer.pk).delete()
    if deleted:
        touch(company_ids=[offer.company_id])
