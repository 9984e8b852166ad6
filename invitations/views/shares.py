"""What a network wants of the invitations to its challenges."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import FormView

from accounts.doors import PermissionPage
from accounts.permissions import Permission, Scope
from clusters.models import Network
from invitations import actions
from invitations.forms import SharesForm
from invitations.models import NetworkShares
from invitations.profiles import budget
from invitations.scopes import NetworkScope
from invitations.tasks import share_places
from look.editing import OpenedFormMixin


class SharesView(PermissionPage, OpenedFormMixin, FormView):
    permission = Permission.INVITATION_SET_SHARES
    form_class = SharesForm
    template_name = "invitations/shares.html"

    @cached_property
    def network(self) -> Network:
        return get_object_or_404(Network, slug=self.kwargs["network"])

    def get_scope(self) -> Scope:
        return NetworkScope(self.network)

    def get_instance(self) -> NetworkShares:
        found = NetworkShares.objects.filter(network=self.network).first()
        return found or NetworkShares(network=self.network)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            network=self.network,
            budget=budget(),
            crumbs=[{"label": _("Invitations"), "url": reverse("invitations:list")}],
            **kwargs,
        )

    def save(self, form: SharesForm) -> None:
        actions.set_shares(
            network=self.network,
            fields=form.values(),
            revision=form.cleaned_data["revision"],
            by=self.person,
        )
        share_places.delay_on_commit()

    def get_success_url(self) -> str:
        return reverse("invitations:shares", args=[self.network.slug])
