"""Pages for what went wrong. Each says what happened and what to do next."""

from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.views.defaults import permission_denied

from look import errors


def unavailable(request: HttpRequest) -> HttpResponse:
    """503 with Retry-After; needs neither database nor session."""
    page = loader.get_template("503.html").render({})
    return HttpResponse(page, status=503, headers={"Retry-After": "10"})


def too_large(request: HttpRequest) -> HttpResponse:
    """413: the upload is larger than the limit, which the page names."""
    page = loader.get_template("413.html").render({}, request)
    return HttpResponse(page, status=413)


def too_many(request: HttpRequest) -> HttpResponse:
    """429: too many attempts from one address or for one account."""
    return errors.page(request, 429)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 that explains a form which was open too long, or came from another site."""
    return permission_denied(request, PermissionError(reason), template_name="403_csrf.html")
