"""How notices about pairs are told: whom they name, and their criteria in the reader's words."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from accounts.models import User
from accounts.permissions import Person
from companies.models import ClusterMembership, Company
from matching.showing import unnamed
from matching.wording import criterion_label

Data = Mapping[str, Any]


def with_names(notices: Sequence[Data], reader: User) -> list[Data]:
    """What the sentences of notices show: each company as the reader may know it now."""
    names = names_of((data["company_id"] for data in notices if "company_id" in data), reader)
    return [
        {**data, "company": names.get(data.get("company_id")) or unnamed("")} for data in notices
    ]


def with_criteria(notices: Sequence[Data], reader: User) -> list[Data]:
    return [{**data, "criterion": criterion_label(data["criterion"])} for data in notices]


def names_of(company_ids: Iterable[int], reader: Person) -> dict[int | None, str]:
    """What to call each of the companies, none left out. Two queries however many."""
    ids = set(company_ids)
    seen = Company.objects.visible_to(reader).filter(pk__in=ids)
    names = {company.pk: str(company) for company in seen.only("name")}
    vouched = ClusterMembership.objects.filter(company__in=ids - names.keys()).order_by("-pk")
    clusters = dict(vouched.values_list("company", "cluster__name"))
    return {pk: names.get(pk) or unnamed(clusters.get(pk, "")) for pk in ids}
