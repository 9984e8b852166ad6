"""The demonstration lets a visitor take a role by one press of a button; nothing else does."""

from dataclasses import dataclass

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views import View

from accounts.doors import PublicPage
from accounts.models import User

ROLES: dict[str, str | Promise] = {
    "administrator": _("Platform administrator"),
    "cluster_manager": _("Cluster manager"),
    "partner": _("Partner"),
    "company": _("Company"),
}


@dataclass(frozen=True)
class OneClick:
    role: str
    label: str | Promise
    user: User


def people() -> list[OneClick]:
    """Whom a visitor of the demonstration may become, in the order of the roles."""
    if not settings.DEMONSTRATION:
        return []
    found = {
        user.one_click: user
        for user in User.objects.filter(one_click__in=ROLES, is_demonstration=True, is_active=True)
    }
    return [OneClick(role, label, found[role]) for role, label in ROLES.items() if role in found]


class OneClickSignIn(PublicPage, View):
    http_method_names = ("post",)

    def dispatch(self, request: HttpRequest, role: str) -> HttpResponseBase:
        if not settings.DEMONSTRATION:
            raise Http404
        return super().dispatch(request, role)

    def post(self, request: HttpRequest, role: str) -> HttpResponse:
        user = get_object_or_404(User, one_click=role, is_demonstration=True, is_active=True)
        adapter = get_adapter()
        adapter.login(request, user)
        url = request.POST.get("next", "")
        return redirect(url if adapter.is_safe_url(url) else settings.LOGIN_REDIRECT_URL)
