"""How good the matching of a network is, and which weights it uses."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import DetailView, ListView, View

from accounts.doors import PermissionPage, PublicPage
from accounts.permissions import Permission, has_permission
from clusters.models import Network
from matching import actions, tasks
from matching.learning import LEAST_COMPANIES, LEAST_HELD_BACK, LEAST_IN_BAND, LEAST_TAUGHT
from matching.measured import (
    bands_shown,
    elsewhere_told,
    groups_of,
    steps_of,
    ten_best_rounded,
    versions_shown,
    way_of,
    weights_side_by_side,
)
from matching.models import Measurement, WeightsChoice, WeightsVersion
from matching.scopes import PeopleOfNetwork, networks_readable_by

VERSIONS_SHOWN = 20  # the others are behind a click


class QualityListView(PublicPage, ListView):
    """The networks whose figures this person may read; the only one at once."""

    template_name = "matching/quality_list.html"
    context_object_name = "networks"

    def get_queryset(self) -> QuerySet[Network]:
        return networks_readable_by(self.request.user)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().get(request, *args, **kwargs)
        if len(self.object_list) == 1:
            return HttpResponseRedirect(
                reverse("matching:quality", args=[self.object_list[0].slug])
            )
        return response


class QualityView(PublicPage, DetailView):
    """Counts for the people of the network; rounded shares for everybody, if the network wants."""

    template_name = "matching/quality.html"
    context_object_name = "network"

    def get_queryset(self) -> QuerySet[Network]:
        return networks_readable_by(self.request.user)

    @cached_property
    def is_public(self) -> bool:
        """Whether the reader is somebody from outside."""
        people = PeopleOfNetwork(self.object)
        return not has_permission(self.request.user, Permission.MATCH_VIEW, people)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        measured = Measurement.objects.filter(network=self.object).first()
        context = super().get_context_data(**kwargs) | {
            "measured": measured,
            "is_public": self.is_public,
            "least_in_band": LEAST_IN_BAND,
            "least_companies": LEAST_COMPANIES,
        }
        if measured is not None:
            context |= {
                "groups": groups_of(measured, is_public=self.is_public),
                "bands": bands_shown(measured, is_public=self.is_public),
                "steps": steps_of(measured.whole),
                "way": way_of(measured.whole),
                "has_pilots": measured.whole.piloted > 0,
                "precision": measured.precision,
                "best_public": ten_best_rounded(measured.precision),
            }
        return context if self.is_public else context | self.weights()

    def weights(self) -> dict[str, Any]:
        versions = versions_shown(self.object.weights.all())
        choices = WeightsChoice.objects.filter(network=self.object)
        choice = choices.select_related("version", "chosen_by").first()
        used = choice.version if choice else None
        return {
            "versions": versions[:VERSIONS_SHOWN],
            "older": versions[VERSIONS_SHOWN:],
            "choice": choice,
            "used": used,
            "elsewhere": elsewhere_told(self.object),
            "side_by_side": weights_side_by_side(used),
            "least": LEAST_TAUGHT + LEAST_HELD_BACK,
            "may_choose": has_permission(
                self.request.user, Permission.WEIGHTS_CHOOSE, PeopleOfNetwork(self.object)
            ),
        }


class ChooseWeightsView(PermissionPage, View):
    """One click: this version, the defaults, or whatever the worker finds."""

    permission = Permission.WEIGHTS_CHOOSE

    @cached_property
    def network(self) -> Network:
        return get_object_or_404(Network, slug=self.kwargs["slug"])

    def get_scope(self) -> PeopleOfNetwork:
        return PeopleOfNetwork(self.network)

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        chosen = request.POST.get("version", "")
        if chosen == "worker":
            actions.leave_weights_to_worker(network=self.network, by=self.person)
            messages.success(request, _("The worker chooses the weights again."))
        elif chosen != "defaults" and not chosen.isdecimal():
            messages.error(request, _("Choose one of the weights below."))
        else:
            version = None if chosen == "defaults" else self.version(chosen)
            actions.use_weights(network=self.network, version=version, by=self.person)
            tasks.share_out(actions.recover_runs())
            messages.success(
                request, _("These weights count from now on. Open challenges are scored anew.")
            )
        return HttpResponseRedirect(reverse("matching:quality", args=[slug]))

    def version(self, number: str) -> WeightsVersion:
        return get_object_or_404(self.network.weights, number=number)
