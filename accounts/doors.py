"""Doors: every view says who may. The doorkeeper refuses a view that says nothing."""

from abc import ABC, abstractmethod
from datetime import datetime
from typing import Any, ClassVar, cast

from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase

from accounts.kept import keep
from accounts.models import User
from accounts.permissions import Permission, Platform, Scope, has_permission
from accounts.registry import Belonging

PUBLIC = "public"
SIGNED_IN = "signed_in"
PERMISSION = "permission"


class Request(HttpRequest):
    """What the middleware adds; `arrived_at` only to a request that wants to change something."""

    user: User | AnonymousUser
    belongings: list[Belonging]
    acting: Belonging | None
    arrived_at: datetime


def _sign_in_first(request: HttpRequest) -> HttpResponseBase:
    """To the sign-in page and back; what was typed is kept until then."""
    if request.method == "POST":
        keep(request)
    response = redirect_to_login(request.get_full_path())
    if getattr(request, "htmx", False):
        return HttpResponse(status=204, headers={"HX-Redirect": response.url})
    return response


class PublicPage:
    """Anybody may come in."""

    who_may: ClassVar[str] = PUBLIC


class SignedInPage:
    """Anybody who signed in may come in; the view narrows its rows to that person's."""

    who_may: ClassVar[str] = SIGNED_IN
    request: HttpRequest
    kwargs: dict[str, Any]

    @property
    def person(self) -> User:
        """Who signed in."""
        return cast(User, self.request.user)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return _sign_in_first(request)
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]


class PermissionPage(SignedInPage, ABC):
    """Only who holds `permission` in the scope that `get_scope` returns.

    A noun the person may not know of answers 404, so that ids tell nothing; set `secret = False`
    on a view whose noun is public anyway, and it answers 403.
    """

    who_may: ClassVar[str] = PERMISSION
    permission: ClassVar[Permission]
    secret: ClassVar[bool] = True
    scope: Any

    @abstractmethod
    def get_scope(self) -> Scope:
        """The noun that knows the person's roles. Raises Http404 when it does not exist."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return _sign_in_first(request)
        self.scope = self.get_scope()
        if not has_permission(request.user, self.permission, self.scope):
            if self.secret:
                raise Http404
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class AdministratorPage(PermissionPage):
    """Only platform administrators."""

    permission = Permission.PLATFORM_ADMINISTER

    def get_scope(self) -> Scope:
        return Platform()
