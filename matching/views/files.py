"""Lists of matches to take along, as CSV or XLSX, without contact data."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.permissions import Permission
from look.sheets import Cell, csv_stream, xlsx_response
from matching import tasks
from matching.models import Match
from matching.patience import untried
from matching.showing import ShownMatch, shown
from matching.views.lists import ChallengeMatchesView, MatchListView, NetworkMatchesView
from matching.views.waiting import MARK, wait_of

LIMIT = 5000
AT_ONCE = 500
HEADER = (
    gettext_lazy("Challenge"),
    gettext_lazy("Living lab"),
    gettext_lazy("Company"),
    gettext_lazy("Country"),
    gettext_lazy("Cluster organisation"),
    gettext_lazy("Score"),
    gettext_lazy("Eligible"),
    gettext_lazy("Reasons"),
    gettext_lazy("Not met"),
)

# What the page that waits says when the file is there: now it may be fetched.
FETCH = "fetch"
# Asked for by who waits no longer: without a worker the reasons never come.
AS_IT_IS = "as_it_is"


class ExportNetworkView(NetworkMatchesView):
    """The list as filtered."""

    permission = Permission.MATCH_EXPORT

    def list_url(self) -> str:
        return with_filters(self.request, reverse("matching:list"))

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # type: ignore[override]  # streamed
        return file_of(self, "matches")


class ExportChallengeView(ChallengeMatchesView):
    """The matches of one challenge as filtered."""

    permission = Permission.MATCH_EXPORT

    def list_url(self) -> str:
        return with_filters(self.request, reverse("matching:challenge", args=[self.challenge.slug]))

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # type: ignore[override]  # streamed
        return file_of(self, f"matches-{self.challenge.slug}")


def with_filters(request: HttpRequest, url: str, **more: str) -> str:
    asked = request.GET.copy()
    asked.pop(AS_IT_IS, None)
    asked.update(more)
    return f"{url}?{asked.urlencode()}" if asked else url


def file_of(view: "ExportNetworkView | ExportChallengeView", name: str) -> HttpResponseBase:
    """At most 5,000 rows, best first. CSV leaves row by row, a workbook when it is whole.

    While the worker still writes reasons, a page that waits for them and then fetches the file.
    What the worker could not explain is no reason to wait, nor is anything for whoever takes the
    file as it is: its rows say why they have no reasons.
    """
    makers: dict[str, Callable[..., HttpResponseBase]] = {"csv": csv_stream, "xlsx": xlsx_response}
    if view.kwargs["kind"] not in makers:
        raise Http404
    ids = list(view.get_queryset().values_list("pk", flat=True)[:LIMIT])
    lacking = Match.objects.filter(pk__in=ids).unexplained()
    awaited = [] if AS_IT_IS in view.request.GET else untried(lacking.scorings())
    if awaited or MARK in view.request.headers:
        return prepared(view, number=len(ids), awaited=awaited)
    header = [str(title) for title in HEADER]
    rows = lines_of(view, ids, language=translation.get_language())
    return makers[view.kwargs["kind"]](name, header, rows)


def prepared(
    view: "ExportNetworkView | ExportChallengeView", *, number: int, awaited: Sequence[int]
) -> HttpResponse:
    """How far it is; once everything is there the page is sent on to the file and stays itself."""
    request = view.request
    url = request.get_full_path()
    if awaited:
        tasks.ring_for_file(awaited, f"{request.user.pk}:{url}")
    elif request.headers.get(MARK) == FETCH:
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    wait = wait_of(request, len(awaited))
    if wait.is_unchanged:
        return HttpResponse(status=204)
    told = {
        "wait": wait,
        "number": number,
        "done": number - len(awaited),
        "fetch": FETCH,
        "as_it_is": with_filters(request, request.path, **{AS_IT_IS: "1"}),
        "back": view.list_url(),
    }
    response = render(request, "matching/file.html", told, status=202 if awaited else 200)
    if awaited:
        response.headers["Retry-After"] = "2"
    return response


def lines_of(
    view: MatchListView, ids: Sequence[int], *, language: str | None
) -> Iterator[tuple[Cell, ...]]:
    """In the order of the ids. Few are read at a time, however many there are.

    They are asked for when the request is over, so the language is told.
    """
    with translation.override(language):
        for start in range(0, len(ids), AT_ONCE):
            some = ids[start : start + AT_ONCE]
            found = view.get_queryset().in_bulk(some)
            matches = [found[pk] for pk in some if pk in found]
            for one in shown(matches, reader=view.request.user, own_clusters=set()):
                yield cells_of(one)


def cells_of(one: ShownMatch) -> tuple[Cell, ...]:
    return (
        one.match.challenge_title,
        one.match.lab_name,
        one.name,
        one.company.country.name if one.company else "",
        one.cluster,
        one.match.total / 10 if one.has_total else "",
        _("yes") if one.match.is_eligible else _("no"),
        one.why_waiting if one.is_waiting else "; ".join(one.reasons),
        "; ".join(condition.text for condition in one.not_met),
    )
