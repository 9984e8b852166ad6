"""Open challenges for one company: its stored matches, and what only its ranking knows.

A challenge stores its best 500 companies, a company's ranking its best 50 challenges as numbers.
On a large platform many of the second are none of the first; the worker explains them once
somebody reads, and what it found is remembered.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from django.core.cache import cache
from django.db.models import Count, Q
from django.utils.functional import cached_property

from challenges.models import Challenge
from companies.models import Company
from matching.choices import RunState
from matching.explaining import Row, judged_rows, last_runs
from matching.models import CompanyRanking, Match, MatchQuerySet, MatchRun, ProfileTerms
from matching.profiles import State, states_of
from matching.ranking import NOBODY, unpacked
from matching.scoring import ENGINE

REMEMBERED = 24 * 3600


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
        if self._counted["stored"]:
            return self._counted["former"] > 0
        if self.ranking:
            counted = ProfileTerms.objects.filter(company=self.company)
            return not counted.filter(revision=self.company.revision).exists()
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
        totals = {offer.challenge_id: offer.total for offer in offers}
        wanted = list(totals)
        rows = self.stored.filter(pk__in=[offer.match_id for offer in offers if offer.match_id])
        found = {match.challenge_id: match for match in rows}
        lacking = {pk: total for pk, total in totals.items() if pk not in found}
        found |= remembered_for(self.company, lacking)
        challenges = Challenge.objects.select_related("lab").defer("search").in_bulk(wanted)
        matches = [found[pk] for pk in wanted if pk in challenges]
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


def remembered_for(company: Company, totals: Mapping[int, int]) -> dict[int, Match]:
    """Matches by challenge, not stored; a number alone where the worker has explained nothing yet.

    What it found counts for as long as the run, the profile and its vectors are the same: who
    decides about such a pair stores it.
    """
    if not totals:
        return {}
    keys = _keys(company, totals)
    known = _known(keys.values())
    alone = {
        "company_id": company.pk,
        "is_eligible": True,
        "findings": None,
        "profile_revision": company.revision,
    }
    return {
        pk: Match(**(known.get(keys.get(pk, "")) or alone | {"challenge_id": pk, "total": total}))
        for pk, total in totals.items()
    }


def explain_unstored(company: Company, challenge_ids: Iterable[int]) -> None:
    """Find the reasons of offers that no match stores, and remember them; done before is done."""
    keys = _keys(company, challenge_ids)
    known = _known(keys.values())
    lacking = [pk for pk, key in keys.items() if key not in known]
    for row in judged_rows((pk, company.pk) for pk in lacking):
        cache.set(keys[row["challenge_id"]], row, REMEMBERED)


def _keys(company: Company, challenge_ids: Iterable[int]) -> dict[int, str]:
    runs = last_runs(Challenge.objects.filter(pk__in=list(challenge_ids)))
    state = states_of([company.pk]).get(company.pk, (company.revision, 0))
    return {run.challenge_id: _key(run, company.pk, state) for run in runs}


def _key(run: MatchRun, company_id: int, state: State) -> str:
    """Told apart by all that the reasons rest on: an encoder changes them without an edit."""
    revision, readings = state
    return f"matching.offer:{ENGINE}:{run.pk}:{company_id}:{revision}:{readings}"


def _known(keys: Collection[str]) -> dict[str, Row]:
    """Of no keys nothing is asked: the server takes that for a mistake."""
    return cache.get_many(keys) if keys else {}


def offer_of(company: Company, challenge: Challenge) -> Match | None:
    """The one match of the two, stored or not; None where neither list knows it."""
    stored = Match.objects.for_companies([company])
    match = stored.filter(challenge=challenge).first()
    if match is None:
        unstored = unstored_offers(ranking_of(company), stored)
        totals = {one.challenge_id: one.total for one in unstored}
        asked = {pk: total for pk, total in totals.items() if pk == challenge.pk}
        match = remembered_for(company, asked).get(challenge.pk)
    if match is not None:
        match.challenge = challenge
    return match


def remembered(challenge: Challenge, company_ids: Iterable[int]) -> list[Row]:
    """What somebody has read lately of pairs that are not stored, as it was explained.

    Of many at once: whoever keeps them holds the challenge meanwhile.
    """
    states = states_of(list(company_ids))
    keys = [_key(run, *known) for run in last_runs([challenge]) for known in states.items()]
    return list(_known(keys).values())
