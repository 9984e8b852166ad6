"""Pages that show what is stored, and ask again by themselves for what the worker still writes."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse

from matching.models import Match
from matching.patience import Wait, untried, wait_for
from matching.showing import ShownMatch

MARK = "X-Wait"


def wait_of(request: HttpRequest, missing: int) -> Wait:
    return wait_for(missing, request.headers.get(MARK, ""))


def waiting_rows(request: HttpRequest, shown: Sequence[ShownMatch]) -> dict[str, Any]:
    """What a list says of the reasons that its rows lack."""
    return {
        "wait": wait_of(request, awaited([one.match for one in shown])),
        "renewed": places_of(shown),
    }


def awaited(matches: Sequence[Match]) -> int:
    """How many lack reasons that the worker has not tried in vain to write."""
    silent = [match for match in matches if match.findings is None]
    stored = [match.scoring for match in silent if match.pk]
    return len(silent) - len(stored) + len(untried(stored))


def places_of(shown: Sequence[ShownMatch]) -> str:
    """What of a list is renewed while reasons come: no more than the rows that lack theirs, so
    that whatever somebody has ticked or reached by keyboard in the others stays.
    """
    waiting = [one.anchor for one in shown if one.is_waiting]
    cells = [f"#{name}-{anchor}" for anchor in waiting for name in ("score", "why")]
    return ",".join(["#writing:innerHTML", "#legend", *cells])


class WaitingPage:
    """Where its context has a `wait`: while nothing has changed, nothing on it moves."""

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        wait = context.get("wait")
        if wait is not None and wait.is_unchanged:
            return HttpResponse(status=204)
        response: HttpResponse = super().render_to_response(context, **kwargs)  # type: ignore[misc]
        return response
