"""The challenge and the profile side by side, for whoever may know the company."""

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from accounts.doors import PermissionPage
from accounts.permissions import Permission
from companies.models import Company
from matching import tasks
from matching.models import Match
from matching.texts import texts_of
from matching.views.contesting import CompanyMatchPage
from matching.views.lists import ChallengeMixin
from matching.views.waiting import WaitingPage, awaited, wait_of


def told(request: HttpRequest, match: Match) -> dict[str, Any]:
    """Nothing is marked before the reasons are there."""
    tasks.ring_for([match])
    return {
        "texts": None if match.findings is None else texts_of(match),
        "wait": wait_of(request, awaited([match])),
    }


class TextsView(WaitingPage, ChallengeMixin, PermissionPage, TemplateView):
    """To managers and partners. There is no such page of a company that has no name for them."""

    permission = Permission.MATCH_VIEW
    template_name = "matching/texts.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        named = Company.objects.visible_to(self.request.user)
        rows = Match.objects.for_challenge(self.challenge).filter(company__in=named.values("pk"))
        match = get_object_or_404(rows.select_related("company"), pk=self.kwargs["match"])
        url = reverse("matching:detail", args=[self.challenge.slug, match.pk])
        return super().get_context_data(**kwargs) | {
            "challenge": self.challenge,
            "name": str(match.company),
            **told(self.request, match),
            "crumbs": [{"label": str(match.company), "url": url}],
        }


class CompanyTextsView(WaitingPage, CompanyMatchPage, TemplateView):
    """To the company."""

    permission = Permission.COMPANY_VIEW
    template_name = "matching/texts.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "challenge": self.match.challenge,
            "name": self.company.name,
            **told(self.request, self.match),
            "crumbs": [{"label": _("The score explained"), "url": self.match_url()}],
        }
