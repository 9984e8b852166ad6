"""Registering a company and editing what it says of itself."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from accounts.models import User
from clusters.models import ClusterOrganisation
from companies.actions.ledger import note_wish, write_down
from companies.addresses import free_slug
from companies.choices import CompanyRole, GroundKind, Source, Visibility
from companies.models import Company, CompanyMember
from companies.signals import profiles_changed
from look.problems import EditedMeanwhile
from taxonomy.models import SizeThreshold
from taxonomy.sizes import Threshold, size_class_of

PROFILE_FIELDS = frozenset(
    {
        "name", "registry_number", "website", "email", "summary", "description", "language",
        "street", "postal_code", "city", "country", "lat", "lon", "founded", "staff",
        "turnover_meur", "balance_meur", "themes", "capabilities", "countries_served",
        "languages_of_work", "visibility", "wants_invitations",
        "letter_themes", "letter_countries", "letters_per_month", "no_letters_until",
        "letter_language",
    }
)  # fmt: skip


@transaction.atomic
def register_company(
    *,
    name: str,
    fields: Mapping[str, Any],
    owner: User | None,
    source: str = Source.REGISTERED,
    listed_by: ClusterOrganisation | None = None,
    is_demonstration: bool = False,
    by: User | None,
) -> Company:
    """Make a company, with `owner` as its first owner. `fields` are of PROFILE_FIELDS.

    `listed_by` is whose member list it came with, which a first letter to it names.
    """
    company = Company(
        name=name, source=source, is_demonstration=is_demonstration, slug=free_slug(name)
    )
    _fill(company, fields)
    company.save()
    if owner is not None:
        CompanyMember.objects.create(company=company, user=owner, role=CompanyRole.OWNER)
    kind = GroundKind.REGISTERED if source == Source.REGISTERED else GroundKind.IMPORTED
    write_down(
        company_ids=[company.pk],
        kind=kind,
        source=listed_by.name if listed_by else "",
        cluster=listed_by,
        by=by,
    )
    profiles_changed.send(sender=Company, company_ids=[company.pk])
    return company


@transaction.atomic
def update_profile(
    *, company: Company, fields: Mapping[str, Any], revision: int | None = None, by: User | None
) -> Company:
    """Save what changed. `revision` is the one the person opened.

    Raises EditedMeanwhile when one of these very fields was changed since. Saving the same again
    changes nothing and announces nothing.
    """
    company = Company.objects.select_for_update().get(pk=company.pk)
    if revision is not None and _changed_since(company, revision, set(fields)):
        raise EditedMeanwhile
    before = {name: getattr(company, name) for name in fields}
    _fill(company, fields)
    if all(getattr(company, name) == value for name, value in before.items()):
        return company
    company.revision += 1
    company.save()
    if before.get("wants_invitations", company.wants_invitations) != company.wants_invitations:
        note_wish(company=company, by=by)
    profiles_changed.send(sender=Company, company_ids=[company.pk])
    return company


def _changed_since(company: Company, revision: int, names: set[str]) -> bool:
    """Whether one of the fields differs from what the history says of that revision."""
    if revision == company.revision:
        return False
    history: QuerySet[Any] = company.events  # type: ignore[attr-defined]
    opened = history.filter(revision=revision).order_by("pgh_id").last()
    return opened is None or any(getattr(opened, n) != getattr(company, n) for n in names)


@transaction.atomic
def retire_company(*, company: Company, by: User | None) -> Company:
    """Take a company out of every list and score. Its people keep nothing to sign in for."""
    company = Company.objects.select_for_update().get(pk=company.pk)
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
    rows = SizeThreshold.objects.valid_on(timezone.localdate())
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


def _fill(company: Company, fields: Mapping[str, Any]) -> None:
    unknown = set(fields) - PROFILE_FIELDS
    if unknown:
        raise TypeError(f"Not fields of a profile: {', '.join(sorted(unknown))}")
    for name, value in fields.items():
        setattr(company, name, value)
    figures = {name: getattr(company, name) for name in ("staff", "turnover_meur", "balance_meur")}
    company.size_class = computed_size(figures, thresholds_today())
