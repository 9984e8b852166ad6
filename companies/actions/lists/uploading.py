"""Taking a member list in, and saying what importing it would do. Nothing is imported here."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from clusters.models import ClusterOrganisation
from companies.actions.lists.finding import known_companies, plain_value
from companies.choices import ImportState, ListKind, RowOutcome, Visibility
from companies.member_lists import (
    FIELDS,
    Fault,
    Ground,
    Known,
    Unreadable,
    guess_columns,
    read_row,
    read_table,
    repeated,
    verdict_of,
)
from companies.models import MemberList, MemberListRow
from companies.problems import CompanyProblem
from companies.wording import country_codes, unreadable_sentence

BATCH = 1000
GUESSED_FROM = 50


@transaction.atomic
def upload_list(
    *,
    cluster: ClusterOrganisation,
    file_name: str,
    content: bytes,
    visibility: str,
    public_source: str = "",
    by: User,
) -> MemberList:
    """Parse a file into rows of the database, with a guess of what its columns mean.

    With a `public_source` in words it names no members: nobody vouches for these companies, and
    everybody may see them, as where they come from.
    """
    try:
        table = read_table(content)
    except Unreadable as problem:
        raise CompanyProblem(unreadable_sentence(problem)) from problem
    guessed = guess_columns(table.columns, [cells for _n, cells in table.rows[:GUESSED_FROM]])
    member_list = MemberList.objects.create(
        cluster=cluster,
        file_name=file_name[-200:],
        read_as=table.read_as,
        columns=table.columns,
        mapping={str(column): name for column, name in guessed.items()},
        country=cluster.country,
        language=cluster.language,
        kind=ListKind.PUBLIC if public_source else ListKind.MEMBERS,
        public_source=public_source,
        visibility=Visibility.PUBLIC if public_source else visibility,
        rows_total=len(table.rows),
        created_by=by,
    )
    MemberListRow.objects.bulk_create(
        [
            MemberListRow(member_list=member_list, number=number, cells=cells)
            for number, cells in table.rows
        ],
        batch_size=BATCH,
    )
    return member_list


@transaction.atomic
def map_columns(
    *, member_list: MemberList, mapping: Mapping[str, str], country: str, language: str, by: User
) -> MemberList:
    """`mapping`: the field for each column, by the column's number. The check follows at once."""
    member_list = _waiting(member_list)
    unknown = set(mapping.values()) - set(FIELDS)
    if unknown:
        raise TypeError(f"Not fields of a list: {sorted(unknown)}")
    member_list.mapping = dict(mapping)
    member_list.country = country
    member_list.language = language
    member_list.save(update_fields=["mapping", "country", "language"])
    return check_list(member_list=member_list, by=by)


@transaction.atomic
def check_list(*, member_list: MemberList, by: User | None) -> MemberList:
    """The dry run: for each row what is wrong with it, or what importing it would do."""
    member_list = _waiting(member_list)
    rows = list(member_list.rows.all())
    ground = ground_of(member_list)
    read = [read_row(row.cells, ground) for row in rows]
    twice = repeated(
        [
            (row.number, values)
            for row, (values, faults) in zip(rows, read, strict=True)
            if not faults
        ]
    )
    for row, (values, faults) in zip(rows, read, strict=True):
        if row.number in twice:
            faults.append(Fault(None, "repeated", {"row": twice[row.number]}))
        row.outcome = RowOutcome.FAULTY if faults else ""
        row.errors = [_stored(fault) for fault in faults]
        row.before = None
        row.company_id = None
        row.values = values  # type: ignore[attr-defined]
    _judge([row for row in rows if not row.outcome], member_list)
    store_outcomes(rows)
    if member_list.state == ImportState.UPLOADED:
        member_list.state = ImportState.CHECKED
        member_list.save(update_fields=["state"])
    return member_list


@transaction.atomic
def discard_list(*, member_list: MemberList, by: User) -> None:
    """Forget a list that was not imported, with every row of it."""
    _waiting(member_list).delete()


def ground_of(member_list: MemberList) -> Ground:
    return Ground(
        mapping={int(column): name for column, name in member_list.mapping.items()},
        width=len(member_list.columns),
        countries=country_codes(),
        country=str(member_list.country),
    )


def stated(values: Mapping[str, Any], member_list: MemberList) -> dict[str, Any]:
    """What a row states, with what the whole list says."""
    return {**values, "visibility": member_list.visibility, "is_active": True}


def _judge(rows: Sequence[MemberListRow], member_list: MemberList) -> None:
    meant: dict[int, int] = {}
    for start in range(0, len(rows), BATCH):
        batch = rows[start : start + BATCH]
        values = [row.values for row in batch]  # type: ignore[attr-defined]
        known = known_companies(values, member_list.cluster)
        for row, company in zip(batch, known, strict=True):
            _judge_row(row, company, member_list, meant)


def _judge_row(
    row: MemberListRow, known: Known | None, member_list: MemberList, meant: dict[int, int]
) -> None:
    """`meant` remembers which companies earlier rows meant."""
    values = stated(row.values, member_list)  # type: ignore[attr-defined]
    verdict = verdict_of(values, known, as_members=member_list.names_members)
    fault = verdict.fault
    if known and known.id in meant:
        fault = Fault(None, "repeated", {"row": meant[known.id]})
    if fault:
        row.outcome, row.errors = RowOutcome.FAULTY, [_stored(fault)]
        return
    row.outcome = verdict.outcome
    if known:
        meant[known.id] = row.number
        row.company_id = known.id
        before = {name: plain_value(known.values[name]) for name in verdict.changes}
        row.before = {"fields": before} if before else None


def _stored(fault: Fault) -> dict[str, Any]:
    return {"column": fault.column, "code": fault.code, "data": dict(fault.data)}


def store_outcomes(rows: Sequence[MemberListRow]) -> None:
    """One statement a thousand rows; an update of as many cases would take ten times as long."""
    MemberListRow.objects.bulk_create(
        rows,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["outcome", "errors", "company", "before"],
    )


def _waiting(member_list: MemberList) -> MemberList:
    """Locked. Raises when the import has begun."""
    found = MemberList.objects.select_for_update(of=("self",)).select_related("cluster")
    member_list = found.get(pk=member_list.pk)
    if member_list.state not in {ImportState.UPLOADED, ImportState.CHECKED}:
        raise CompanyProblem(_("This list was imported already. Upload it again to change more."))
    return member_list
