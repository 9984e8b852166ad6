"""The doorkeeper, and which of a person's roles is being played."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from accounts.doors import Request
from accounts.registry import Belonging, memberships_of

Respond = Callable[[HttpRequest], HttpResponse]

# Views of libraries cannot carry our attribute; their modules decide for themselves who may.
TRUSTED_MODULES = ("allauth.", "django.contrib.admin", "django.contrib.staticfiles")


class ActingMembership:
    """Gives `request.belongings` and `request.acting` (one of them, or None), both lazily."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        told: Any = request
        told.belongings = SimpleLazyObject(lambda: _belongings(told))
        told.acting = SimpleLazyObject(lambda: _acting(told))
        return self.get_response(request)


def _belongings(request: Request) -> list[Belonging]:
    return memberships_of(request.user) if request.user.is_authenticated else []


def _acting(request: Request) -> Belonging | None:
    chosen = getattr(request.user, "acting_as", "")
    found = list(request.belongings)
    return next((one for one in found if one.key == chosen), found[0] if found else None)


class Doorkeeper:
    """Refuses every view that does not say who may."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> None:
        if view.__module__.startswith(TRUSTED_MODULES):
            return
        if who_may(view) is None:
            raise PermissionDenied(f"{view.__module__}.{view.__qualname__} does not say who may.")


def who_may(view: Callable[..., Any]) -> str | None:
    """What a view says of its visitors: on its class, or on the function itself."""
    said = getattr(getattr(view, "view_class", view), "who_may", None)
    if said not in {None, "public", "signed_in", "permission"}:
        raise ImproperlyConfigured(f"{view!r} says who_may={said!r}.")
    return said
