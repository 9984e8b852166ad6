"""Pages for what went wrong. Each says what happened and what to do next."""

from django.http import HttpRequest, HttpResponse
from django.template import loader

from accounts.kept import came_from_here, keep
from look import errors


def too_many(request: HttpRequest) -> HttpResponse:
    """429: too many attempts from one address or for one account."""
    return errors.page(request, 429)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 that explains a form which was open too long, or came from another site.

    What a page of ours posted is kept: opening that address again shows it.
    """
    kept = came_from_here(request) and keep(request)
    known = {
        "request_id": errors.request_id(),
        "kept_url": request.get_full_path() if kept else "",
    }
    return HttpResponse(loader.get_template("403_csrf.html").render(known), status=403)
