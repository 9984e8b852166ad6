"""Pages of living labs: the public list and page, and what a manager edits."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.generic import DetailView, FormView, ListView, TemplateView

from accounts.doors import PermissionPage, PublicPage
from accounts.permissions import Permission, Person, has_permission
from clusters.choices import MemberRole
from clusters.models import ClusterOrganisation, ClusterOrganisationQuerySet
from labs import actions
from labs.filters import LabFilter
from labs.forms import LabForm, NewLabForm, PartnerFormSet, SiteForm
from labs.models import LivingLab, Site
from look.asking import asked
from look.editing import OpenedFormMixin

LABS_ON_A_PAGE = 50


def clusters_managed_by(user: Person) -> ClusterOrganisationQuerySet:
    return ClusterOrganisation.objects.clusters().with_member(user, MemberRole.MANAGER)


class LabList(PublicPage, ListView):
    template_name = "labs/lab_list.html"
    paginate_by = LABS_ON_A_PAGE

    def get_queryset(self) -> Any:
        shown = LivingLab.objects.only(
            "slug", "name", "city", "country", "themes", "summary", "lat", "lon", "language"
        )
        self.filter = LabFilter(self.request.GET, queryset=shown)
        return self.filter.qs

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        wanted = self.filter.form.cleaned_data if self.filter.form.is_valid() else {}
        places = [
            {"name": lab.name, "url": lab.get_absolute_url(), "lat": lab.lat, "lon": lab.lon}
            for lab in context["object_list"]
        ]
        return {
            **context,
            "filter": self.filter,
            "active": sum(bool(value) for value in wanted.values()),
            "places": places,
            "may_create": clusters_managed_by(self.request.user).exists(),
        }

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        if self.request.htmx:  # type: ignore[attr-defined]
            self.template_name = "labs/lab_list.html#results"
        response = super().render_to_response(context, **kwargs)
        patch_vary_headers(response, ["HX-Request"])
        return response


class LabDetail(PublicPage, DetailView):
    template_name = "labs/lab_detail.html"
    context_object_name = "lab"

    def get_queryset(self) -> Any:
        return LivingLab.objects.select_related("cluster").prefetch_related("sites", "partners")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        lab = self.object
        return super().get_context_data(
            may_edit=has_permission(self.request.user, Permission.LAB_EDIT, lab),
            crumbs=[{"label": _("Living labs"), "url": reverse("labs:list")}],
            places=[
                {"name": lab.name, "url": lab.get_absolute_url(), "lat": lab.lat, "lon": lab.lon}
            ]
            if lab.lat is not None
            else [],
            **kwargs,
        )


class LabPage(PermissionPage):
    """A page for those who edit the lab named in the address. Labs are public: refusals say 403."""

    permission = Permission.LAB_EDIT
    secret = False
    request: HttpRequest
    kwargs: dict[str, Any]

    def get_scope(self) -> LivingLab:
        rows = LivingLab.objects.select_related("cluster")
        self.lab = get_object_or_404(rows, slug=self.kwargs["slug"])
        return self.lab

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        crumbs = [
            {"label": _("Living labs"), "url": reverse("labs:list")},
            {"label": self.lab.name, "url": self.lab.get_absolute_url()},
        ]
        return super().get_context_data(lab=self.lab, crumbs=crumbs, **kwargs)  # type: ignore[misc]

    def get_success_url(self) -> str:
        return self.lab.get_absolute_url()


class LabCreate(PermissionPage, FormView):
    permission = Permission.LAB_EDIT
    template_name = "labs/lab_form.html"
    form_class = NewLabForm

    def get_scope(self) -> ClusterOrganisation:
        """The cluster asked for, else the first the person manages."""
        self.clusters = clusters_managed_by(self.request.user)
        slug = asked(self.request, "cluster")
        found = self.clusters.filter(slug=slug).first() if slug else self.clusters.first()
        if found is None:
            raise Http404
        return found

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "clusters": self.clusters}

    def get_initial(self) -> dict[str, Any]:
        cluster = self.scope
        return {
            "cluster": cluster.slug,
            "country": cluster.country,
            "city": cluster.city,
            "language": cluster.language,
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        crumbs = [{"label": _("Living labs"), "url": reverse("labs:list")}]
        return super().get_context_data(crumbs=crumbs, **kwargs)

    def form_valid(self, form: NewLabForm) -> HttpResponse:
        lab = actions.create_lab(
            cluster=form.cleaned_data["cluster"], fields=form.values(), by=self.request.user
        )
        messages.success(self.request, _("The lab is there. Add what can be tested on its sites."))
        return redirect(lab)


class LabEdit(LabPage, OpenedFormMixin, FormView):
    template_name = "labs/lab_form.html"
    form_class = LabForm

    def get_instance(self) -> LivingLab:
        return LivingLab.objects.get(pk=self.lab.pk)

    def save(self, form: LabForm) -> None:
        actions.update_lab(
            lab=self.lab,
            fields=form.values(),
            revision=form.cleaned_data["revision"],
            by=self.request.user,
        )


class PartnersEdit(LabPage, FormView):
    template_name = "labs/partners_form.html"
    form_class = PartnerFormSet

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs()
        kwargs.pop("initial")
        return {**kwargs, "instance": self.lab}

    def form_valid(self, form: Any) -> HttpResponse:
        kept = [
            {name: row.cleaned_data[name] for name in ("name", "kind", "country")}
            for row in form
            if row.cleaned_data.get("name") and not row.cleaned_data.get("DELETE")
        ]
        actions.set_partners(lab=self.lab, partners=kept, by=self.request.user)
        messages.success(self.request, _("Saved."))
        return redirect(self.get_success_url())


class SiteAdd(LabPage, FormView):
    template_name = "labs/site_form.html"
    form_class = SiteForm

    def form_valid(self, form: SiteForm) -> HttpResponse:
        actions.add_site(lab=self.lab, fields=form.values(), by=self.request.user)
        messages.success(self.request, _("The site is added."))
        return super().form_valid(form)


class SitePage(LabPage):
    """A page about one site of the lab named in the address."""

    def get_scope(self) -> LivingLab:
        lab = super().get_scope()
        self.site = get_object_or_404(Site, lab=lab, pk=self.kwargs["pk"])
        return lab

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(site=self.site, **kwargs)


class SiteEdit(SitePage, OpenedFormMixin, FormView):
    template_name = "labs/site_form.html"
    form_class = SiteForm

    def get_instance(self) -> Site:
        return get_object_or_404(Site, pk=self.site.pk)

    def save(self, form: SiteForm) -> None:
        actions.update_site(
            site=self.site,
            fields=form.values(),
            revision=form.cleaned_data["revision"],
            by=self.request.user,
        )


class SiteRemove(SitePage, TemplateView):
    template_name = "labs/site_remove.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        actions.remove_site(site=self.site, by=request.user)
        messages.success(request, _("The site is removed."))
        return redirect(self.lab)
