"""The ledger of lawful grounds of a company, for those who may hear what it says of letters."""

from dataclasses import dataclass
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
from clusters.models import ClusterOrganisation
from companies import actions
from companies.contacts import contacts_of
from companies.forms import GroundForm, KnowForm
from companies.models import Company, LawfulGround
from companies.problems import CompanyProblem
from companies.scopes import Knowing, Ledger
from companies.views.directory import crumbs
from mail.models import Suppression

SHOWN = 100


@dataclass(frozen=True)
class Entry:
    """What is on record, and whether this reader is told the words besides kind and day.

    `holds` is false of what was said of an address that is not the one of today.
    """

    ground: LawfulGround
    is_told: bool
    holds: bool


class LedgerDoor(PermissionPage):
    permission = Permission.COMPANY_RECORD_GROUND

    @cached_property
    def company(self) -> Company:
        return get_object_or_404(Company.objects.active(), slug=self.kwargs["slug"])

    def get_scope(self) -> Ledger:
        return Ledger(self.company)

    def cluster(self) -> ClusterOrganisation | None:
        """The one the reader speaks for; an administrator need not speak for any."""
        return next(iter(self.scope.clusters_of(self.request.user)), None)


class TrustAddress(LedgerDoor, View):
    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        try:
            actions.trust_address(company=self.company, cluster=self.cluster(), by=request.user)
            messages.success(request, _("Written down. Letters may go to the address again."))
        except CompanyProblem as problem:
            messages.error(request, str(problem))
        return redirect("companies:ledger", slug=slug)


class LedgerPage(LedgerDoor, FormView):
    """What is on record, and a form to add to it."""

    template_name = "companies/ledger.html"
    form_class = GroundForm

    def get_initial(self) -> dict[str, Any]:
        return {"since": timezone.localdate()}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "objections_only": not self.tells_all}

    @cached_property
    def tells_all(self) -> bool:
        return self.scope.tells_all_to(self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        stopped = Suppression.objects.of(self.address).order_by("since")
        return super().get_context_data(
            company=self.company,
            entries=self.entries(),
            stopped=stopped if self.address else [],
            is_seen=self.is_seen,
            hint=self.hint(),
            crumbs=crumbs(*([self.company] if self.is_seen else [])),
            **kwargs,
        )

    def hint(self) -> str:
        """What an entry is good for, to who reads it."""
        if not self.tells_all:
            return _(
                "An objection stops all letters. What lets others write to the company is written"
                " down by a cluster organisation that vouches for it."
            )
        if self.scope.is_of_member(self.request.user):
            return _(
                "Your own letters to your members need none of this. It lets other challenges"
                " write to this company, or stops that."
            )
        return _(
            "It lets challenges write to this company, or stops that. Only letters of a cluster"
            " organisation to its own members need none of it."
        )

    @cached_property
    def address(self) -> str:
        return contacts_of([self.company.pk])[self.company.pk].address

    @cached_property
    def is_seen(self) -> bool:
        """Who knows a company may not see its profile any more."""
        return Company.objects.visible_to(self.request.user).filter(pk=self.company.pk).exists()

    def entries(self) -> list[Entry]:
        own = {one.pk for one in self.scope.clusters_of(self.request.user)}
        grounds = self.company.grounds.select_related("recorded_by")[:SHOWN]
        return [
            Entry(
                one,
                is_told=self.tells_all or one.cluster_id in own,
                holds=one.holds_for(self.address),
            )
            for one in grounds
        ]

    def form_valid(self, form: GroundForm) -> HttpResponse:
        try:
            actions.record_ground(
                company=self.company,
                cluster=self.cluster(),
                by=self.request.user,
                **form.cleaned_data,
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
