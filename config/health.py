"""Two questions an operator's monitor asks: is the process alive, and can it do its work."""

import shutil
from collections.abc import Callable

import redis
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from mail.health import letters_leave, worker_lives

DISK_BYTES = 100 * 1024 * 1024


def alive(request: HttpRequest) -> HttpResponse:
    """200 as long as this process answers."""
    return HttpResponse("ok", content_type="text/plain")


def ready(request: HttpRequest) -> HttpResponse:
    """200 when every part works, else 503. Names the part, never versions or hosts.

    A monitor gets JSON, a person's browser a page.
    """
    parts = {name: works(check) for name, check in CHECKS.items()}
    status = 200 if all(parts.values()) else 503
    if request.get_preferred_type(["application/json", "text/html"]) == "text/html":
        told = [(TOLD[name], works) for name, works in parts.items()]
        return HttpResponse(render_to_string("ready.html", {"parts": told}), status=status)
    return JsonResponse(parts, status=status)


def works(check: Callable[[], bool]) -> bool:
    try:
        return check()
    except Exception:  # noqa: BLE001 - whatever went wrong, the part does not work
        return False


def _database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return cursor.fetchone() == (1,)


def _broker() -> bool:
    client = redis.Redis.from_url(
        settings.CELERY_BROKER_URL, socket_timeout=1, socket_connect_timeout=1
    )
    return bool(client.ping())


def _disk() -> bool:
    settings.MEDIA_ROOT.mkdir(parents=True, exist_ok=True)
    return shutil.disk_usage(settings.MEDIA_ROOT).free > DISK_BYTES


CHECKS = {
    "database": _database,
    "broker": _broker,
    "worker": worker_lives,
    "outbox": letters_leave,
    "disk": _disk,
}
TOLD = {
    "database": _("Database"),
    "broker": _("Queue"),
    "worker": _("Worker"),
    "outbox": _("Outgoing letters"),
    "disk": _("Room on the disk"),
}
alive.who_may = "public"  # type: ignore[attr-defined]
ready.who_may = "public"  # type: ignore[attr-defined]
