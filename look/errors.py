"""Pages for what went wrong. They need neither database nor session, only the language."""

import structlog
from django.http import HttpRequest, HttpResponse
from django.template import loader


def page(request: HttpRequest, status: int, **context: object) -> HttpResponse:
    """The page of a status, with the number that finds the request in the logs."""
    known = {"request_id": request_id(), **context}
    html = loader.get_template(f"{status}.html").render(known)
    return HttpResponse(html, status=status)


def request_id() -> str:
    return str(structlog.contextvars.get_contextvars().get("request_id", ""))


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(request, 400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(request, 403)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    return page(request, 500)
