"""Taking an import back, as far as nobody built on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from companies.actions.ledger import write_down
from companies.actions.lists.importing import (
    BLOCK,
    DONE_SOMETHING,
    real_values,
    store_companies,
)
from companies.actions.lists.uploading import store_outcomes
from companies.choices import GroundKind, ImportState, RowOutcome
from companies.models import ClusterMembership, Company, CompanyMember, MemberList, MemberListRow
from companies.problems import CompanyProblem
from companies.signals import profiles_changed


@dataclass(frozen=True)
class Done:
    """What a row did: to which company, and what the import noted down to undo it."""

    row: MemberListRow
    company: Company
    before: dict[str, Any]

    def was(self, outcome: str) -> bool:
        return self.row.outcome == outcome


@transaction.atomic
def start_undo(*, member_list: MemberList, by: User) -> MemberList:
    """Let the worker retire what the import made, restore what it changed, end memberships.

    A company that was edited or claimed since stays as it is; its row says so (`before.stays`).
    """
    member_list = _locked(member_list.pk)
    if member_list.state != ImportState.DONE:
        raise CompanyProblem(_("Only a finished import can be undone, and only once."))
    if not _done_rows(member_list).exists():
        raise CompanyProblem(
            _("What undoing needs is kept for 30 days only. This import is older.")
        )
    member_list.state = ImportState.UNDOING
    member_list.rows_done = member_list.reached = 0
    member_list.moved_at = timezone.now()
    member_list.save(update_fields=["state", "rows_done", "reached", "moved_at"])
    return member_list


@transaction.atomic
def undo_block(*, member_list_id: int, by: None = None) -> bool:
    """Undo the next block. Returns whether more remains; twice at once is once after another."""
    member_list = _locked(member_list_id)
    if member_list.state != ImportState.UNDOING:
        return False
    rows = list(member_list.rows.filter(number__gt=member_list.reached)[:BLOCK])
    if rows:
        free = _undo_rows(rows, member_list)
        member_list.rows_done += len(rows)
        member_list.reached = rows[-1].number
        member_list.moved_at = timezone.now()
        member_list.save(update_fields=["rows_done", "reached", "moved_at"])
        if free:
            profiles_changed.send(sender=Company, company_ids=free)
    if len(rows) == BLOCK:
        return True
    member_list.state = ImportState.UNDONE
    member_list.save(update_fields=["state"])
    return False


def _locked(pk: int) -> MemberList:
    return MemberList.objects.select_for_update(of=("self",)).get(pk=pk)


def _done_rows(member_list: MemberList) -> QuerySet[MemberListRow]:
    return member_list.rows.filter(outcome__in=DONE_SOMETHING, before__isnull=False)


def _undo_rows(rows: Sequence[MemberListRow], member_list: MemberList) -> list[int]:
    """Returns the ids of the companies that are as they were."""
    done = _done(rows)
    claimed = _claimed([one.company for one in done])
    free = [one for one in done if _untouched(one, claimed)]
    kept = {one.row.pk for one in free}
    _mark_staying([one for one in done if one.row.pk not in kept])
    _retire([one for one in free if one.was(RowOutcome.NEW)])
    changed = [one for one in free if one.was(RowOutcome.CHANGED)]
    _restore(changed)
    _note_end(changed, member_list)
    _end_memberships([one for one in free if not one.was(RowOutcome.NEW)], member_list)
    return [one.company.pk for one in free]


def _done(rows: Sequence[MemberListRow]) -> list[Done]:
    acted = [row for row in rows if row.outcome in DONE_SOMETHING and row.company_id]
    locked = Company.objects.select_for_update(of=("self",))
    companies = locked.in_bulk([row.company_id for row in acted])
    return [
        Done(row, companies[row.company_id], row.before)
        for row in acted
        if row.company_id is not None and row.before is not None
    ]


def _claimed(companies: Sequence[Company]) -> set[int]:
    people = CompanyMember.objects.filter(company__in=companies)
    return set(people.values_list("company_id", flat=True))


def _untouched(one: Done, claimed: set[int]) -> bool:
    if one.was(RowOutcome.ADDED):
        return True
    return one.company.pk not in claimed and one.company.revision == one.before["revision"]


def _mark_staying(done: Sequence[Done]) -> None:
    for one in done:
        one.before["stays"] = True
    store_outcomes([one.row for one in done])


def _retire(done: Sequence[Done]) -> None:
    """They stay members unseen, so that importing the list again finds them."""
    Company.objects.filter(pk__in=[one.company.pk for one in done]).update(
        is_active=False, revision=F("revision") + 1, updated_at=timezone.now()
    )


def _restore(done: Sequence[Done]) -> None:
    names = {"revision"}
    for one in done:
        before = real_values(one.before["fields"])
        for name, value in before.items():
            setattr(one.company, name, value)
        one.company.revision += 1
        names |= set(before)
    store_companies([one.company for one in done], names)


def _note_end(done: Sequence[Done], member_list: MemberList) -> None:
    """Where their address came from before is its source again."""
    with_address = [one.company.pk for one in done if "email" in one.before["fields"]]
    write_down(
        company_ids=with_address,
        kind=GroundKind.LIST_UNDONE,
        source=member_list.as_source,
        cluster=member_list.cluster,
        by=member_list.created_by,
    )


def _end_memberships(done: Sequence[Done], member_list: MemberList) -> None:
    """Those that the import gave. Who came from a public source is no member again."""
    given = [one.company.pk for one in done if one.before.get("membership")]
    ClusterMembership.objects.filter(cluster=member_list.cluster_id, company__in=given).delete()
    Company.objects.filter(pk__in=given).update(revision=F("revision") + 1)
