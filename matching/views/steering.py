"""What managers decide by hand about the matches of a challenge."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import FormView, View

from accounts.doors import PermissionPage
from accounts.permissions import Permission, Scope
from matching import actions
from matching.forms import OverrideForm
from matching.models import Match, Override
from matching.problems import MatchProblem
from matching.telling import names_of
from matching.views.lists import ChallengeMixin


class SteeringPage(ChallengeMixin, PermissionPage):
    """Whoever decides about the matches of the challenge of the address."""

    permission = Permission.MATCH_STEER

    def get_scope(self) -> Scope:
        return self.challenge

    def crumbs(self) -> list[dict[str, str]]:
        url = reverse("matching:challenge", args=[self.challenge.slug])
        return [{"label": self.challenge.title, "url": url}]


class OneMatchPage(SteeringPage):
    @cached_property
    def match(self) -> Match:
        rows = Match.objects.for_challenge(self.challenge).select_related("company")
        return get_object_or_404(rows, pk=self.kwargs["match"])

    def match_url(self) -> str:
        return reverse("matching:detail", args=[self.challenge.slug, self.match.pk])


class OverrideView(OneMatchPage, FormView):
    """Pin, exclude or raise one company, with a reason."""

    template_name = "matching/override.html"
    form_class = OverrideForm

    @cached_property
    def known(self) -> Override | None:
        rows = Override.objects.for_challenge(self.challenge)
        return rows.filter(company=self.match.company_id).first()

    def get_initial(self) -> dict[str, Any]:
        if self.known is None:
            return {}
        return {
            "kind": self.known.kind,
            "points": self.known.points,
            "reason": self.known.reason,
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        name = names_of([self.match.company_id], self.request.user)[self.match.company_id]
        return super().get_context_data(**kwargs) | {
            "challenge": self.challenge,
            "match": self.match,
            "name": name,
            "back": self.match_url(),
            "crumbs": [*self.crumbs(), {"label": name, "url": self.match_url()}],
        }

    def form_valid(self, form: OverrideForm) -> HttpResponse:
        try:
            actions.override(
                challenge=self.challenge,
                company=self.match.company,
                kind=form.cleaned_data["kind"],
                points=form.cleaned_data["points"],
                reason=form.cleaned_data["reason"],
                by=self.person,
            )
        except MatchProblem as problem:
            form.add_error(None, str(problem))
            return self.form_invalid(form)
        messages.success(self.request, _("Your decision is kept; no scoring changes it."))
        return HttpResponseRedirect(self.match_url())


class RemoveOverrideView(OneMatchPage, View):
    """The scores speak again."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            actions.remove_override(
                challenge=self.challenge, company=self.match.company, by=self.person
            )
        except MatchProblem as problem:
            messages.error(request, str(problem))
        else:
            messages.success(request, _("The decision is removed; the scores speak again."))
        return HttpResponseRedirect(self.match_url())
