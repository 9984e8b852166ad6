"""The ledger of lawful grounds of a company, for managers of the cluster organisations it is in."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import FormView, View

from accounts.doors import PermissionPage
from accounts.permissions import Permission
from companies import actions
from companies.contacts import contacts_of
from companies.forms import GroundForm, KnowForm
from companies.models import Company
from companies.problems import CompanyProblem
from companies.scopes import Knowing, Vouching
from companies.views.directory import crumbs
from mail.models import Suppression

SHOWN = 100


class LedgerDoor(PermissionPage):
    permission = Permission.COMPANY_RECORD_GROUND

    @cached_property
    def company(self) -> Company:
        return get_object_or_404(Company.objects.active(), slug=self.kwargs["slug"])

    def get_scope(self) -> Vouching:
        return Vouching(self.company)


class TrustAddress(LedgerDoor, View):
    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        cluster = self.scope.clusters_of(request.user)[0]
        try:
            actions.trust_address(company=self.company, cluster=cluster, by=request.user)
            messages.success(request, _("Written down. Letters may go to the address again."))
        except CompanyProblem as problem:
            messages.error(request, str(problem))
        return redirect("companies:ledger", slug=slug)


class Ledger(LedgerDoor, FormView):
    """What is on record, and a form to add to it."""

    template_name = "companies/ledger.html"
    form_class = GroundForm

    def get_initial(self) -> dict[str, Any]:
        return {"since": timezone.localdate()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        address = contacts_of([self.company.pk])[self.company.pk].address
        stopped = Suppression.objects.of(address).order_by("since")
        return super().get_context_data(
            company=self.company,
            grounds=self.company.grounds.select_related("recorded_by")[:SHOWN],
            stopped=stopped if address else [],
            crumbs=crumbs(self.company),
            **kwargs,
        )

    def form_valid(self, form: GroundForm) -> HttpResponse:
        cluster = self.scope.clusters_of(self.request.user)[0]
        try:
            actions.record_ground(
                company=self.company, cluster=cluster, by=self.request.user, **form.cleaned_data
            )
        except CompanyProblem as problem:
            form.add_error(None, str(problem))
            return self.form_invalid(form)
        messages.success(self.request, _("Written down."))
        return HttpResponseRedirect(reverse("companies:ledger", args=[self.company.slug]))

    def form_invalid(self, form: GroundForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


class KnowCompany(PermissionPage, FormView):
    """Somebody of a cluster organisation says that it knows this company."""

    permission = Permission.COMPANY_NOMINATE
    template_name = "companies/know.html"
    form_class = KnowForm

    @cached_property
    def company(self) -> Company:
        seen = Company.objects.visible_to(self.request.user).active()
        return get_object_or_404(seen, slug=self.kwargs["slug"])

    def get_scope(self) -> Knowing:
        return Knowing(self.company)

    def get_form_kwargs(self) -> dict[str, Any]:
        clusters = self.scope.clusters_of(self.request.user)
        return {**super().get_form_kwargs(), "clusters": clusters}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(company=self.company, crumbs=crumbs(self.company), **kwargs)

    def form_valid(self, form: KnowForm) -> HttpResponse:
        try:
            actions.nominate_company(
                company=self.company, by=self.request.user, **form.cleaned_data
            )
        except CompanyProblem as problem:
            messages.error(self.request, str(problem))
        else:
            messages.success(
                self.request, _("Written down: you are asked when others may not write to them.")
            )
        return redirect(self.company)

    def form_invalid(self, form: KnowForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)
