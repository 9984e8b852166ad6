"""Taking an import back, as far as nobody built on it."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from companies.actions.lists.importing import DONE_SOMETHING, real_values, store_companies
from companies.actions.lists.uploading import store_outcomes
from companies.choices import ImportState, RowOutcome
from companies.models import ClusterMembership, Company, CompanyMember, MemberList, MemberListRow
from companies.problems import CompanyProblem
from companies.signals import profiles_changed


@transaction.atomic
def undo_import(*, member_list: MemberList, by: User) -> MemberList:
    """Retire what the import made, restore what it changed, end memberships it gave.

    A company that was edited or claimed since stays as it is; its row says so (`before.stays`).
    """
    member_list = MemberList.objects.select_for_update(of=("self",)).get(pk=member_list.pk)
    if member_list.state != ImportState.DONE:
        raise CompanyProblem(_("Only a finished import can be undone, and only once."))
    rows = list(member_list.rows.filter(outcome__in=DONE_SOMETHING, company__isnull=False))
    companies = Company.objects.select_for_update(of=("self",)).in_bulk(
        [row.company_id for row in rows]
    )
    claimed = set(
        CompanyMember.objects.filter(company__in=companies).values_list("company_id", flat=True)
    )
    free = [row for row in rows if _untouched(row, companies, claimed)]
    kept = {row.pk for row in free}
    _mark_staying([row for row in rows if row.pk not in kept])
    _retire([row for row in free if row.outcome == RowOutcome.NEW])
    _restore([row for row in free if row.outcome == RowOutcome.CHANGED], companies)
    _end_memberships([row for row in free if row.outcome != RowOutcome.NEW], member_list)
    member_list.state = ImportState.UNDONE
    member_list.save(update_fields=["state"])
    if free:
        profiles_changed.send(sender=Company, company_ids=[row.company_id for row in free])
    return member_list


def _untouched(row: MemberListRow, companies: Mapping[int, Company], claimed: set[int]) -> bool:
    if row.outcome == RowOutcome.ADDED:
        return True
    return row.company_id not in claimed and (
        companies[row.company_id].revision == row.before["revision"]
    )


def _mark_staying(rows: Sequence[MemberListRow]) -> None:
    for row in rows:
        row.before["stays"] = True
    store_outcomes(rows)


def _retire(rows: Sequence[MemberListRow]) -> None:
    """They stay members unseen, so that importing the list again finds them."""
    Company.objects.filter(pk__in=[row.company_id for row in rows]).update(
        is_active=False, revision=F("revision") + 1, updated_at=timezone.now()
    )


def _restore(rows: Sequence[MemberListRow], companies: Mapping[int, Company]) -> None:
    names: set[str] = set()
    for row in rows:
        company = companies[row.company_id]
        before: dict[str, Any] = real_values(row.before["fields"])
        for name, value in before.items():
            setattr(company, name, value)
        company.revision += 1
        names |= set(before)
    store_companies([companies[row.company_id] for row in rows], names | {"revision"})


def _end_memberships(rows: Sequence[MemberListRow], member_list: MemberList) -> None:
    given = [row.company_id for row in rows if row.before.get("membership")]
    ClusterMembership.objects.filter(cluster=member_list.cluster_id, company__in=given).delete()
    added = [row.company_id for row in rows if row.outcome == RowOutcome.ADDED]
    Company.objects.filter(pk__in=added).update(revision=F("revision") + 1)
