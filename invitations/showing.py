"""Invitations made ready to read by a manager: names only where they may be seen."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.permissions import Person
from challenges.models import Challenge
from companies.models import ClusterMembership, Company
from invitations.actions import may_write
from invitations.choices import Refusal, Status
from invitations.fates import Fate, fates_of
from invitations.gate import Verdict
from invitations.models import Invitation, Nomination, Standing
from invitations.pacing import last_letters, next_letter_at, wishes_of
from invitations.profiles import budget, days_asked
from invitations.wishes import Wanted, against_either
from invitations.wording import asked_so_often, held_until, judged, standing
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
    fate: Fate


def shown_invitations(
    invitations: Sequence[Invitation], *, reader: Person
) -> list[ShownInvitation]:
    """Three queries however many invitations."""
    names = names_of([row.company_id for row in invitations], reader=reader)
    fates = fates_of(invitations)
    return [
        ShownInvitation(row, *names[row.company_id], told(row.refused_because), fates[row.pk])
        for row in invitations
    ]


def asked_enough(asked: Sequence[date]) -> str:
    """Said where a company was asked as often as all challenges together may, or nothing."""
    limit = budget()
    if limit.left(asked):
        return ""
    return asked_so_often(limit.asked_enough(asked).data)


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
        pk: (named[pk], str(named[pk])) if pk in named else (None, unnamed(clusters.get(pk, "")))
        for pk in ids
    }


@dataclass(frozen=True)
class ShownNomination:
    nomination: Nomination
    name: str
    by: str


def shown_nominations(challenge: Challenge, *, reader: Person) -> list[ShownNomination]:
    """Those that wait for a manager; one query where there are none."""
    waiting = Nomination.objects.waiting().filter(invitation__challenge=challenge)
    rows = list(waiting.select_related("invitation"))
    told = {pk for row in rows for pk in (row.invitation.company_id, row.company_id) if pk}
    names = names_of(told, reader=reader) if rows else {}
    return [
        ShownNomination(
            row,
            names[row.company_id][1] if row.company_id else row.name,
            names[row.invitation.company_id][1],
        )
        for row in rows
    ]


@dataclass(frozen=True)
class Standings:
    """Where companies stand with a challenge: as the last round found, and as they are asked now.

    `short` invitations are missing to the challenge's minimum and cannot be had.
    """

    challenge: Challenge
    short: int
    entries: Mapping[str, Mapping[str, Any]]
    asked: Mapping[int, Sequence[date]]
    verdicts: Mapping[int, Verdict]
    wishes: Mapping[int, Wanted]
    next_letters: Mapping[int, datetime]

    def sentence(self, match: Match, invitation: Invitation | None, *, anonymous: bool) -> str:
        """Nothing where the challenge is over, or a status or a hard condition says it all.

        Before anything is sent, whom the gate would not let us write to, and why, is said too.
        """
        if not self.challenge.is_open:
            return ""
        place = self._place(match, invitation, anonymous=anonymous)
        told = (place, self._gate(match, anonymous=anonymous))
        return " ".join(sentence for sentence in told if sentence)

    def _gate(self, match: Match, *, anonymous: bool) -> str:
        verdict = self.verdicts.get(match.company_id)
        if verdict is None or verdict.is_allowed:
            return ""
        why = judged(verdict.reason, anonymous=anonymous)
        if verdict.is_relayed and verdict.relay == self.challenge.lab.cluster_id:
            return _("You know this company and would pass it on yourselves: %(why)s") % {
                "why": why
            }
        if verdict.is_relayed:
            return _("Its own cluster organisation would pass it on: %(why)s") % {"why": why}
        return _("Gets no letter: %(why)s") % {"why": why}

    def _place(self, match: Match, invitation: Invitation | None, *, anonymous: bool) -> str:
        if invitation is not None and invitation.status == Status.HELD:
            return held_until(self.next_letters.get(match.company_id))
        if invitation is not None and not invitation.is_suggested:
            is_chosen = invitation.status == Status.PROPOSED
            return asked_enough(self.asked.get(match.company_id, ())) if is_chosen else ""
        reason = self._reason(match, is_suggested=invitation is not None)
        return standing(reason, anonymous=anonymous) if reason else ""

    def _unwanted(self, company_id: int) -> Reason | None:
        return against_either(
            self.wishes.get(company_id, Wanted()),
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
            place = {key: found.data[key] for key in ("rank", "of") if found and key in found.data}
            return budget().asked_enough(asked, **place)
        return found if found and found.code != "chosen" else None


def standings_of(challenge: Challenge, company_ids: Collection[int]) -> Standings:
    """A fixed number of queries, however many companies."""
    stored = Standing.objects.filter(pk=challenge.pk).first() or Standing()
    asking = challenge.lab.cluster_id
    settled = Invitation.objects.for_challenge(challenge).exclude(status=Status.PROPOSED)
    unsettled = Company.objects.filter(pk__in=company_ids).exclude(pk__in=settled.values("company"))
    found = may_write({(asking, pk) for pk in unsettled.values_list("pk", flat=True)})
    verdicts = {company: verdict for (_asking, company), verdict in found.items()}
    return Standings(
        challenge,
        stored.short,
        stored.entries,
        days_asked(company_ids),
        verdicts,
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
