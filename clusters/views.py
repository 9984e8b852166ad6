"""Pages of networks and cluster organisations."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import Count, Prefetch, QuerySet
from django.forms import BaseForm, Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views import View
from django.views.generic import DetailView, FormView, ListView, UpdateView

from accounts.doors import AdministratorPage, PermissionPage, PublicPage, SignedInPage
from accounts.people import PeoplePage
from accounts.permissions import Permission, Role, has_permission
from clusters import actions
from clusters.choices import MemberRole
from clusters.forms import AccessLetterForm, JoinNetworkForm, NetworkForm, OrganisationForm
from clusters.models import AccessLetter, ClusterOrganisation, Membership, Network
from clusters.problems import ClusterProblem
from look.asking import asked
from look.editing import OpenedFormMixin


def crumbs(*more: ClusterOrganisation) -> list[dict[str, str]]:
    return [
        {"label": _("Organisations"), "url": reverse("clusters:list")},
        *({"label": one.name, "url": one.get_absolute_url()} for one in more),
    ]


class OrganisationList(PublicPage, ListView):
    """All organisations, or those of one network."""

    template_name = "clusters/organisation_list.html"
    context_object_name = "organisations"
    paginate_by = settings.PAGE_SIZE

    @cached_property
    def network(self) -> Network | None:
        slug = asked(self.request, "network")
        return get_object_or_404(Network, slug=slug) if slug else None

    def get_queryset(self) -> QuerySet[ClusterOrganisation]:
        found = ClusterOrganisation.objects.prefetch_related("networks")
        return found.filter(networks=self.network) if self.network else found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            network=self.network,
            networks=Network.objects.annotate(size=Count("organisations")),
            may_administer=getattr(self.request.user, "is_administrator", False),
            **kwargs,
        )


class OrganisationDetail(PublicPage, DetailView):
    template_name = "clusters/organisation_detail.html"
    context_object_name = "organisation"
    queryset = ClusterOrganisation.objects.prefetch_related("networks")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, organisation = self.request.user, self.object
        return super().get_context_data(
            crumbs=crumbs(),
            may_edit=has_permission(user, Permission.ORGANISATION_EDIT, organisation),
            may_manage_people=has_permission(user, Permission.PEOPLE_MANAGE, organisation),
            **kwargs,
        )


class OrganisationScope(PermissionPage):
    """The organisation named in the address, which anybody may know of."""

    secret = False

    def get_scope(self) -> ClusterOrganisation:
        return get_object_or_404(ClusterOrganisation, slug=self.kwargs["slug"])


class EditOrganisation(OrganisationScope, OpenedFormMixin, FormView):
    permission = Permission.ORGANISATION_EDIT
    form_class = OrganisationForm
    template_name = "clusters/organisation_form.html"

    def get_instance(self) -> ClusterOrganisation:
        return self.get_scope()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(crumbs=crumbs(self.scope), title=self.scope.name, **kwargs)

    def save(self, form: OrganisationForm) -> None:
        actions.update_organisation(
            organisation=self.scope,
            fields=form.values(),
            revision=form.cleaned_data["revision"],
            by=self.person,
        )

    def get_success_url(self) -> str:
        return self.scope.get_absolute_url()


class CreateOrganisation(AdministratorPage, FormView):
    form_class = OrganisationForm
    template_name = "clusters/organisation_form.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(crumbs=crumbs(), title=_("New organisation"), **kwargs)

    def form_valid(self, form: OrganisationForm) -> HttpResponse:
        organisation = actions.create_organisation(fields=form.values(), by=self.person)
        messages.success(
            self.request, _("The organisation was created. Now write to its first manager.")
        )
        return redirect("clusters:people", slug=organisation.slug)


class OrganisationPeople(OrganisationScope, PeoplePage):
    permission = Permission.PEOPLE_MANAGE
    roles = MemberRole.choices
    problem = ClusterProblem
    add_form = AccessLetterForm

    def page(self) -> dict[str, Any]:
        return {
            "title": _("People of %(organisation)s") % {"organisation": self.scope.name},
            "lead": _("Who acts for the organisation, and who is asked to."),
            "crumbs": crumbs(self.scope),
            "add_title": _("Write an access letter"),
            "add_hint": _(
                "The letter carries a link that works once, within 14 days. "
                "Whoever opens it may act for the organisation in this role."
            ),
            "add_button": _("Send the letter"),
        }

    def get_scope(self) -> ClusterOrganisation:
        """With the reader's own roles: the page fetches the others as it shows them."""
        own = Prefetch("memberships", queryset=Membership.objects.filter(user=self.person.pk))
        rows = ClusterOrganisation.objects.prefetch_related(own)
        return get_object_or_404(rows, slug=self.kwargs["slug"])

    def people(self) -> QuerySet[Membership]:
        return Membership.objects.filter(organisation=self.scope).order_by(
            "role", "user__name", "pk"
        )

    def waiting(self) -> QuerySet[AccessLetter]:
        return self.scope.access_letters.waiting()

    def may_hand_over(self) -> bool:
        return Role.MANAGER in self.scope.roles_of(self.person)

    def membership(self, pk: int) -> Membership:
        return get_object_or_404(Membership, organisation=self.scope, pk=pk)

    def letter(self, pk: int) -> AccessLetter:
        return get_object_or_404(AccessLetter, organisation=self.scope, pk=pk)

    def do_add(self, form: Form) -> str:
        actions.write_access_letter(organisation=self.scope, by=self.person, **form.cleaned_data)
        return _("The letter is on its way.")

    def do_change_role(self, pk: int, role: str) -> str:
        actions.change_role(membership=self.membership(pk), role=role, by=self.person)
        return _("The role was changed.")

    def do_remove(self, pk: int) -> str:
        actions.remove_member(membership=self.membership(pk), by=self.person)
        return _("The person was removed.")

    def do_hand_over(self, pk: int) -> str:
        actions.hand_over(membership=self.membership(pk), by=self.person)
        return _("You handed over. You are a partner now.")

    def do_resend(self, pk: int) -> str:
        actions.resend_access_letter(letter=self.letter(pk), by=self.person)
        return _("A new letter is on its way; the earlier link no longer works.")

    def do_withdraw(self, pk: int) -> str:
        actions.withdraw_access_letter(letter=self.letter(pk), by=self.person)
        return _("The letter was withdrawn; its link no longer works.")


