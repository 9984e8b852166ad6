"""The button under a reference, for the organisation that was its client."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views import View

from accounts.doors import PermissionPage
from accounts.permissions import Permission
from clusters.models import ClusterOrganisation
from companies import actions
from companies.models import Company, Reference
from companies.problems import CompanyProblem
from look.asking import asked

LONGEST_NUMBER = 10


class ConfirmReference(PermissionPage, View):
    permission = Permission.REFERENCE_CONFIRM
    http_method_names = ("post",)

    def get_scope(self) -> ClusterOrganisation:
        return get_object_or_404(ClusterOrganisation, slug=asked(self.request, "organisation"))

    @cached_property
    def reference(self) -> Reference:
        visible = Company.objects.visible_to(self.request.user).active()
        company = get_object_or_404(visible, slug=self.kwargs["slug"])
        return get_object_or_404(Reference, company=company, pk=self.kwargs["pk"])

    def post(self, request: HttpRequest, slug: str, pk: int) -> HttpResponse:
        given = {"reference": self.reference, "organisation": self.scope, "by": request.user}
        if asked(request, "do") == "take_back":
            actions.take_back_confirmation(**given)
            messages.success(request, _("Taken back: the reference is a claim again."))
        else:
            self.confirm(request, **given)
        return redirect(f"{self.reference.company.get_absolute_url()}#references")

    def confirm(self, request: HttpRequest, **given: object) -> None:
        revision = asked(request, "revision")
        read = int(revision) if revision.isdecimal() and len(revision) < LONGEST_NUMBER else None
        try:
            actions.confirm_reference(**given, revision=read)
        except CompanyProblem as problem:
            messages.error(request, str(problem))
        else:
            messages.success(request, _("Confirmed. It counts from the next scoring on."))
