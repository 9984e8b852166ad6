"""How long somebody stays signed in: not past the idle limit, and never past the absolute one."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

BEGAN, SEEN = "signed_in_at", "last_seen_at"
# Each note of a sign of life is a row written.
NOTED_EVERY = 300


class SessionLimits:
    """Stands behind the authentication: whoever is out of time is a visitor from here on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            _end_or_note(request)
        return self.get_response(request)


def _end_or_note(request: HttpRequest) -> None:
    now = int(timezone.now().timestamp())
    began = request.session.setdefault(BEGAN, now)
    seen = request.session.setdefault(SEEN, now)
    if now - seen > settings.SESSION_IDLE_SECONDS or now - began > settings.SESSION_COOKIE_AGE:
        logout(request)
    elif now - seen > NOTED_EVERY:
        request.session[SEEN] = now
