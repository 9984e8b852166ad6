"""What happens to every request before and after its view."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from django.utils.cache import patch_cache_control
from django_structlog.middlewares import RequestMiddleware
from pghistory.middleware import HistoryMiddleware

from config.logs import page_of
from look import errors

Respond = Callable[[HttpRequest], HttpResponse]
PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        *("accelerometer", "browsing-topics", "camera", "display-capture", "geolocation"),
        *("gyroscope", "magnetometer", "microphone", "midi", "payment", "usb"),
    )
)
SAFE_METHODS = {"GET", "HEAD", "OPTIONS", "TRACE"}


class ArrivalStamp:
    """Stamps a request that wants to change something with the database's clock.

    It happens before the body is read.
    Deadlines compare with `request.arrived_at`, so a slow upload that began in time is in time,
    and several web hosts share one clock.
    """

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in SAFE_METHODS:
            request.arrived_at = database_clock()  # type: ignore[attr-defined]
        return self.get_response(request)


class SizeLimit:
    """Refuses unread what is larger than anything a page of ours takes."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if int(request.META.get("CONTENT_LENGTH") or 0) > settings.REQUEST_BYTES:
            return errors.page(request, 413)
        return self.get_response(request)


def database_clock() -> datetime:
    """The time now by PostgreSQL's clock, aware, in UTC."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


class Compression(GZipMiddleware):
    """Compresses pages, padded at random against guessing; files go out as they are."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        return response if response.streaming else super().process_response(request, response)


class NoZeroBytes:
    """Refuses an address with a zero byte, which no person types and no database takes."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "%00" in request.META.get("QUERY_STRING", ""):
            raise BadRequest
        return self.get_response(request)


class Isolation:
    """Keeps our answers out of other sites' pages, and what we never use out of ours."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        return response


class PrivateByDefault:
    """Pages of signed-in people are never stored by a cache on the way, nor is anybody's cookie."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        user = getattr(request, "user", None)
        if user is not None and user.is_authenticated and "Cache-Control" not in response:
            patch_cache_control(response, private=True, no_store=True)
        elif response.cookies:
            patch_cache_control(response, private=True)
        return response


class PreferredLanguage(LocaleMiddleware):
    """The signed-in person's language, else the cookie of the switch, else the browser's wish."""

    def process_request(self, request: HttpRequest) -> None:
        if request.user.is_authenticated and request.user.language:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language()
            return
        super().process_request(request)


class HistoryOfPages(HistoryMiddleware):
    """Keeps with each change who made it on which page, never the address of a secret link."""

    def get_context(self, request: HttpRequest) -> dict[str, Any]:
        return {**super().get_context(request), "url": page_of(request)}


class RequestLog(RequestMiddleware):
    """Logs which page was asked for, never the address: it may hold a secret link or a name."""

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        return f"{request.method} {page_of(request)}"
