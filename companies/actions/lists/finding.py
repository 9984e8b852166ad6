"""Which company a row of a member list means."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower

from clusters.models import ClusterOrganisation
from companies.choices import GroundKind, Source
from companies.member_lists import FIELDS, Known, registry_key
from companies.member_lists.columns import plain
from companies.models import (
    ClusterMembership,
    Company,
    CompanyMember,
    CompanyQuerySet,
    LawfulGround,
)

COMPARED = (*FIELDS, "visibility", "is_active")
Values = Mapping[str, Any]


def known_companies(rows: Sequence[Values], cluster: ClusterOrganisation) -> list[Known | None]:
    """For each row the company it means, if any. Two queries, however many rows.

    A registry number means the same company everywhere; an address, or a name in a place, only
    among the members of this cluster organisation and those it brought from a public source, and
    only where no number contradicts.
    """
    numbered = _by_number(rows, cluster)
    named = _by_address_or_name(rows, cluster)
    found = (_with_number(row, numbered) or _without_number(row, named) for row in rows)
    return [known_of(company) if company else None for company in found]


def _by_number(rows: Sequence[Values], cluster: ClusterOrganisation) -> dict[str, list[Company]]:
    keys = {key for row in rows if (key := _key(row))}
    companies = looked_at(Company.objects.filter(registry_key__in=keys), cluster)
    return _grouped((company.registry_key, company) for company in companies)


def _by_address_or_name(
    rows: Sequence[Values], cluster: ClusterOrganisation
) -> dict[str, list[Company]]:
    addresses = {str(row["email"]).lower() for row in rows if row.get("email")}
    names = {str(row["name"]).lower() for row in rows}
    named = Company.objects.alias(address=Lower("email"), called=Lower("name")).filter(
        Q(address__in=addresses) | Q(called__in=names)
    )
    own = looked_at(named, cluster).filter(Q(is_member=True) | Q(is_brought=True))
    companies = list(own)
    return _grouped(
        pair
        for company in companies
        for pair in ((company.email.lower(), company), (_place(_stated(company)), company))
        if pair[0]
    )


def _grouped(pairs: Iterable[tuple[str, Company]]) -> dict[str, list[Company]]:
    found: defaultdict[str, list[Company]] = defaultdict(list)
    for key, company in pairs:
        found[key].append(company)
    return found


def looked_at(companies: CompanyQuerySet, cluster: ClusterOrganisation) -> CompanyQuerySet:
    """With who looks after each of them."""
    vouching = ClusterMembership.objects.filter(company=OuterRef("pk"))
    people = CompanyMember.objects.filter(company=OuterRef("pk"))
    brought = LawfulGround.objects.filter(
        company=OuterRef("pk"), kind=GroundKind.PUBLIC, cluster=cluster
    )
    return companies.order_by("-is_active", "pk").annotate(
        is_member=Exists(vouching.filter(cluster=cluster)),
        has_other_cluster=Exists(vouching.exclude(cluster=cluster)),
        has_people=Exists(people),
        is_brought=Exists(brought),
    )


def _with_number(row: Values, numbered: Mapping[str, list[Company]]) -> Company | None:
    same = numbered.get(_key(row), ())
    return next((one for one in same if _same_country(row, one)), None)


def _without_number(row: Values, named: Mapping[str, list[Company]]) -> Company | None:
    number = _key(row)
    candidates = [*named.get(str(row.get("email", "")).lower(), ()), *named.get(_place(row), ())]
    return next((one for one in candidates if not (number and one.registry_key)), None)


def _key(row: Values) -> str:
    return registry_key(str(row.get("registry_number", "")))


def _same_country(row: Values, company: Company) -> bool:
    here = str(row.get("country", ""))
    return not here or not company.country or here == str(company.country)


def _place(row: Values) -> str:
    return " | ".join(plain(str(row.get(name, ""))) for name in ("name", "city", "country"))


def known_of(company: Any) -> Known:
    claimed_and_gone = not company.is_active and (
        company.has_people or company.source != Source.IMPORTED
    )
    return Known(
        id=company.pk,
        values=_stated(company),
        is_member=company.is_member,
        is_free=(company.is_member or company.is_brought)
        and not (company.has_people or company.has_other_cluster),
        is_gone=claimed_and_gone,
    )


def _stated(company: Company) -> dict[str, Any]:
    """The profile in the form in which rows state it."""
    return {name: plain_value(getattr(company, name)) for name in COMPARED}


def plain_value(value: Any) -> Any:
    """A value of a profile as JSON can hold it and rows state it."""
    if isinstance(value, Decimal):
        return str(value.quantize(Decimal("0.01")))
    if value is None or isinstance(value, bool | int | str):
        return value
    return str(value)
