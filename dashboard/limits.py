"""How many questions somebody may send within an hour."""

import hashlib
import ipaddress

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest

HOUR = 3600
# A whole office may stand behind one host.
QUESTIONS = {"address": 5, "person": 5, "host": 20}
WHOLE_HOST = 64


def within_limits(request: HttpRequest, *, email: str) -> bool:
    """Count one question for its address, its writer and their host; False when one is over."""
    counted = {"address": email.strip().lower(), "person": _person(request), "host": _host(request)}
    within = [_count(kind, who) <= QUESTIONS[kind] for kind, who in counted.items()]
    return all(within)


def _person(request: HttpRequest) -> str:
    if request.user.is_authenticated:
        return f"user {request.user.pk}"
    if not request.session.session_key:
        request.session.create()
    return f"session {request.session.session_key}"


def _host(request: HttpRequest) -> str:
    """As our own proxy names it; of the newer kind of address the part that one household has."""
    host = get_adapter().get_client_ip(request)
    if ipaddress.ip_address(host).version == 4:
        return str(host)
    return str(ipaddress.ip_network(f"{host}/{WHOLE_HOST}", strict=False))


def _count(kind: str, who: str) -> int:
    """Names and addresses do not lie in the cache, only what they are reduced to."""
    key = f"contact:{kind}:{hashlib.sha256(who.encode()).hexdigest()}"
    cache.add(key, 0, timeout=HOUR)
    try:
        return cache.incr(key)
    except ValueError:  # the hour ended between the two
        return 1