class LeaveOrganisation(SignedInPage, View):
    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        own = ClusterOrganisation.objects.with_member(self.person)
        organisation = get_object_or_404(own, slug=slug)
        try:
            actions.leave(organisation=organisation, by=self.person)
            messages.success(request, _("You left %(name)s.") % {"name": organisation.name})
        except ClusterProblem as problem:
            messages.error(request, str(problem))
        return redirect("accounts:home")


class NetworkList(AdministratorPage, FormView):
    """The administrator's page of all networks, with a form for a new one."""

    form_class = NetworkForm
    template_name = "clusters/network_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        networks = Network.objects.annotate(size=Count("organisations"))
        return super().get_context_data(networks=networks, crumbs=crumbs(), **kwargs)

    def form_valid(self, form: BaseForm) -> HttpResponse:
        network = actions.create_network(**form.cleaned_data, by=self.person)
        return redirect("clusters:network", slug=network.slug)


class EditNetwork(AdministratorPage, UpdateView):
    model = Network
    form_class = NetworkForm
    template_name = "clusters/network_form.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("join_form", JoinNetworkForm(network=self.object))
        own = {"label": _("Networks"), "url": reverse("clusters:networks")}
        return super().get_context_data(
            organisations=self.object.organisations.all(), crumbs=[*crumbs(), own], **kwargs
        )

    def form_valid(self, form: BaseForm) -> HttpResponse:
        actions.update_network(network=self.object, fields=form.cleaned_data, by=self.person)
        messages.success(self.request, _("The network was saved."))
        return redirect("clusters:network", slug=self.object.slug)


class JoinNetwork(AdministratorPage, View):
    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        network = get_object_or_404(Network, slug=slug)
        form = JoinNetworkForm(request.POST, network=network)
        if form.is_valid():
            actions.add_to_network(
                network=network,
                organisation=form.cleaned_data["organisation"],
                by=self.person,
            )
        return redirect("clusters:network", slug=slug)


class QuitNetwork(AdministratorPage, View):
    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        network = get_object_or_404(Network, slug=slug)
        organisation = get_object_or_404(network.organisations, slug=asked(request, "organisation"))
        actions.remove_from_network(network=network, organisation=organisation, by=self.person)
        return redirect("clusters:network", slug=slug)
