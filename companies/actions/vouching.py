"""Which cluster organisations vouch for a company."""

from collections.abc import Iterable

from django.db import transaction
from django.urls import reverse

from accounts.actions import notify
from accounts.models import User
from clusters.models import ClusterOrganisation
from companies.actions.profiles import touch
from companies.models import ClusterMembership, Company, CompanyMember


@transaction.atomic
def vouch(*, companies: Iterable[Company], cluster: ClusterOrganisation, by: User | None) -> int:
    """Make companies members of a cluster organisation; those who are stay.

    Returns how many are new.
    """
    new = vouch_quietly(companies=companies, cluster=cluster)
    touch(company_ids=sorted(new))
    tell_of_membership(company_ids=new, cluster=cluster, by=by)
    return len(new)


def vouch_quietly(*, companies: Iterable[Company], cluster: ClusterOrganisation) -> set[int]:
    """The rows alone: whoever calls this announces it. Returns the ids of the new members."""
    wanted = {company.pk for company in companies}
    known = ClusterMembership.objects.filter(cluster=cluster, company__in=wanted)
    new = wanted - set(known.values_list("company_id", flat=True))
    ClusterMembership.objects.bulk_create(
        [ClusterMembership(company_id=pk, cluster=cluster) for pk in sorted(new)],
        ignore_conflicts=True,
        batch_size=1000,
    )
    return new


def tell_of_membership(
    *, company_ids: Iterable[int], cluster: ClusterOrganisation, by: User | None
) -> None:
    """The people of a company hear who says that it is a member, so that they can object."""
    people = CompanyMember.objects.filter(company__in=company_ids, company__is_active=True)
    for member in people.select_related("company"):
        notify(
            user_ids=[member.user_id],
            kind="company-vouched",
            data={"cluster": cluster.name, "company": member.company.name},
            url=reverse("companies:edit", args=[member.company.slug, "visibility"]),
            by=by,
        )


@transaction.atomic
def end_membership(*, company: Company, cluster: ClusterOrganisation, by: User | None) -> None:
    """The cluster organisation vouches no longer, or the company says that it is not a member."""
    deleted, _kinds = company.cluster_memberships.filter(cluster=cluster).delete()
    if deleted:
        touch(company_ids=[company.pk])
