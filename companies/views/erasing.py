"""Erasing a company for good."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import FormView

from accounts.doors import PermissionPage
from accounts.permissions import Permission
from companies import actions
from companies.forms import EraseForm
from companies.models import Company
from companies.scopes import Erasing
from companies.views.directory import crumbs


class EraseCompany(PermissionPage, FormView):
    """Also of a company that was deleted before: its owners, and administrators, may come back."""

    permission = Permission.COMPANY_ERASE
    template_name = "companies/company_erase.html"
    form_class = EraseForm

    @cached_property
    def company(self) -> Company:
        return get_object_or_404(Company.objects.not_erased(), slug=self.kwargs["slug"])

    def get_scope(self) -> Erasing:
        return Erasing(self.company)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "company": self.company}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        above = [self.company] if self.company.is_active else []
        return super().get_context_data(company=self.company, crumbs=crumbs(*above), **kwargs)

    def form_valid(self, form: EraseForm) -> HttpResponse:
        name = self.company.name
        actions.erase_company(company=self.company, by=self.request.user)
        messages.success(self.request, _("%(name)s is erased.") % {"name": name})
        return redirect("companies:list")

    def form_invalid(self, form: EraseForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)
