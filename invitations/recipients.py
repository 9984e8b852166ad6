"""From models to what the gate judges: the only translator. As many queries for one as for all."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from django.db.models.expressions import RawSQL

from clusters.choices import MemberRole
from clusters.models import Membership
from companies.choices import OBJECTIONS, REQUESTS, GroundKind
from companies.contacts import ADDRESS, with_address
from companies.models import ClusterMembership, Company, LawfulGround
from companies.models.grounds import holds_for
from invitations.choices import LIST, Refusal
from invitations.gate import CountryRule, Kind, Recipient, Rule, Table, Verdict, judge
from invitations.models import CountryRule as CountryRuleRow
from mail.actions import why_suppressed
from mail.choices import StopReason
from mail.models import hash_of
from mail.sets import in_braces

# The cluster organisation that asks, and the company.
Pair = tuple[int, int]
# An address that does not take letters is no objection of anybody.
_STOPS = {
    StopReason.UNDELIVERABLE.value: Refusal.DEAD_ADDRESS,
    StopReason.OBJECTED.value: Refusal.OBJECTED,
    StopReason.SAID.value: Refusal.OBJECTED,
    StopReason.COMPLAINED.value: Refusal.OBJECTED,
}


def table_in_force() -> Table:
    rows = CountryRuleRow.objects.in_force().values_list("country", "kind", "rule", "since")
    return {
        (country, Kind(kind)): CountryRule(Rule(rule), since) for country, kind, rule, since in rows
    }


def verdicts_on(pairs: Collection[Pair]) -> dict[Pair, Verdict]:
    """What the gate says of each company that a cluster organisation would write to."""
    if not pairs:
        return {}
    table = table_in_force()
    known = _known({company for _cluster, company in pairs})
    return {pair: judge(known.recipient(*pair), table) for pair in pairs}


def acquainted(pairs: Collection[Pair]) -> set[Pair]:
    """Those whose cluster organisation vouches for the company, or says that it knows it."""
    company_ids = {company for _cluster, company in pairs}
    vouching = ClusterMembership.objects.filter(company__in=_these(company_ids)).order_by()
    nominating = LawfulGround.objects.filter(company__in=_these(company_ids)).nominations()
    near = {
        *vouching.values_list("cluster", "company"),
        *nominating.order_by().values_list("cluster", "company"),
    }
    return near & set(pairs)


def objection_at(address: str) -> str:
    """What stands on record against any letter to this address, as a `Refusal`, or nothing.

    Of the address itself, and of companies whose letters go there.
    """
    stop = why_suppressed(addresses=[address], list_name=LIST).get(address, "")
    if stop:
        return str(_STOPS.get(stop, Refusal.STOPPED))
    companies = Company.objects.active().written_to_at(hash_of(address))
    known = _known(set(companies.values_list("pk", flat=True)))
    objections = (
        _objection(known.noted.get(pk, _NOTHING), wants=wants, stop="")
        for pk, (_country, _staff, wants) in known.companies.items()
    )
    return next((str(one) for one in objections if one), "")


def _these(ids: Collection[int]) -> RawSQL:
    """One parameter however many ids: a hundred thousand by themselves are slow to write down."""
    return RawSQL("SELECT unnest(%s::bigint[])", [in_braces(ids)])


@dataclass(frozen=True)
class _Noted:
    """What the ledger says of a company."""

    asked_on: date | None = None
    published_on: date | None = None
    has_objected: bool = False
    nominated_by: tuple[int, ...] = ()


_NOTHING = _Noted()


@dataclass(frozen=True)
class _Known:
    """All that is on record of some companies."""

    companies: Mapping[int, tuple[str, int | None, bool]]
    addresses: Mapping[int, str]
    stopped: Mapping[str, str]
    noted: Mapping[int, _Noted]
    clusters: Mapping[int, list[int]]
    can_relay: set[int]

    def recipient(self, cluster: int, company: int) -> Recipient:
        country, staff, wants = self.companies[company]
        address = self.addresses.get(company, "")
        noted = self.noted.get(company, _NOTHING)
        vouching = self.clusters.get(company, [])
        return Recipient(
            country=country,
            address=address,
            is_own_member=cluster in vouching,
            asked_on=noted.asked_on,
            published_on=noted.published_on,
            objection=_objection(noted, wants=wants, stop=self.stopped.get(address, "")),
            is_one_person=staff is not None and staff <= 1,
            relay=self._relay(vouching, noted.nominated_by, cluster),
        )

    def _relay(
        self, vouching: Sequence[int], nominated_by: Sequence[int], asking: int
    ) -> int | None:
        """Who asks and said that it knows the company, or else the first of the others near it.

        Each needs a manager to read of it.
        """
        itself = [asking] if asking in nominated_by else []
        others = [one for one in (*vouching, *nominated_by) if one != asking]
        return next((one for one in (*itself, *others) if one in self.can_relay), None)


def _objection(noted: _Noted, *, wants: bool, stop: str) -> str:
    if noted.has_objected:
        return Refusal.OBJECTED
    if not wants:
        return Refusal.OPTED_OUT
    return _STOPS.get(stop, Refusal.STOPPED) if stop else ""


def _known(company_ids: Collection[int]) -> _Known:
    clusters = _clusters(company_ids)
    rows = with_address(Company.objects.filter(pk__in=_these(company_ids))).order_by()
    told = list(rows.values_list("pk", "country", "staff", "wants_invitations", ADDRESS))
    addresses = {pk: address for pk, *_facts, address in told if address}
    noted = _noted(company_ids, addresses)
    nominating = {cluster for one in noted.values() for cluster in one.nominated_by}
    near = nominating.union(*clusters.values())
    managers = Membership.objects.filter(role=MemberRole.MANAGER, organisation__in=near)
    return _Known(
        companies={pk: (country, staff, wants) for pk, country, staff, wants, _address in told},
        addresses=addresses,
        stopped=why_suppressed(addresses=addresses.values(), list_name=LIST),
        noted=noted,
        clusters=clusters,
        can_relay=set(managers.values_list("organisation", flat=True).distinct()),
    )


def _noted(company_ids: Collection[int], addresses: Mapping[int, str]) -> dict[int, _Noted]:
    """The first request counts, however often it was repeated; it holds for one address."""
    rows = LawfulGround.objects.filter(company__in=_these(company_ids)).order_by("pk")
    found: dict[int, _Noted] = {}
    fields = ("company", "kind", "address_hash", "since", "cluster")
    for company, kind, trace, since, cluster in rows.values_list(*fields):
        if holds_for(kind, trace, addresses.get(company, "")):
            found[company] = _noted_too(found.get(company, _NOTHING), kind, since, cluster)
    return found


@lru_cache(maxsize=1000)
def _noted_too(noted: _Noted, kind: str, since: date, cluster: int | None) -> _Noted:
    """Thousands of companies have the same entries."""
    if kind in REQUESTS:
        return replace(noted, asked_on=noted.asked_on or since)
    if kind == GroundKind.PUBLISHED:
        return replace(noted, published_on=noted.published_on or since)
    if kind == GroundKind.NOMINATED:
        return replace(noted, nominated_by=(*noted.nominated_by, *([cluster] if cluster else [])))
    if kind == GroundKind.UNNOMINATED:
        rest = tuple(one for one in noted.nominated_by if one != cluster)
        return replace(noted, nominated_by=rest)
    return replace(noted, has_objected=noted.has_objected or kind in OBJECTIONS)


def _clusters(company_ids: Collection[int]) -> dict[int, list[int]]:
    found = defaultdict(list)
    rows = ClusterMembership.objects.filter(company__in=_these(company_ids)).order_by("pk")
    for company, cluster in rows.values_list("company", "cluster"):
        found[company].append(cluster)
    return dict(found)
