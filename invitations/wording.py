"""How an invitation is told: whom it names, and its reasons as sentences."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import translation

from accounts.models import User
from companies.models import ClusterMembership, Company
from invitations.models import Invitation
from matching.scoring import Finding
from matching.showing import unnamed
from matching.wording import sentence


def with_names(notices: Sequence[Mapping[str, Any]], reader: User) -> list[Mapping[str, Any]]:
    """What the sentences of notices show: each company as the reader may know it now."""
    ids = {data["company_id"] for data in notices if "company_id" in data}
    seen = Company.objects.visible_to(reader).filter(pk__in=ids)
    names: dict[int | None, str] = dict(seen.values_list("pk", "name"))
    vouched = ClusterMembership.objects.filter(company__in=ids - names.keys()).order_by("-pk")
    for company_id, cluster in vouched.values_list("company", "cluster__name"):
        names[company_id] = unnamed(cluster)
    return [
        {**data, "company": names.get(data.get("company_id")) or unnamed("")} for data in notices
    ]


def reasons_in(invitation: Invitation, language: str, *, anonymous: bool = False) -> list[str]:
    """The top reasons as sentences in a language."""
    findings = [Finding.from_data(entry) for entry in invitation.reasons]
    with translation.override(language):
        return [sentence(finding.reason, anonymous=anonymous) for finding in findings]
