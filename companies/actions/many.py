"""Registering many companies at once."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from accounts.models import User
from clusters.models import ClusterOrganisation
from companies.actions.ledger import write_down
from companies.actions.profiles import computed_size, thresholds_today
from companies.addresses import free_slugs
from companies.choices import GroundKind, Source
from companies.models import ClusterMembership, Company
from companies.signals import profiles_changed


@transaction.atomic
def register_companies(
    *, entries: Sequence[Mapping[str, Any]], cluster: ClusterOrganisation, by: User | None
) -> list[Company]:
    """Companies nobody owns yet, vouched for by `cluster`. Three statements and one announcement.

    Each entry holds `name` and fields of a profile.
    """
    thresholds = thresholds_today()
    slugs = free_slugs([str(entry["name"]) for entry in entries])
    companies = [
        Company(
            **entry,
            slug=slug,
            source=Source.IMPORTED,
            size_class=computed_size(entry, thresholds),
        )
        for entry, slug in zip(entries, slugs, strict=True)
    ]
    Company.objects.bulk_create(companies, batch_size=500)
    ClusterMembership.objects.bulk_create(
        [ClusterMembership(company=company, cluster=cluster) for company in companies],
        batch_size=1000,
    )
    write_down(
        company_ids=[company.pk for company in companies],
        kind=GroundKind.IMPORTED,
        source=cluster.name,
        cluster=cluster,
        by=by,
    )
    profiles_changed.send(sender=Company, company_ids=[company.pk for company in companies])
    return companies
