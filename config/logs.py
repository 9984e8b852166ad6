"""What a line of the log may say: which page was asked for, and nobody's address.

A path may hold a secret link or a name, and a database names the value that it refuses.
"""

import logging
import re

from django.http import HttpRequest
from django.urls import Resolver404, resolve

E_MAIL = re.compile(r"[\w.+%-]+@[\w.-]+\.[A-Za-z]{2,}")
REFUSED = re.compile(
    r"(Key \(.+?\)=)\(.*?\)(?= (?:already|conflicts|is|was)\b)"
    r"|(Failing row contains )\(.*?\)(?=\.(?:\\n|[\n'\"]|$))"
)


def page_of(request: HttpRequest) -> str:
    """The pattern of the address, without what fills it."""
    try:
        return f"/{(request.resolver_match or resolve(request.path_info)).route}"
    except Resolver404:
        return "unknown"


class PagesNotPaths(logging.Filter):
    """Django names the path of a request that failed; the page is enough to find the fault."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        if isinstance(request, HttpRequest) and isinstance(record.args, tuple):
            path = request.path.encode("unicode_escape").decode("ascii")
            record.args = tuple(page_of(request) if one == path else one for one in record.args)
        return True


def without_people(_logger: object, _method: str, line: str) -> str:
    """The last step of every line: what looks like somebody's address or a refused value goes."""
    kept = REFUSED.sub(lambda found: f"{found[1] or found[2]}(...)", line)
    return E_MAIL.sub("<address>", kept)
