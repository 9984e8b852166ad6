"""Registering a company and editing what it says of itself."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from slugify import slugify

from accounts.models import User
from clusters.models import ClusterOrganisation
from companies.choices import CompanyRole, Source, Visibility
from companies.models import ClusterMembership, Company, CompanyMember, Reference, Solution
from companies.problems import EditedMeanwhile
from companies.signals import profiles_changed
from taxonomy.models import SizeThreshold
from taxonomy.sizes import Threshold, size_class_of

PROFILE_FIELDS = frozenset(
    {
        "name", "registry_number", "website", "email", "summary", "description", "language",
        "street", "postal_code", "city", "country", "lat", "lon", "founded", "staff",
        "turnover_meur", "balance_meur", "themes", "capabilities", "countries_served",
        "languages_of_work", "visibility", "wants_invitations",
    }
)  # fmt: skip


@transaction.atomic
def register_company(
    *,
    name: str,
    fields: Mapping[str, Any],
    owner: User | None,
    source: str = Source.REGISTERED,
    is_demonstration: bool = False,
    by: User | None,
) -> Company:
    """Make a company, with `owner` as its first owner. `fields` are of PROFILE_FIELDS."""
    company = Company(
        name=name, source=source, is_demonstration=is_demonstration, slug=free_slug(name)
    )
    _fill(company, fields)
    company.save()
    if owner is not None:
        CompanyMember.objects.create(company=company, user=owner, role=CompanyRole.OWNER)
    profiles_changed.send(sender=Company, company_ids=[company.pk])
    return company


@transaction.atomic
def update_profile(
    *, company: Company, fields: Mapping[str, Any], revision: int | None = None, by: User | None
) -> Company:
    """Save what changed. With `revision`, the one the person opened, an edit in between is refused.

    Raises EditedMeanwhile. Saving the same again changes nothing and announces nothing.
    """
    company = Company.objects.select_for_update().get(pk=company.pk)
    if revision is not None and revision != company.revision:
        raise EditedMeanwhile
    before = {name: getattr(company, name) for name in fields}
    _fill(company, fields)
    if all(getattr(company, name) == value for name, value in before.items()):
        return company
    company.revision += 1
    company.save()
    profiles_changed.send(sender=Company, company_ids=[company.pk])
    return company


@transaction.atomic
def save_solution(
    *,
    company: Company,
    fields: Mapping[str, Any],
    solution: Solution | None = None,
    by: User | None,
) -> Solution:
    """Add a solution, or change the one given."""
    solution = solution or Solution(company=company)
    for name, value in fields.items():
        setattr(solution, name, value)
    solution.save()
    touch(company_ids=[company.pk])
    return solution


@transaction.atomic
def remove_solution(*, solution: Solution, by: User | None) -> None:
    """Take a solution off the profile; applications that named it keep their text."""
    company_id = solution.company_id
    solution.delete()
    touch(company_ids=[company_id])


@transaction.atomic
def save_reference(
    *,
    company: Company,
    fields: Mapping[str, Any],
    reference: Reference | None = None,
    by: User | None,
) -> Reference:
    """Add a reference, or change the one given."""
    reference = reference or Reference(company=company)
    for name, value in fields.items():
        setattr(reference, name, value)
    reference.save()
    touch(company_ids=[company.pk])
    return reference


@transaction.atomic
def remove_reference(*, reference: Reference, by: User | None) -> None:
    """Take a reference off the profile."""
    company_id = reference.company_id
    reference.delete()
    touch(company_ids=[company_id])


@transaction.atomic
def vouch(*, companies: Iterable[Company], cluster: ClusterOrganisation, by: User | None) -> int:
    """Make companies members of a cluster organisation; those who are stay. Returns how many are new."""
    rows = [ClusterMembership(company=company, cluster=cluster) for company in companies]
    known = ClusterMembership.objects.filter(cluster=cluster).count()
    ClusterMembership.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)
    touch(company_ids=[row.company_id for row in rows])
    return ClusterMembership.objects.filter(cluster=cluster).count() - known


@transaction.atomic
def end_membership(*, company: Company, cluster: ClusterOrganisation, by: User | None) -> None:
    """The cluster organisation vouches no longer."""
    company.cluster_memberships.filter(cluster=cluster).delete()
    touch(company_ids=[company.pk])


@transaction.atomic
def retire_company(*, company: Company, by: User | None) -> Company:
    """Take a company out of every list and score. Its people keep nothing to sign in for."""
    company.is_active = False
    company.visibility = Visibility.CLUSTER
    company.revision += 1
    company.save(update_fields=["is_active", "visibility", "revision", "updated_at"])
    profiles_changed.send(sender=Company, company_ids=[company.pk])
    return company


def touch(*, company_ids: list[int]) -> None:
    """Part of a profile changed: its revision grows, and later rooms are told."""
    Company.objects.filter(pk__in=company_ids).update(
        revision=F("revision") + 1, updated_at=timezone.now()
    )
    profiles_changed.send(sender=Company, company_ids=list(company_ids))


def thresholds_today() -> list[Threshold]:
    """The size limits in force today, smallest class first."""
    rows = SizeThreshold.objects.valid_on(timezone.now().date())
    return [row.as_threshold() for row in rows]


def computed_size(fields: Mapping[str, Any], thresholds: list[Threshold]) -> str:
    """The size class for the figures in `fields`, empty when the people are not stated."""
    turnover, balance = fields.get("turnover_meur"), fields.get("balance_meur")
    return (
        size_class_of(
            staff=fields.get("staff"),
            turnover_meur=None if turnover is None else float(turnover),
            balance_meur=None if balance is None else float(balance),
            thresholds=thresholds,
        )
        or ""
    )


def free_slug(name: str) -> str:
    """A readable address nobody has yet."""
    stem = slugify(name, max_length=70) or "company"
    if not Company.objects.filter(slug=stem).exists():
        return stem
    taken = set(Company.objects.filter(slug__startswith=f"{stem}-").values_list("slug", flat=True))
    return next(slug for n in range(2, 10**6) if (slug := f"{stem}-{n}") not in taken)


def _fill(company: Company, fields: Mapping[str, Any]) -> None:
    unknown = set(fields) - PROFILE_FIELDS
    if unknown:
        raise TypeError(f"Not fields of a profile: {', '.join(sorted(unknown))}")
    for name, value in fields.items():
        setattr(company, name, value)
    figures = {name: getattr(company, name) for name in ("staff", "turnover_meur", "balance_meur")}
    company.size_class = computed_size(figures, thresholds_today())
