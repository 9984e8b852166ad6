"""Invitations made ready to read by a manager: names only where they may be seen."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from accounts.permissions import Person
from companies.models import ClusterMembership, Company
from invitations.actions import refusal_for
from invitations.choices import Refusal
from invitations.models import Invitation
from matching.models import Match
from matching.showing import unnamed


@dataclass(frozen=True)
class ShownInvitation:
    """One invitation as this reader may see it; `refusal` says why no letter goes or went."""

    invitation: Invitation
    company: Company | None
    name: str
    refusal: str


@dataclass(frozen=True)
class CheckedInvitation:
    """A proposal before sending: `refusal` says why the company would get no letter."""

    invitation: Invitation
    name: str
    refusal: str
    match_id: int
    is_eligible: bool


def shown_invitations(
    invitations: Sequence[Invitation], *, reader: Person
) -> list[ShownInvitation]:
    """Two queries however many invitations."""
    names = names_of([row.company_id for row in invitations], reader=reader)
    return [
        ShownInvitation(row, *names[row.company_id], told(row.refused_because))
        for row in invitations
    ]


def checked_invitations(
    invitations: Sequence[Invitation], *, reader: Person
) -> list[CheckedInvitation]:
    """Of one challenge: who would get a letter, and who would not and why."""
    names = names_of([row.company_id for row in invitations], reader=reader)
    matches = Match.objects.filter(
        challenge__in={row.challenge_id for row in invitations}, company__in=names
    )
    found = {
        pk: (match, fits) for pk, match, fits in matches.values_list("company", "pk", "is_eligible")
    }
    return [
        CheckedInvitation(
            row, names[row.company_id][1], told(refusal_for(row)), *found[row.company_id]
        )
        for row in invitations
    ]


def told(code: str) -> str:
    return str(Refusal(code).label) if code else ""


def names_of(
    company_ids: Iterable[int], *, reader: Person
) -> dict[int, tuple[Company | None, str]]:
    """Each company if it may be named, and what to call it."""
    ids = set(company_ids)
    seen = Company.objects.visible_to(reader).only("slug", "name", "city", "country")
    named = seen.in_bulk(ids)
    vouching = ClusterMembership.objects.filter(company__in=ids).order_by("-pk")
    clusters = dict(vouching.values_list("company", "cluster__name"))
    return {
        pk: (named[pk], named[pk].name) if pk in named else (None, unnamed(clusters.get(pk, "")))
        for pk in ids
    }
