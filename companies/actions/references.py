"""The client of a reference says that it was so."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import notify
from accounts.models import User
from clusters.models import ClusterOrganisation
from companies.actions.profiles import touch
from companies.models import CompanyMember, Reference
from companies.problems import CompanyProblem


@transaction.atomic
def confirm_reference(
    *,
    reference: Reference,
    organisation: ClusterOrganisation,
    revision: int | None = None,
    by: User | None,
) -> Reference:
    """The organisation was the client, and what it read (`revision`) is true. Twice is once.

    Raises CompanyProblem when the text has changed since, when another organisation has confirmed
    it, or when the person speaks for the company as well.
    """
    row = _locked(reference)
    if revision not in {None, row.revision}:
        raise CompanyProblem(_("The reference was edited meanwhile. Read it again, please."))
    if by is not None and CompanyMember.objects.filter(company=row.company_id, user=by).exists():
        raise CompanyProblem(_("Nobody confirms the references of a company they speak for."))
    if row.confirmed_by_id == organisation.pk:
        return row
    if row.confirmed_at is not None:
        raise CompanyProblem(_("Another organisation has confirmed this reference."))
    row.confirmed_by, row.confirmed_at = organisation, timezone.now()
    _save(row)
    people = CompanyMember.objects.filter(company=row.company_id)
    notify(
        user_ids=people.values_list("user", flat=True),
        kind="reference-confirmed",
        data={"organisation": organisation.name, "reference": row.title},
        url=row.company.get_absolute_url(),
        by=by,
    )
    return row


@transaction.atomic
def take_back_confirmation(
    *, reference: Reference, organisation: ClusterOrganisation, by: User | None
) -> Reference:
    """What this organisation confirmed is a claim again. Of another's confirmation nothing."""
    row = _locked(reference)
    if row.confirmed_by_id == organisation.pk:
        row.confirmed_by, row.confirmed_at = None, None
        _save(row)
    return row


def _locked(reference: Reference) -> Reference:
    rows = Reference.objects.select_for_update(of=("self",)).select_related("company")
    row = rows.filter(pk=reference.pk).first()
    if row is None:
        raise CompanyProblem(_("This reference was removed meanwhile."))
    return row


def _save(row: Reference) -> None:
    row.save(update_fields=["confirmed_by", "confirmed_at"])
    touch(company_ids=[row.company_id])
