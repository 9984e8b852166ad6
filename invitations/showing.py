"""Invitations made ready to read by a manager: names only where they may be seen."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from accounts.permissions import Person
from challenges.models import Challenge
from companies.models import ClusterMembership, Company
from invitations.actions import refusals_of
from invitations.choices import Refusal, Status
from invitations.models import Invitation, Standing
from invitations.pacing import last_letters, next_letter_at, wishes_of
from invitations.profiles import budget, days_asked
from invitations.wishes import Wishes, against
from invitations.wording import asked_so_often, held_until, standing
from matching.models import Match
from matching.scoring import Reason
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
    asked: str


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
    asked = days_asked(names)
    refusals = refusals_of(invitations)
    return [
        CheckedInvitation(
            row,
            names[row.company_id][1],
            told(refusals[row.pk]),
            *found[row.company_id],
            asked=_asked_enough(asked.get(row.company_id, ())),
        )
        for row in invitations
    ]


def _asked_enough(asked: Sequence[date]) -> str:
    limit = budget()
    if limit.left(asked):
        return ""
    return asked_so_often(limit.reason("asked_enough", asked).data)


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


@dataclass(frozen=True)
class Standings:
    """Where companies stand with a challenge: as the last round found, and as they are asked now.

    `short` invitations are missing to the challenge's minimum and cannot be had.
    """

    challenge: Challenge
    short: int
    entries: Mapping[str, Mapping[str, Any]]
    asked: Mapping[int, Sequence[date]]
    wishes: Mapping[int, Wishes]
    next_letters: Mapping[int, datetime]

    def sentence(self, match: Match, invitation: Invitation | None) -> str:
        """Nothing where the challenge is over, or a status or a hard condition says it all."""
        if not self.challenge.is_open:
            return ""
        if invitation is not None and invitation.status == Status.HELD:
            return held_until(self.next_letters.get(match.company_id))
        if invitation is not None and not invitation.is_suggested:
            is_chosen = invitation.status == Status.PROPOSED
            return _asked_enough(self.asked.get(match.company_id, ())) if is_chosen else ""
        reason = self._reason(match, is_suggested=invitation is not None)
        return standing(reason) if reason else ""

    def _unwanted(self, company_id: int) -> Reason | None:
        return against(
            self.wishes.get(company_id, Wishes()),
            themes=self.challenge.themes,
            country=str(self.challenge.lab.country),
            today=timezone.localdate(),
        )

    def _reason(self, match: Match, *, is_suggested: bool) -> Reason | None:
        entry = self.entries.get(str(match.company_id))
        found = Reason.from_data(entry) if entry else None
        if is_suggested or not match.is_eligible:
            return found if found and found.code == "chosen" and is_suggested else None
        if match.total < self.challenge.threshold * 10:
            return Reason("below_threshold", threshold=self.challenge.threshold)
        unwanted = self._unwanted(match.company_id)
        if unwanted is not None:
            return unwanted
        asked = self.asked.get(match.company_id, ())
        if not budget().left(asked):
            return budget().reason("asked_enough", asked)
        return found if found and found.code != "chosen" else None


def standings_of(challenge: Challenge, company_ids: Collection[int]) -> Standings:
    """The same few queries however many companies."""
    stored = Standing.objects.filter(pk=challenge.pk).first() or Standing()
    return Standings(
        challenge,
        stored.short,
        stored.entries,
        days_asked(company_ids),
        wishes_of(company_ids),
        _next_letters(challenge, company_ids),
    )


def _next_letters(challenge: Challenge, company_ids: Collection[int]) -> dict[int, datetime]:
    """When the letters may leave that held invitations of the challenge wait for."""
    held = Invitation.objects.for_challenge(challenge).held().filter(company__in=company_ids)
    countries = dict(held.order_by().values_list("company", "company__country"))
    lasts = last_letters(countries) if countries else {}
    return {
        pk: next_letter_at(country=str(country), last_letter_at=lasts.get(pk))
        for pk, country in countries.items()
    }
