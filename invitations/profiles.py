"""From models to what `assignment` reckons with: the only translator."""

from collections import defaultdict
from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Exists, F, Func, IntegerField, OuterRef, Q, QuerySet
from django.db.models.lookups import IsNull
from django.utils import timezone

from challenges.choices import Policy
from challenges.models import Challenge
from companies.models import ClusterMembership
from invitations.assignment import (
    Assignment,
    Budget,
    Candidate,
    Pair,
    Places,
    Shares,
    Written,
    assign,
    places_left,
)
from invitations.choices import LEAVING
from invitations.models import Invitation, InvitationQuerySet, NetworkShares
from invitations.pacing import full_this_month, wishes_of_readers
from invitations.recipients import verdicts_on
from invitations.wishes import Wanted, against_either
from matching.models import Match, MatchQuerySet


def budget() -> Budget:
    return Budget(times=settings.INVITATIONS_EACH, days=settings.INVITATIONS_DAYS)


def days_asked(company_ids: Collection[int] | None = None) -> dict[int, list[date]]:
    """On which days of the period that ends today each company was asked, by any challenge."""
    since = timezone.localdate() - timedelta(days=budget().days - 1)
    rows = Invitation.objects.asking_since(since)
    if company_ids is not None:
        rows = rows.filter(company__in=company_ids)
    found = defaultdict(list)
    told = rows.values_list("company", "status", "sent_at", "answered_at", "created_at")
    for company, status, *moments in told.order_by("pk"):
        at = timezone.now() if status in LEAVING else next(filter(None, moments))
        found[company].append(timezone.localdate(at))
    return dict(found)


@dataclass(frozen=True)
class Situation:
    """What a round starts from: read once, then shared out without asking the database."""

    places: list[Places]
    candidates: list[Candidate]
    pairs: list[Pair]

    def assigned(self) -> Assignment:
        return assign(
            places=self.places,
            candidates=self.candidates,
            pairs=self.pairs,
            budget=budget(),
        )


def automatic_situation() -> Situation:
    """Whom policy *automatic* may write to: everybody whom the send-gate allows."""
    challenges = Challenge.objects.open().filter(policy=Policy.AUTOMATIC)
    pairs = _pairs(candidates(challenges).eligible())
    return _situation(
        challenges, pairs=_allowed(pairs, challenges), filled=Invitation.objects.with_place()
    )


def whole_situation() -> Situation:
    """Whom to suggest to managers, for the places that neither letters nor their hands filled."""
    challenges = Challenge.objects.open()
    filled = Invitation.objects.with_place() | Invitation.objects.chosen_by_hand()
    return _situation(challenges, pairs=_pairs(candidates(challenges)), filled=filled)


def candidates(challenges: QuerySet[Challenge]) -> MatchQuerySet:
    """Whom the scores and the managers name, and no invitation has settled yet."""
    pair = {"challenge": OuterRef("challenge"), "company": OuterRef("company")}
    decided = Invitation.objects.decided().filter(**pair)
    matches = Match.objects.filter(challenge__in=challenges).to_invite()
    return _wanted(matches).exclude(Exists(decided))


def _wanted(matches: MatchQuerySet) -> MatchQuerySet:
    """Without companies that want no letter, or none about such a challenge, now.

    This is `wishes.against` as SQL, for every company that was scored.
    """
    today = timezone.localdate()
    place_among_its_countries = Func(
        F("company__letter_countries"),
        F("challenge__lab__country"),
        function="array_position",
        output_field=IntegerField(),
    )
    return matches.filter(
        Q(company__no_letters_until=None) | Q(company__no_letters_until__lte=today),
        Q(company__letter_themes=[]) | Q(company__letter_themes__overlap=F("challenge__themes")),
        Q(company__letter_countries=[]) | Q(IsNull(place_among_its_countries, False)),
    ).exclude(company__in=full_this_month())


