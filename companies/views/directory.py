"""The public list of companies and the page of one."""

from typing import Any

from django.conf import settings
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Coalesce, Left, NullIf
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import DetailView, ListView, TemplateView

from accounts.doors import PublicPage, SignedInPage
from accounts.permissions import Permission, has_permission
from clusters.choices import MemberRole
from clusters.models import ClusterOrganisation
from companies.choices import CompanyRole
from companies.filters import CompanyFilter
from companies.models import Claim, Company, CompanyMember
from companies.profiles import completeness_of
from companies.scopes import Erasing, Knowing, Ledger, Nominating
from look.paging import CappedPaginator

SHOWN_IN_LIST = (
    "slug",
    "name",
    "city",
    "country",
    "language",
    "themes",
    "capabilities",
    "size_class",
)
EXCERPT = 220


def crumbs(*more: Company) -> list[dict[str, str]]:
    return [
        {"label": _("Companies"), "url": reverse("companies:list")},
        *({"label": one.name, "url": one.get_absolute_url()} for one in more),
    ]


class CompanyList(PublicPage, ListView):
    """The companies this reader may see by name."""

    template_name = "companies/company_list.html"
    paginate_by = settings.PAGE_SIZE
    paginator_class = CappedPaginator

    @cached_property
    def filter(self) -> CompanyFilter:
        rows = Company.objects.visible_to(self.request.user).active().only(*SHOWN_IN_LIST)
        excerpt = Coalesce(NullIf(F("summary"), Value("")), Left("description", EXCERPT))
        return CompanyFilter(
            self.request.GET, request=self.request, queryset=rows.annotate(excerpt=excerpt)
        )

    def get_queryset(self) -> QuerySet[Company]:
        return self.filter.qs

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            filter=self.filter,
            chips=self.filter.chips(),
            may_import=any(one.role == MemberRole.MANAGER for one in self.request.belongings),
            **kwargs,
        )

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        response = super().render_to_response(context, **kwargs)
        patch_vary_headers(response, ["HX-Request"])
        return response

    def get_template_names(self) -> list[str]:
        part = "#results" if self.request.htmx else ""  # type: ignore[attr-defined]
        return [f"{self.template_name}{part}"]


class CompanyDetail(PublicPage, DetailView):
    """A profile; for its own people also how complete it is."""

    template_name = "companies/company_detail.html"
    context_object_name = "company"

    def get_queryset(self) -> QuerySet[Company]:
        rows = Company.objects.visible_to(self.request.user).active()
        return rows.prefetch_related("solutions", "references__confirmed_by", "members")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        company, user = self.object, self.request.user
        may_edit = has_permission(user, Permission.COMPANY_EDIT, company)
        percent, missing = completeness_of(company) if may_edit else (0, [])
        return super().get_context_data(
            crumbs=crumbs(),
            may_edit=may_edit,
            may_manage_people=has_permission(user, Permission.PEOPLE_MANAGE, company),
            may_delete=has_permission(user, Permission.COMPANY_DELETE, company),
            may_erase=has_permission(user, Permission.COMPANY_ERASE, Erasing(company)),
            may_see_ledger=has_permission(user, Permission.COMPANY_RECORD_GROUND, Ledger(company)),
            said_to_know=Nominating(company).clusters_of(user),
            may_nominate=has_permission(user, Permission.COMPANY_NOMINATE, Knowing(company)),
            may_claim=not company.members.all(),
            shows_contact=company.shows_contact_to(user),
            clusters=self.clusters(company),
            may_confirm=[] if may_edit else self.clients(),
            percent=percent,
            missing=missing,
            **kwargs,
        )

    def clusters(self, company: Company) -> QuerySet[ClusterOrganisation]:
        """Who vouches is told to those who may see it: its people and the near organisations."""
        vouching = ClusterOrganisation.objects.filter(company_memberships__company=company)
        if company.roles_of(self.request.user):
            return vouching
        return vouching.in_networks_of(self.request.user)

    def clients(self) -> list[ClusterOrganisation]:
        """The organisations the reader may speak for as a client."""
        return list(ClusterOrganisation.objects.with_member(self.request.user).order_by("name"))


class MyCompanies(SignedInPage, TemplateView):
    """Which companies one speaks for; when it is one, straight to it."""

    template_name = "companies/mine.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        rows = CompanyMember.objects.of(request.user).select_related("company")
        every = list(rows.order_by("company__name"))
        members = [one for one in every if one.company.is_active]
        gone = [one for one in every if one not in members and one.role == CompanyRole.OWNER]
        claims = Claim.objects.waiting().filter(user=request.user.pk).select_related("company")
        if len(members) == 1 and not claims and not gone:
            return redirect(members[0].company)
        return self.render_to_response(
            self.get_context_data(members=members, claims=claims, gone=gone)
        )
