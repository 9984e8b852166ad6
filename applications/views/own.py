"""The company's side: its applications, one of them, withdrawing and taking up again."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import DetailView, ListView, View

from accounts.doors import PermissionPage, SignedInPage
from accounts.permissions import Permission, Role
from applications import actions
from applications.choices import WITHDRAWABLE
from applications.models import Application
from applications.problems import ApplicationProblem
from applications.showing import answers, unsent_answers, with_scores
from companies.models import Company
from look.paging import CappedPaginator

ON_A_PAGE = 30


class ApplicationList(SignedInPage, ListView):
    """A company's applications; for a manager those that arrived for the own challenges."""

    paginate_by = ON_A_PAGE
    paginator_class = CappedPaginator

    @cached_property
    def is_company(self) -> bool:
        acting = self.request.acting  # type: ignore[attr-defined]
        if acting:
            return acting.role in (Role.OWNER, Role.EDITOR)
        return Company.objects.of(self.request.user).exists()

    def get_template_names(self) -> list[str]:
        kind = "own" if self.is_company else "arrived"
        return [f"applications/application_list_{kind}.html"]

    def get_queryset(self) -> QuerySet[Application]:
        rows = Application.objects.select_related("challenge__lab", "company").defer(
            "challenge__search"
        )
        if self.is_company:
            return rows.of(self.request.user).order_by("-updated_at", "-pk")
        return rows.managed_by(self.request.user).arrived().order_by("-submitted_at", "-pk")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        if not self.is_company:
            context["arrived"] = with_scores(list(context["object_list"]))
        return context


class OwnPage(PermissionPage):
    """A page about one application, for those who write it."""

    permission = Permission.APPLICATION_WRITE
    request: HttpRequest
    kwargs: dict[str, Any]

    def get_scope(self) -> Application:
        rows = Application.objects.select_related(
            "challenge__lab__cluster", "company", "solution"
        ).prefetch_related("company__members", "attachments", "versions")
        self.application = get_object_or_404(rows, public_id=self.kwargs["application"])
        return self.application


class OwnApplication(OwnPage, DetailView):
    """What was sent and when, its earlier versions, and what can be done now."""

    template_name = "applications/application_detail.html"

    def get_object(self, queryset: QuerySet[Application] | None = None) -> Application:
        return self.application

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row = self.application
        is_open = actions.takes_applications(row.challenge)
        may_edit = is_open and not row.is_decided_on
        return super().get_context_data(
            application=row,
            challenge=row.challenge,
            answers=answers(row),
            versions=[(version, answers(row, version.content)) for version in row.versions.all()],
            is_open=is_open,
            may_edit=may_edit,
            unsent=[] if may_edit else unsent_answers(row),
            may_withdraw=row.status in WITHDRAWABLE,
            crumbs=[{"label": _("Applications"), "url": reverse("applications:list")}],
            **kwargs,
        )


class Withdraw(OwnPage, View):
    """Asks once more, then takes the application back."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        context = {"application": self.application, "challenge": self.application.challenge}
        return render(request, "applications/application_withdraw.html", context)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            actions.withdraw(application=self.application, by=request.user)
            messages.success(request, _("The application is withdrawn. Its text is kept."))
        except ApplicationProblem as problem:
            messages.error(request, str(problem))
        return redirect(self.application)


class TakeUp(OwnPage, View):
    """A withdrawn application becomes a draft again."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            row = actions.take_up_again(application=self.application, by=request.user)
        except ApplicationProblem as problem:
            messages.error(request, str(problem))
            return redirect(self.application)
        messages.success(request, _("The application is a draft again."))
        return redirect("applications:edit", row.public_id)


class Discard(OwnPage, View):
    """Forgets edits that were not sent."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        actions.discard_edits(application=self.application, by=request.user)
        messages.success(request, _("The changes are discarded. What you sent before counts."))
        return redirect(self.application)
