"""Open challenges for one company: its stored matches, and what only its ranking knows.

A challenge stores its best 500 companies, a company's ranking its best 50 challenges as numbers.
On a large platform many of the second are none of the first; they are explained when read.
"""

from typing import NamedTuple

from django.db.models import Count, Q
from django.utils.functional import cached_property

from challenges.models import Challenge
from companies.models import Company
from matching.choices import RunState
from matching.explaining import explained
from matching.models import CompanyRanking, Match, MatchQuerySet, MatchRun
from matching.ranking import NOBODY, unpacked


class Offer(NamedTuple):
    """One place in the list; only what is stored has a match."""

    is_eligible: bool
    total: int
    challenge_id: int
    match_id: int | None = None

    @property
    def place(self) -> tuple[bool, int, int]:
        return not self.is_eligible, -self.total, self.challenge_id


class Offers:
    """Best first, what the company is eligible for before the rest; cut into pages like a query.

    However many there are, no more are read than the pages up to the one asked for hold.
    """

    def __init__(self, company: Company) -> None:
        self.company = company
        open_now = Challenge.objects.open().values("pk")
        self.stored = Match.objects.for_companies([company]).filter(challenge__in=open_now)
        self.ranking = ranking_of(company)
        self.unstored = unstored_offers(self.ranking, self.stored)

    def count(self) -> int:
        return self._counted["stored"] + len(self.unstored)

    def are_behind(self) -> bool:
        """Whether the profile is new or has changed since, and its scores are still to come."""
        if self._counted["stored"] or self.ranking:
            return self._counted["former"] > 0
        done = MatchRun.objects.filter(state=RunState.DONE)
        return done.filter(challenge__in=Challenge.objects.open()).exists()

    @cached_property
    def _counted(self) -> dict[str, int]:
        former = Q(profile_revision__lt=self.company.revision)
        return self.stored.aggregate(stored=Count("pk"), former=Count("pk", filter=former))

    def __getitem__(self, part: slice) -> list[Match]:
        ordered = self.stored.order_by("-is_eligible", "-total", "challenge")
        rows = ordered.values_list("is_eligible", "total", "challenge", "pk")[: part.stop]
        offers = [*(Offer(*row) for row in rows), *self.unstored]
        return self._matches(sorted(offers, key=lambda offer: offer.place)[part])

    def _matches(self, offers: list[Offer]) -> list[Match]:
        wanted = [offer.challenge_id for offer in offers]
        rows = self.stored.filter(pk__in=[offer.match_id for offer in offers if offer.match_id])
        found = {match.challenge_id: match for match in rows}
        found |= explained_for(self.company, [pk for pk in wanted if pk not in found])
        challenges = Challenge.objects.select_related("lab").defer("search").in_bulk(wanted)
        matches = [found[pk] for pk in wanted if pk in found]
        for match in matches:
            match.challenge = challenges[match.challenge_id]
        return matches


def ranking_of(company: Company) -> CompanyRanking | None:
    return CompanyRanking.objects.filter(company=company).first()


def unstored_offers(ranking: CompanyRanking | None, stored: MatchQuerySet) -> list[Offer]:
    """What the ranking holds and no match does, of challenges that are open."""
    if ranking is None:
        return []
    entries = {
        int(entry["challenge"]): int(entry["total"])
        for entry in unpacked(bytes(ranking.entries))[0]
        if entry["total"] != NOBODY
    }
    known = set(stored.filter(challenge__in=entries).values_list("challenge", flat=True))
    lacking = Challenge.objects.open().filter(pk__in=entries.keys() - known)
    return [Offer(True, entries[pk], pk) for pk in lacking.values_list("pk", flat=True)]


def explained_for(company: Company, challenge_ids: list[int]) -> dict[int, Match]:
    """Matches by challenge, not stored."""
    if not challenge_ids:
        return {}
    found = explained((challenge_id, company.pk) for challenge_id in challenge_ids)
    return {challenge_id: match for (challenge_id, _company), match in found.items()}


def offer_of(company: Company, challenge: Challenge) -> Match | None:
    """The one match of the two, stored or not; None where neither list knows it."""
    stored = Match.objects.for_companies([company])
    match = stored.filter(challenge=challenge).first()
    if match is None:
        unstored = unstored_offers(ranking_of(company), stored)
        if challenge.pk in {offer.challenge_id for offer in unstored}:
            match = explained_for(company, [challenge.pk]).get(challenge.pk)
    if match is not None:
        match.challenge = challenge
    return match