def _pairs(matches: Any) -> list[Pair]:
    """to_invite() annotated them, which the type of a queryset does not tell.

    Without those whose reader wants no letter, or none about such a challenge, now.
    """
    pairs = [Pair(*row) for row in matches.values_list("challenge", "company", "urgency")]
    wishes = wishes_of_readers({pair.company for pair in pairs})
    if not wishes:
        return pairs
    rows = Challenge.objects.filter(pk__in={pair.challenge for pair in pairs})
    told = rows.values_list("pk", "themes", "lab__country")
    challenges = {pk: (themes, str(country)) for pk, themes, country in told}
    return [
        pair
        for pair in pairs
        if pair.company not in wishes or _wants(wishes[pair.company], *challenges[pair.challenge])
    ]


def _wants(wanted: Wanted, themes: Sequence[str], country: str) -> bool:
    today = timezone.localdate()
    return against_either(wanted, themes=themes, country=country, today=today) is None


def _allowed(pairs: Sequence[Pair], challenges: QuerySet[Challenge]) -> list[Pair]:
    """A fixed number of queries, however many candidates."""
    asking = dict(challenges.values_list("pk", "lab__cluster"))
    pairs = _of(asking, pairs)
    verdicts = verdicts_on({(asking[pair.challenge], pair.company) for pair in pairs})
    return [pair for pair in pairs if verdicts[asking[pair.challenge], pair.company].is_allowed]


def _of(challenge_ids: Container[int], pairs: Iterable[Pair]) -> list[Pair]:
    """A challenge may close, or be given to a manager's hands, since its pairs were read."""
    return [pair for pair in pairs if pair.challenge in challenge_ids]


def _situation(
    challenges: QuerySet[Challenge], *, pairs: list[Pair], filled: InvitationQuerySet
) -> Situation:
    clusters = clusters_of_companies()
    places = _places(challenges, filled, clusters)
    pairs = _of({one.challenge for one in places}, pairs)
    return Situation(
        places=places,
        candidates=_companies({pair.company for pair in pairs}, clusters),
        pairs=pairs,
    )


def _companies(
    company_ids: Iterable[int], clusters: Mapping[int, tuple[int, ...]]
) -> list[Candidate]:
    asked = days_asked()
    ever = set(Invitation.objects.written().values_list("company", flat=True).distinct())
    return [
        Candidate(
            company=pk,
            asked=tuple(asked.get(pk, ())),
            is_newcomer=pk not in ever,
            clusters=clusters.get(pk, ()),
        )
        for pk in company_ids
    ]


def _places(
    challenges: QuerySet[Challenge],
    filled: InvitationQuerySet,
    clusters: Mapping[int, tuple[int, ...]],
) -> list[Places]:
    earlier = Invitation.objects.written().filter(
        company=OuterRef("company"), pk__lt=OuterRef("pk")
    )
    those = filled.filter(challenge__in=challenges).annotate(is_first=~Exists(earlier))
    written = defaultdict(list)
    for challenge, company, is_first in those.values_list("challenge", "company", "is_first"):
        written[challenge].append(Written(clusters.get(company, ()), is_first))
    rows = list(challenges.values_list("pk", "lab__cluster", "minimum", "maximum"))
    shares = shares_of_clusters({cluster for _pk, cluster, *_wanted in rows})
    return [
        places_left(
            challenge=challenge,
            minimum=minimum,
            maximum=maximum,
            shares=shares.get(cluster, Shares()),
            written=written[challenge],
        )
        for challenge, cluster, minimum, maximum in rows
    ]


def clusters_of_companies() -> dict[int, tuple[int, ...]]:
    found: dict[int, tuple[int, ...]] = {}
    for company, cluster in ClusterMembership.objects.values_list("company", "cluster"):
        found[company] = (*found.get(company, ()), cluster)
    return found


def shares_of_clusters(ids: Collection[int]) -> dict[int, Shares]:
    """By cluster organisation, for its challenges."""
    found = defaultdict(list)
    rows = NetworkShares.objects.filter(network__organisations__in=ids)
    for organisation, *wanted in rows.values_list("network__organisations", "newcomers", "cluster"):
        found[organisation].append(Shares(*wanted))
    return {organisation: strictest(shares) for organisation, shares in found.items()}


def strictest(shares: Iterable[Shares]) -> Shares:
    """What holds where an organisation is in several networks."""
    every = [Shares(), *shares]
    return Shares(max(one.newcomers for one in every), min(one.cluster for one in every))
