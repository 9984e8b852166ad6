"""A company is erased for good, and what was said against letters to it outlives it."""

from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.actions import forget_notices
from accounts.models import User
from companies.choices import OBJECTIONS, CompanyRole, GroundKind, Visibility
from companies.models import Company, MemberListRow
from companies.signals import companies_erased, profiles_changed
from mail.actions import forget, suppress
from mail.choices import StopReason
from mail.models import hash_of, tidy

# What points at a company or a person in it. Country, size class, themes and capabilities stay:
# they are needed for counting, and say nothing of anybody. What it is called where it is still
# shown is for the reader's language (`Company.__str__`).
BLANK: dict[str, Any] = {
    "name": "",
    "registry_number": "",
    "website": "",
    "email": "",
    "summary": "",
    "description": "",
    "street": "",
    "postal_code": "",
    "city": "",
    "lat": None,
    "lon": None,
    "founded": None,
    "staff": None,
    "turnover_meur": None,
    "balance_meur": None,
}


@transaction.atomic
def erase_company(*, company: Company, by: User | None) -> Company:
    """Blank a company, its history and its ledger's words; twice is safe. Nothing brings it back.

    Its people stop speaking for it and keep their accounts. Applications that arrived belong to
    those who received them. Whoever objected to letters, or switched them off, is remembered by
    the hash of the address, and so gets none when a list brings the company again.
    """
    company = Company.objects.select_for_update().get(pk=company.pk)
    if company.erased_at is not None:
        return company
    addresses, names = _addresses_of(company), _names_of(company)
    _remember_objections(company, addresses, by)
    forget_notices(company_names=names, slug=company.slug, by=by)
    _blank(company)
    _forget_rows_about(company, addresses, names)
    companies_erased.send(sender=Company, company_ids=[company.pk])
    profiles_changed.send(sender=Company, company_ids=[company.pk])
    for address in addresses:
        # Its letters may be another company's too.
        if not Company.objects.active().written_to_at(hash_of(address)).exists():
            forget(address=address, by=by)
    return company


def _history(company: Company) -> QuerySet[Any]:
    rows: QuerySet[Any] = company.events.order_by()  # type: ignore[attr-defined]
    return rows


def _addresses_of(company: Company) -> set[str]:
    """Every address that was ever on file."""
    earlier = _history(company).values_list("email", flat=True).distinct()
    return {tidy(address) for address in [company.email, *earlier] if address}


def _names_of(company: Company) -> set[str]:
    return {company.name, *_history(company).values_list("name", flat=True).distinct()} - {""}


def _remember_objections(company: Company, addresses: set[str], by: User | None) -> None:
    if company.grounds.filter(kind__in=OBJECTIONS).exists():
        reason = StopReason.OBJECTED
    elif not company.wants_invitations:
        reason = StopReason.ASKED
    else:
        return
    said = company.grounds.filter(kind__in=[*OBJECTIONS, GroundKind.STOPPED])
    traces = {hash_of(address) for address in addresses | _owners_written_to(company)}
    for trace in traces.union(said.exclude(address_hash="").values_list("address_hash", flat=True)):
        suppress(address_hash=trace, reason=reason, by=by)


def _owners_written_to(company: Company) -> set[str]:
    """Letters went to owners while there was no address on file.

    Their addresses are remembered and not forgotten: what else came there is of their accounts.
    """
    if company.email and not _history(company).filter(email="").exists():
        return set()
    owners = company.members.filter(role=CompanyRole.OWNER)
    return {tidy(address) for address in owners.values_list("user__email", flat=True)}


def _blank(company: Company) -> None:
    for name, value in BLANK.items():
        setattr(company, name, value)
    company.slug = f"erased-{company.pk}"
    company.visibility = Visibility.CLUSTER
    company.is_active = company.wants_invitations = False
    company.erased_at = timezone.now()
    company.revision += 1
    company.save()
    _history(company).delete()
    company.grounds.update(proof="", source="", address_hash="")


def _forget_rows_about(company: Company, addresses: set[str], names: set[str]) -> None:
    """What hangs on the company, and rows of uploaded lists that name it."""
    for rows in (
        company.solutions,
        company.references,
        company.members,
        company.claims,
        company.colleague_letters,
        company.cluster_memberships,
    ):
        rows.all().delete()
    told = Q(company=company)
    for words in addresses | names:
        told |= Q(cells__contains=[words])
    MemberListRow.objects.filter(told).delete()
