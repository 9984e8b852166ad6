"""The addresses the frame of a page links to, without the pages behind them."""

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, include, path


def nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


def named(app: str, *names: str) -> tuple[list[URLPattern], str]:
    return [path(f"{app}/{name}/", nothing, name=name) for name in names], app


urlpatterns = [
    path("challenges/", nothing, name="challenges"),
    path("", include(named("challenges", "list"))),
    path("", include(named("labs", "list"))),
    path("", include(named("companies", "list"))),
    path("", include(named("matching", "list"))),
    path(
        "",
        include(
            named(
                "dashboard", "dashboard", "search", "about", "privacy", "accessibility", "contact"
            )
        ),
    ),
    path("", include(named("accounts", "home", "act_as", "language", "notices"))),
    path("login/", nothing, name="account_login"),
    path("logout/", nothing, name="account_logout"),
    path("healthz", nothing, name="healthz"),
]
