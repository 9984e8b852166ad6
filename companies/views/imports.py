"""Importing a member list: upload, columns, dry run, progress, undo."""

from abc import abstractmethod
from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View
from django.views.generic import FormView, TemplateView

from accounts.doors import PermissionPage
from accounts.permissions import Permission
from clusters.choices import MemberRole
from clusters.models import ClusterOrganisation
from companies import actions
from companies.choices import ImportState, RowOutcome
from companies.forms import ColumnsForm, UploadForm
from companies.models import MemberList, MemberListRow
from companies.problems import CompanyProblem
from companies.tasks import import_member_list, undo_member_list
from companies.views.directory import crumbs
from companies.wording import FIELD_LABELS, fault_sentence
from look.sheets import Cell, csv_response

ROWS_ON_A_PAGE = 50
LISTS_SHOWN = 20


def import_crumbs() -> list[dict[str, str]]:
    return [*crumbs(), {"label": _("Member lists"), "url": reverse("companies:import")}]


class Upload(PermissionPage, FormView):
    """The form for a new list, and the lists brought before."""

    permission = Permission.COMPANY_IMPORT
    template_name = "companies/import_upload.html"
    form_class = UploadForm

    def get_scope(self) -> ClusterOrganisation:
        managed = ClusterOrganisation.objects.with_member(self.request.user, MemberRole.MANAGER)
        self.clusters = managed.clusters()
        found = self.clusters.first()
        if found is None:
            raise Http404
        return found

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "clusters": self.clusters}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        lists = MemberList.objects.filter(cluster__in=self.clusters).select_related("cluster")
        return super().get_context_data(lists=lists[:LISTS_SHOWN], crumbs=crumbs(), **kwargs)

    def form_valid(self, form: BaseForm) -> HttpResponse:
        chosen = form.cleaned_data
        try:
            member_list = actions.upload_list(
                cluster=chosen["cluster"],
                file_name=chosen["file"].name,
                content=chosen["file"].read(),
                visibility=chosen["visibility"],
                public_source=chosen["public_source"],
                by=self.request.user,
            )
        except CompanyProblem as problem:
            form.add_error("file", str(problem))
            return self.form_invalid(form)
        return redirect("companies:import_columns", pk=member_list.pk)

    def form_invalid(self, form: BaseForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


class ListScope(PermissionPage):
    """The list named in the address, of a cluster organisation that the person manages."""

    permission = Permission.COMPANY_IMPORT
    request: HttpRequest
    kwargs: dict[str, Any]

    def get_scope(self) -> MemberList:
        rows = MemberList.objects.select_related("cluster")
        self.member_list = get_object_or_404(rows, pk=self.kwargs["pk"])
        return self.member_list

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(  # type: ignore[misc]
            member_list=self.member_list, crumbs=import_crumbs(), **kwargs
        )


class Columns(ListScope, FormView):
    """What each column means."""

    template_name = "companies/import_columns.html"
    form_class = ColumnsForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "member_list": self.member_list}

    def form_valid(self, form: BaseForm) -> HttpResponse:
        assert isinstance(form, ColumnsForm)  # noqa: S101  (narrows the type)
        try:
            actions.map_columns(
                member_list=self.member_list,
                mapping=form.mapping(),
                country=form.cleaned_data["country"],
                language=form.cleaned_data["language"],
                by=self.request.user,
            )
        except CompanyProblem as problem:
            messages.error(self.request, str(problem))
        return redirect("companies:import_list", pk=self.member_list.pk)

    def form_invalid(self, form: BaseForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


class ListPage(ListScope, TemplateView):
    """The dry run, the running import, or what came of it, with a page of rows."""

    template_name = "companies/import_list.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.member_list.state == ImportState.UPLOADED:
            return redirect("companies:import_columns", pk=self.member_list.pk)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        counted = self.counts()
        show = self.request.GET.get("show", "")
        if show not in counted:
            show = RowOutcome.FAULTY if counted[RowOutcome.FAULTY] else self.first(counted)
        rows = self.member_list.rows.filter(outcome=show).select_related("company")
        page = Paginator(rows, ROWS_ON_A_PAGE).get_page(self.request.GET.get("page"))
        waiting = self.member_list.state == ImportState.CHECKED
        staying = self.member_list.rows.filter(before__stays=True)
        return super().get_context_data(
            tabs=[
                {
                    "label": label,
                    "url": f"{self.request.path}?show={value}",
                    "current": value == show,
                    "count": counted[value],
                }
                for value, label in RowOutcome.choices
            ],
            show=show,
            page_obj=page,
            rows=[shown_row(row, self.member_list) for row in page],
            something=sum(counted.values()) - counted["same"] - counted["faulty"],
            counted=counted,
            waiting=waiting,
            staying=staying.select_related("company")[:ROWS_ON_A_PAGE],
            **kwargs,
        )

    def counts(self) -> dict[str, int]:
        rows = self.member_list.rows.order_by().values_list("outcome").annotate(Count("pk"))
        return {**dict.fromkeys(RowOutcome.values, 0), **dict(rows)}

    def first(self, counted: dict[str, int]) -> str:
        return next((value for value in RowOutcome.values if counted[value]), RowOutcome.NEW)


def shown_row(row: MemberListRow, member_list: MemberList) -> dict[str, Any]:
    """A row as people read it: who it is, what is wrong, what changes from what to what."""
    cells = _cells(row, member_list)
    before = (row.before or {}).get("fields") or {}
    return {
        "number": row.number,
        "name": cells.get("name") or (str(row.company) if row.company_id else ""),
        "city": cells.get("city", ""),
        "faults": [shown_fault(fault, row, member_list) for fault in row.errors],
        "changes": [
            {"field": FIELD_LABELS[name], "before": value, "after": cells.get(name, "")}
            for name, value in before.items()
            if name != "size_class"
        ],
    }


def _cells(row: MemberListRow, member_list: MemberList) -> dict[str, str]:
    """By field; nothing any more when the row was erased."""
    if not row.cells:
        return {}
    return {name: row.cells[int(number)] for number, name in member_list.mapping.items()}


def shown_fault(
    fault: dict[str, Any], row: MemberListRow, member_list: MemberList
) -> dict[str, str]:
    column = fault["column"]
    return {
        "column": "" if column is None else member_list.columns[column],
        "cell": "" if column is None else row.cells[column],
        "text": fault_sentence(fault["code"], fault["data"]),
    }


class Progress(ListScope, TemplateView):
    """Asked for again and again while the import runs."""

    template_name = "companies/_import_progress.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().get(request, *args, **kwargs)
        if not self.member_list.is_running:
            response.headers["HX-Refresh"] = "true"
        return response


class Faults(ListScope, View):
    """Every fault with its row, column and cell, to mend the list by."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        header = [_("Row"), _("Company"), _("Column"), _("Cell"), _("What is wrong")]
        return csv_response(f"member-list-{pk}-faults", header, self.lines())

    def lines(self) -> Iterator[tuple[Cell, ...]]:
        rows: QuerySet[MemberListRow] = self.member_list.rows.filter(outcome=RowOutcome.FAULTY)
        for row in rows:
            one = shown_row(row, self.member_list)
            for fault in one["faults"]:
                yield row.number, one["name"], fault["column"], fault["cell"], fault["text"]


class ListVerb(ListScope, View):
    """A button under a list."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        try:
            return self.do()
        except CompanyProblem as problem:
            messages.error(request, str(problem))
            return redirect("companies:import_list", pk=pk)

    @abstractmethod
    def do(self) -> HttpResponse:
        """Raises CompanyProblem."""


class Start(ListVerb):
    def do(self) -> HttpResponse:
        actions.start_import(member_list=self.member_list, by=self.request.user)
        import_member_list.delay_on_commit(self.member_list.pk)
        return redirect("companies:import_list", pk=self.member_list.pk)


class Undo(ListVerb):
    def do(self) -> HttpResponse:
        actions.start_undo(member_list=self.member_list, by=self.request.user)
        undo_member_list.delay_on_commit(self.member_list.pk)
        return redirect("companies:import_list", pk=self.member_list.pk)


class Discard(ListVerb):
    def do(self) -> HttpResponse:
        actions.discard_list(member_list=self.member_list, by=self.request.user)
        messages.success(self.request, _("The list is forgotten. Nothing was imported."))
        return redirect("companies:import")
