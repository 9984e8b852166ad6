"""Words typed by somebody whose session had ended, kept until that person is back.

They lie in the session of the server, for one address, without secrets and files, and are given
out once.
"""

from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict

KEY = "kept"
MOST_BYTES = 200_000
LEFT_OUT = ("csrf", "password")


def keep(request: HttpRequest) -> bool:
    """Keep what was posted to this address. False when there is nothing, or far too much."""
    words = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if not any(part in name.lower() for part in LEFT_OUT)
    ]
    written = urlencode(words)
    if not written or len(written) > MOST_BYTES:
        return False
    request.session[KEY] = {"path": request.path, "words": written}
    return True


def take_out(request: HttpRequest) -> QueryDict | None:
    """What was kept for the address of this request, once; None when nothing was."""
    found = request.session.get(KEY)
    if not found or found["path"] != request.path:
        return None
    del request.session[KEY]
    return QueryDict(found["words"])


def came_from_here(request: HttpRequest) -> bool:
    """Whether the browser says that a page of ours posted this, not somebody else's."""
    origin = request.headers.get("Origin", "")
    return origin == f"{request.scheme}://{request.get_host()}"
