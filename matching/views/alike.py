"""Challenges like one challenge, companies like one company.

The pages of both belong to earlier rooms and fetch the list from here, or link to it.
"""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.generic import DetailView

from accounts.doors import PublicPage
from challenges.models import Challenge
from companies.models import Company
from matching.alike import challenges_like, companies_like


class AlikeView(PublicPage, DetailView):
    """The list alone where another page fetches it."""

    template_name = "matching/alike.html"

    def get_template_names(self) -> list[str]:
        part = "#alike" if self.request.htmx else ""  # type: ignore[attr-defined]
        return [f"{self.template_name}{part}"]

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        response = super().render_to_response(context, **kwargs)
        patch_vary_headers(response, ["HX-Request"])
        return response


class ChallengesLikeView(AlikeView):
    def get_queryset(self) -> QuerySet[Challenge]:
        rows = Challenge.objects.visible_to(self.request.user).select_related("lab")
        return rows.prefetch_related("requirements")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        one = self.object
        return super().get_context_data(
            title=_("Challenges like this one"),
            name=one.title,
            crumbs=[{"label": one.title, "url": one.get_absolute_url()}],
            alike=challenges_like(one, reader=self.request.user),
            **kwargs,
        )


class CompaniesLikeView(AlikeView):
    def get_queryset(self) -> QuerySet[Company]:
        return Company.objects.visible_to(self.request.user).active()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        one = self.object
        return super().get_context_data(
            title=_("Companies like this one"),
            name=one.name,
            crumbs=[{"label": one.name, "url": one.get_absolute_url()}],
            alike=companies_like(one, reader=self.request.user),
            **kwargs,
        )
