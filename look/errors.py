"""Pages for what went wrong. They need neither database nor session, only the language."""

import sys

import structlog
from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from django.template import loader
from django.utils import translation

SECONDS_AWAY = "10"
BLOCK = 64 * 1024


def page(request: HttpRequest, status: int, **context: object) -> HttpResponse:
    """The page of a status, with the number that finds the request in the logs."""
    known = {"request_id": request_id(), **context}
    with translation.override(language := language_of(request)):
        html = loader.get_template(f"{status}.html").render(known)
    return HttpResponse(html, status=status, headers={"Content-Language": language})


def language_of(request: HttpRequest) -> str:
    """The language the request was found to want, or what it says when nobody looked yet.

    The thread's own language may be that of a reader before.
    """
    found = getattr(request, "LANGUAGE_CODE", "")
    return found or translation.get_language_from_request(request)


def request_id() -> str:
    return str(structlog.contextvars.get_contextvars().get("request_id", ""))


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400; or 413 for a text longer than any form of ours may send."""
    if isinstance(exception, RequestDataTooBig):
        read_away(request)
        return page(request, 413)
    return page(request, 400)


def read_away(request: HttpRequest) -> None:
    """Take the rest of the body: whoever still sends when the answer comes may never read it."""
    try:
        while request.read(BLOCK):
            pass
    except UnreadablePostError:
        return


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(request, 403)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500; or 503 when the cause is a database that does not answer, wherever it was asked."""
    if isinstance(sys.exc_info()[1], (OperationalError, InterfaceError)):
        response = page(request, 503)
        response.headers["Retry-After"] = SECONDS_AWAY
        return response
    return page(request, 500)
