"""The import itself, in blocks that each stand or fall as one."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import notify
from accounts.models import User
from clusters.models import ClusterOrganisation
from companies.actions.ledger import write_down
from companies.actions.lists.finding import known_companies, plain_value
from companies.actions.lists.uploading import check_list, ground_of, stated, store_outcomes
from companies.actions.profiles import computed_size, thresholds_today
from companies.actions.vouching import tell_of_membership, vouch_quietly
from companies.addresses import free_slugs
from companies.choices import GroundKind, ImportState, RowOutcome, Source
from companies.member_lists import Known, Verdict, read_row, verdict_of
from companies.models import Company, MemberList, MemberListRow
from companies.problems import CompanyProblem
from companies.signals import profiles_changed
from taxonomy.sizes import Threshold

BLOCK = 500
PATIENCE = timedelta(minutes=2)
DONE_SOMETHING = (RowOutcome.NEW, RowOutcome.CHANGED, RowOutcome.ADDED)
AMOUNTS = ("turnover_meur", "balance_meur")


@transaction.atomic
def start_import(*, member_list: MemberList, by: User) -> MemberList:
    """Check once more and let the worker begin. Also carries on after a failure."""
    member_list = _locked(member_list.pk)
    if member_list.state == ImportState.CHECKED:
        check_list(member_list=member_list, by=by)
    elif member_list.state != ImportState.FAILED:
        raise CompanyProblem(_("This list is being imported already, or was imported before."))
    if not member_list.rows.filter(outcome__in=DONE_SOMETHING).exists():
        raise CompanyProblem(_("There is nothing to import: no row is new or changes anything."))
    member_list.state = ImportState.RUNNING
    member_list.moved_at = timezone.now()
    member_list.save(update_fields=["state", "moved_at"])
    return member_list


@transaction.atomic
def import_block(*, member_list_id: int, by: None = None) -> bool:
    """Import the next block. Returns whether more remains; twice at once is once after another.

    After the last block the import is done, and its companies are announced together.
    """
    member_list = _locked(member_list_id)
    if member_list.state != ImportState.RUNNING:
        return False
    # Two imports into one cluster organisation must not make the same company twice.
    cluster = ClusterOrganisation.objects.select_for_update(no_key=True).get(
        pk=member_list.cluster_id
    )
    rows = list(member_list.rows.filter(number__gt=member_list.reached)[:BLOCK])
    if rows:
        _import_rows(
            [row for row in rows if row.outcome != RowOutcome.FAULTY], member_list, cluster
        )
        member_list.rows_done += len(rows)
        member_list.reached = rows[-1].number
        member_list.moved_at = timezone.now()
        member_list.save(update_fields=["rows_done", "reached", "moved_at"])
    if len(rows) == BLOCK:
        return True
    _finish(member_list, cluster)
    return False


@transaction.atomic
def fail_import(*, member_list_id: int, by: None = None) -> MemberList:
    """What was imported stays; the manager may carry on from there."""
    member_list = _locked(member_list_id)
    if member_list.state == ImportState.RUNNING:
        member_list.state = ImportState.FAILED
        member_list.save(update_fields=["state"])
    return member_list


def stuck_lists(*, state: str, by: None = None) -> list[int]:
    """Lists being imported or undone whose worker died or was never called."""
    stuck = MemberList.objects.filter(state=state, moved_at__lt=timezone.now() - PATIENCE)
    return list(stuck.values_list("pk", flat=True))


def _locked(pk: int) -> MemberList:
    return MemberList.objects.select_for_update(of=("self",)).get(pk=pk)


def _import_rows(
    rows: Sequence[MemberListRow], member_list: MemberList, cluster: ClusterOrganisation
) -> None:
    ground = ground_of(member_list)
    values = [stated(read_row(row.cells, ground)[0], member_list) for row in rows]
    known = known_companies(values, cluster)
    joining = member_list.names_members
    verdicts = [
        verdict_of(v, company, as_members=joining) for v, company in zip(values, known, strict=True)
    ]
    thresholds = thresholds_today()
    judged = list(zip(rows, verdicts, known, strict=True))
    for row, verdict, company in judged:
        row.outcome, row.before = verdict.outcome, None
        row.company_id = company.id if company else None
    _make_new([(row, v) for row, v, k in judged if k is None], member_list, thresholds)
    _change([(row, v, k) for row, v, k in judged if k and v.outcome == "changed"], thresholds)
    if joining:
        _vouch([row for row in rows if row.company_id], cluster)
    _note_origin(judged, member_list, cluster)
    store_outcomes(rows)


def _make_new(
    judged: Sequence[tuple[MemberListRow, Verdict]],
    member_list: MemberList,
    thresholds: list[Threshold],
) -> None:
    slugs = free_slugs([verdict.changes["name"] for _row, verdict in judged])
    made = [
        Company(
            slug=slug,
            source=Source.IMPORTED,
            language=member_list.language,
            is_demonstration=member_list.cluster.is_demonstration,
            **(fields := real_values(verdict.changes)),
            size_class=computed_size(fields, thresholds),
        )
        for (_row, verdict), slug in zip(judged, slugs, strict=True)
    ]
    Company.objects.bulk_create(made)
    for (row, _verdict), company in zip(judged, made, strict=True):
        row.company_id = company.pk
        row.before = {"fields": None, "revision": company.revision}


def _change(
    judged: Sequence[tuple[MemberListRow, Verdict, Known]], thresholds: list[Threshold]
) -> None:
    companies = Company.objects.select_for_update().in_bulk([known.id for _r, _v, known in judged])
    for row, verdict, known in judged:
        company = companies[known.id]
        names = [*verdict.changes, "size_class"]
        before = {name: plain_value(getattr(company, name)) for name in names}
        for name, value in real_values(verdict.changes).items():
            setattr(company, name, value)
        company.size_class = computed_size(vars(company), thresholds)
        company.revision += 1
        company.updated_at = timezone.now()
        row.before = {"fields": before, "revision": company.revision}
    changed = {name for _r, verdict, _k in judged for name in verdict.changes}
    store_companies(companies.values(), changed | {"size_class", "revision", "updated_at"})


def _vouch(rows: Sequence[MemberListRow], cluster: ClusterOrganisation) -> None:
    """Companies that only become members get a new revision: more people see them now."""
    companies = Company.objects.in_bulk([row.company_id for row in rows])
    new = vouch_quietly(companies=companies.values(), cluster=cluster)
    added = [row for row in rows if row.outcome == RowOutcome.ADDED]
    for row in added:
        company = companies[row.company_id]
        company.revision += 1
        row.before = {"fields": None, "revision": company.revision}
    store_companies([companies[row.company_id] for row in added], {"revision"})
    for row in rows:
        if row.before is not None:
            row.before["membership"] = row.company_id in new


def _note_origin(
    judged: Sequence[tuple[MemberListRow, Verdict, Known | None]],
    member_list: MemberList,
    cluster: ClusterOrganisation,
) -> None:
    """Where an address came from: only of those that this list brought or changed."""
    write_down(
        company_ids=[
            row.company_id
            for row, verdict, known in judged
            if row.company_id
            and (known is None or (verdict.outcome == "changed" and "email" in verdict.changes))
        ],
        kind=GroundKind.IMPORTED if member_list.names_members else GroundKind.PUBLIC,
        source=member_list.as_source,
        cluster=cluster,
        by=member_list.created_by,
    )


def _finish(member_list: MemberList, cluster: ClusterOrganisation) -> None:
    member_list.state = ImportState.DONE
    member_list.finished_at = timezone.now()
    member_list.save(update_fields=["state", "finished_at"])
    done = member_list.rows.filter(outcome__in=DONE_SOMETHING, company__isnull=False)
    ids = list(done.values_list("company_id", flat=True))
    added = done.filter(outcome=RowOutcome.ADDED).values_list("company_id", flat=True)
    tell_of_membership(company_ids=added, cluster=cluster, by=member_list.created_by)
    if ids:
        profiles_changed.send(sender=Company, company_ids=ids)
    if member_list.created_by_id:
        notify(
            user_ids=[member_list.created_by_id],
            kind="list-imported",
            data={"file": member_list.file_name, "cluster": cluster.name},
            url=reverse("companies:import_list", args=[member_list.pk]),
        )


def store_companies(companies: Iterable[Company], names: set[str]) -> None:
    """Save these fields of many companies, in one statement for each block of them."""
    Company.objects.bulk_create(
        companies,
        batch_size=BLOCK,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=sorted(names),
    )


def real_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """Stated values as the profile holds them."""
    return {
        name: Decimal(value) if name in AMOUNTS and value is not None else value
        for name, value in values.items()
    }
