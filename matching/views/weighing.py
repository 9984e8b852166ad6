"""Sliders for the weights of one challenge: tried before they count."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import TemplateView, View

from challenges.choices import Policy
from companies.models import Company
from matching import actions, tasks
from matching.forms import WeightsForm
from matching.models import ChallengeShares, RecordedOutcome
from matching.problems import MatchProblem
from matching.scoring.whatif import Shares
from matching.telling import names_of
from matching.views.steering import SteeringPage
from matching.whatif import Prediction, points_of, predict, shares_of
from matching.wording import criterion_label, points

NAMED = 50
TURNS = 60  # a second each: whoever measures for longer is busy with something else


class WeightsPage(SteeringPage):
    @cached_property
    def shares(self) -> Shares | None:
        return shares_of(self.last_done)

    def url(self) -> str:
        return reverse("matching:weights", args=[self.challenge.slug])

    @cached_property
    def now(self) -> dict[str, int]:
        return points_of(self.challenge, self.shares.asked if self.shares else ())

    def form(self, data: Any) -> WeightsForm:
        return WeightsForm(data, asked=tuple(self.now), points=self.now)


class WeightsView(WeightsPage, TemplateView):
    """GET tries the weights of the address; POST lets them count and has everything scored."""

    template_name = "matching/weights.html"
    http_method_names = ["get", "post"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        own = self.challenge.weights.in_use().select_related("made_by").first()
        context = super().get_context_data(**kwargs) | {
            "challenge": self.challenge,
            "crumbs": self.crumbs(),
            "scored": self.last_done,
            "only_eligible": self.challenge.policy == Policy.AUTOMATIC,
            "own": own,
            "own_points": [(criterion_label(c), n) for c, n in own.points.items()] if own else [],
        }
        if not self.challenge.is_open:
            return context
        if self.shares is None:
            return context | waiting(0 if "wait" in self.request.GET else None)
        form = self.form(self.tried())
        context |= {"form": form, "is_ready": True, "edited": self.edited()}
        if not form.is_bound or not form.is_valid():
            return context
        found = predict(self.challenge, self.shares, form.points)
        return context | {"found": found, **self.told(found), "chosen": form.points.items()}

    def tried(self) -> dict[str, Any] | None:
        """The weights of the address, if any; one it does not name is as it counts now."""
        given = self.request.GET
        if not any(name.startswith("w_") for name in given):
            return None
        return {f"w_{code}": given.get(f"w_{code}", now) for code, now in self.now.items()}

    def edited(self) -> int:
        """Profiles changed since the companies were measured."""
        row = ChallengeShares.objects.only("made_at").get(pk=self.challenge.pk)
        return Company.objects.filter(updated_at__gt=row.made_at).count()

    def told(self, found: Prediction) -> dict[str, Any]:
        """Who enters and who leaves, by name where the manager may know it."""
        entering, leaving = found.entering[:NAMED], found.leaving[:NAMED]
        names = names_of([*entering, *leaving], self.request.user)
        outcomes = RecordedOutcome.objects.for_challenge(self.challenge)
        asked = outcomes.invited_among([*entering, *leaving])
        return {
            "counts": [(criterion_label(c), points(n)) for c, n in found.counts.items()],
            "entering": [(names[pk], points(found.after[pk]), pk in asked) for pk in entering],
            "leaving": [(names[pk], points(found.before[pk]), pk in asked) for pk in leaving],
        }

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = self.form(request.POST)
        if self.shares is None or not form.is_valid():
            messages.error(request, _("These weights cannot be used; try them again."))
            return HttpResponseRedirect(self.url())
        try:
            actions.choose_weights(challenge=self.challenge, points=form.points, by=self.person)
        except MatchProblem as problem:
            messages.error(request, str(problem))
            return HttpResponseRedirect(self.url())
        messages.success(request, _("These weights count now; the companies are scored anew."))
        return scoring(self)


class ResetWeightsView(WeightsPage, View):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            actions.reset_weights(challenge=self.challenge, by=self.person)
        except MatchProblem as problem:
            messages.error(request, str(problem))
            return HttpResponseRedirect(self.url())
        messages.success(request, _("The default weights count again."))
        return scoring(self)


class MeasureView(WeightsPage, View):
    """Has the companies measured, so that weights can be tried."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if not self.challenge.is_open:
            messages.error(request, _("This challenge is not open; its weights no longer change."))
            return HttpResponseRedirect(self.url())
        tasks.measure_shares.delay_on_commit(self.challenge.pk)
        return HttpResponseRedirect(f"{self.url()}?wait")


class MeasuredView(WeightsPage, TemplateView):
    """Asked for again and again until the companies are measured, or for long enough."""

    template_name = "matching/_measuring.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().get(request, *args, **kwargs)
        if self.shares is not None:
            response.headers["HX-Redirect"] = self.url()
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        given = self.request.GET.get("turn", "")[:4]
        turn = int(given) if given.isdecimal() else 0
        return super().get_context_data(**kwargs) | {"challenge": self.challenge, **waiting(turn)}


def waiting(turn: int | None) -> dict[str, Any]:
    """Which question this is to whether the companies are measured; none while nobody waits."""
    if turn is None:
        return {}
    return {"is_waiting": turn < TURNS, "takes_long": turn >= TURNS, "next_turn": turn + 1}


def scoring(page: WeightsPage) -> HttpResponse:
    """To the tab that shows the run which waits, and a ring for it."""
    tasks.share_out(actions.request_runs(challenge_ids=[page.challenge.pk]))
    return HttpResponseRedirect(reverse("matching:challenge", args=[page.challenge.slug]))
