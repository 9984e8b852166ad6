"""Editing a profile section by section, its solutions and its references."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views import View
from django.views.generic import FormView, TemplateView

from accounts.doors import PermissionPage
from accounts.permissions import Permission
from clusters.models import ClusterOrganisation
from companies import actions
from companies.forms import SECTIONS, Opened, ReferenceForm, SolutionForm
from companies.models import Company, Reference, Solution
from companies.profiles import completeness_of
from companies.views.directory import crumbs
from look.asking import asked
from look.editing import OpenedFormMixin


class CompanyPage(PermissionPage):
    """For those who speak for the company named in the address; to others it is not there."""

    permission = Permission.COMPANY_EDIT
    request: HttpRequest
    kwargs: dict[str, Any]

    def get_scope(self) -> Company:
        rows = Company.objects.active().prefetch_related("members", "solutions", "references")
        self.company = get_object_or_404(rows, slug=self.kwargs["slug"])
        return self.company

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(  # type: ignore[misc]
            company=self.company, crumbs=crumbs(self.company), **kwargs
        )


class OpenedFormPage(CompanyPage, OpenedFormMixin, FormView):
    form_class: type[Opened]

    def get_success_url(self) -> str:
        return self.company.get_absolute_url()


class EditSection(OpenedFormPage):
    template_name = "companies/section_form.html"

    def get_scope(self) -> Company:
        if self.kwargs["section"] not in SECTIONS:
            raise Http404
        return super().get_scope()

    def get_form_class(self) -> type[Opened]:
        return SECTIONS[self.kwargs["section"]][1]

    def get_instance(self) -> Company:
        return Company.objects.get(pk=self.company.pk)

    def save(self, form: Opened) -> None:
        actions.update_profile(
            company=self.company,
            fields=form.values(),
            revision=form.cleaned_data["revision"],
            by=self.request.user,
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        current = self.kwargs["section"]
        percent, missing = completeness_of(self.company)
        return super().get_context_data(
            section=current,
            title=SECTIONS[current][0],
            sections=[
                {"label": label, "code": code, "current": code == current}
                for code, (label, _form) in SECTIONS.items()
            ],
            percent=percent,
            missing=missing,
            clusters=ClusterOrganisation.objects.filter(company_memberships__company=self.company)
            if current == "visibility"
            else [],
            **kwargs,
        )

    def get_success_url(self) -> str:
        return self.request.path


class EndMembership(CompanyPage, View):
    """The company says that it is not a member of this cluster organisation."""

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        vouching = ClusterOrganisation.objects.filter(company_memberships__company=self.company)
        cluster = get_object_or_404(vouching, slug=asked(request, "cluster"))
        actions.end_membership(company=self.company, cluster=cluster, by=request.user)
        messages.success(
            request, _("%(name)s no longer lists you as its member.") % {"name": cluster.name}
        )
        return redirect("companies:edit", slug=slug, section="visibility")


class OfferPage(CompanyPage):
    """A page about one solution or reference of the company."""

    model: type[Solution | Reference]

    @cached_property
    def offer(self) -> Any:
        return get_object_or_404(self.model, company=self.company, pk=self.kwargs["pk"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            is_solution=self.model is Solution,
            offer=self.offer if "pk" in self.kwargs else None,
            **kwargs,
        )


class OfferForm(OfferPage, OpenedFormPage):
    template_name = "companies/offer_form.html"

    def get_instance(self) -> Any:
        if "pk" not in self.kwargs:
            return self.model(company=self.company)
        return get_object_or_404(self.model, company=self.company, pk=self.kwargs["pk"])


class EditSolution(OfferForm):
    model = Solution
    form_class = SolutionForm

    def save(self, form: Opened) -> None:
        actions.save_solution(
            company=self.company,
            fields=form.values(),
            solution=self.offer if "pk" in self.kwargs else None,
            revision=form.cleaned_data["revision"],
            by=self.request.user,
        )


class EditReference(OfferForm):
    model = Reference
    form_class = ReferenceForm

    def save(self, form: Opened) -> None:
        actions.save_reference(
            company=self.company,
            fields=form.values(),
            reference=self.offer if "pk" in self.kwargs else None,
            revision=form.cleaned_data["revision"],
            by=self.request.user,
        )


class RemoveSolution(OfferPage, TemplateView):
    model = Solution
    template_name = "companies/offer_remove.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        actions.remove_solution(solution=self.offer, by=request.user)
        messages.success(request, _("The solution is removed."))
        return redirect(self.company)


class RemoveReference(OfferPage, TemplateView):
    model = Reference
    template_name = "companies/offer_remove.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        actions.remove_reference(reference=self.offer, by=request.user)
        messages.success(request, _("The reference is removed."))
        return redirect(self.company)


class DeleteCompany(CompanyPage, TemplateView):
    permission = Permission.COMPANY_DELETE
    template_name = "companies/company_delete.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        actions.retire_company(company=self.company, by=request.user)
        messages.success(
            request, _("%(name)s is taken out of Labmatch.") % {"name": self.company.name}
        )
        return redirect("companies:list")
