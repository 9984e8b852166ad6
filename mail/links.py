"""Pages behind the secret link of a letter: the secret is in the address once and never again.

Opening the link puts the secret into a cookie that only this one page is sent, and goes on to the
page, whose address tells it apart from others without giving anything away. Nothing is stored.
Every form of such a page carries the secret (`{% letter_secret %}`): posting needs no cookie,
so that words typed do not depend on one, and no other site can press a button here.
"""

import hashlib
from abc import ABC, abstractmethod
from typing import Any, ClassVar
from urllib.parse import quote, unquote

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.crypto import constant_time_compare
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import View

COOKIE = "__Secure-letter" if settings.SESSION_COOKIE_SECURE else "letter"
FIELD = "letter_secret"
NAME_LENGTH = 16


def name_of(secret: str) -> str:
    """What stands in the address of the page: it finds the cookie and proves nothing."""
    made = hashlib.sha256(f"letter link:{secret}".encode())
    return made.hexdigest()[:NAME_LENGTH]


def remember(response: HttpResponseBase, secret: str, *, path: str) -> None:
    """Until the browser closes, for this page alone."""
    response.set_cookie(
        COOKIE,
        quote(secret, safe=""),
        path=path,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def without_referrer(response: HttpResponseBase) -> HttpResponseBase:
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@method_decorator(never_cache, name="dispatch")
class LetterLink(View):
    """The link itself. It asks nobody whether the secret is any good: the page does."""

    who_may: ClassVar[str] = "public"
    page: ClassVar[str]  # name of the address

    def get(self, request: HttpRequest, token: str) -> HttpResponseBase:
        response = redirect(self.page, name=name_of(token))
        remember(response, token, path=response["Location"])
        return without_referrer(response)


@method_decorator([csrf_exempt, never_cache], name="dispatch")
class LetterPage(View, ABC):
    """Answers whoever has the secret: from the cookie to look, from the form to act.

    No referrer leaves it. Browsers then send no origin with the form either, which the usual
    protection would refuse; the secret in the form does its work.
    """

    who_may: ClassVar[str] = "public"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        given = (
            request.POST.get(FIELD, "")
            if request.method == "POST"
            else unquote(request.COOKIES.get(COOKIE, ""))
        )
        if not constant_time_compare(name_of(given), kwargs["name"]):
            return without_referrer(render(request, "mail/link_closed.html", status=403))
        request.letter_secret = given  # type: ignore[attr-defined]
        response = self.unknown(given) or super().dispatch(request, *args, **kwargs)
        if request.method == "POST":
            remember(response, given, path=request.path)
        return without_referrer(response)

    @abstractmethod
    def unknown(self, secret: str) -> HttpResponse | None:
        """Takes the secret for what it is worth: a page that says so where it is worth nothing."""
