"""A cluster organisation does not know a company after all."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import View

from accounts.doors import PermissionPage
from accounts.permissions import Permission
from companies.models import Company
from companies.scopes import Nominating
from invitations import actions
from invitations.problems import InvitationProblem


class TakeBackNomination(PermissionPage, View):
    """The button names the organisation: a person may be in several that said so."""

    permission = Permission.COMPANY_NOMINATE
    http_method_names = ("post",)

    @cached_property
    def company(self) -> Company:
        """Whether or not it is seen: those of it alone pass who said that they know it."""
        return get_object_or_404(Company.objects.active(), slug=self.kwargs["slug"])

    def get_scope(self) -> Nominating:
        return Nominating(self.company)

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        said = {one.slug: one for one in self.scope.clusters_of(request.user)}
        cluster = said.get(request.POST.get("cluster", ""))
        if cluster is None:
            raise Http404
        try:
            actions.take_back_nomination(company=self.company, cluster=cluster, by=self.person)
            messages.success(request, _("Taken back: you are not asked about this company."))
        except InvitationProblem as problem:
            messages.error(request, str(problem))
        seen = Company.objects.visible_to(request.user).filter(pk=self.company.pk)
        return redirect(self.company if seen.exists() else "invitations:relays")
