"""Bare views over the same tables and rows: what a page cannot be cheaper than."""

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from challenges.models import Challenge
from matching.models import Match

LIST = engines["django"].from_string(
    "<ul>{% for row in rows %}<li><a href='/x/{{ row.slug }}/'>{{ row.title }}</a>"
    " {{ row.question }} {{ row.lab.name }}"
    " {{ row.deadline|date:'j F Y, H:i' }}</li>{% endfor %}</ul>"
    "<p>{{ count }}</p>"
)
DETAIL = engines["django"].from_string(
    "<h1>{{ row.title }}</h1><p>{{ row.need }}</p><form method='post'>{% csrf_token %}</form>"
)
MATCHES = engines["django"].from_string(
    "<p>{{ request.user }}</p><table>{% for row in rows %}<tr><td>{{ row.company.name }}</td>"
    "<td>{{ row.challenge.title }}</td><td>{{ row.total }}</td></tr>{% endfor %}</table>"
)


def challenge_list(request: HttpRequest) -> HttpResponse:
    rows = Challenge.objects.filter(status="open", themes__contains=["smart_home"])
    found = rows.select_related("lab").defer("search").order_by("deadline", "id")
    return HttpResponse(LIST.render({"rows": found[:25], "count": rows.count()}, request))


def challenge_detail(request: HttpRequest) -> HttpResponse:
    row = Challenge.objects.defer("search").get(slug="challenge-500")
    return HttpResponse(DETAIL.render({"row": row}, request))


def match_list(request: HttpRequest) -> HttpResponse:
    rows = Match.objects.select_related("company", "challenge").defer("challenge__search")
    found = rows.filter(company__country="DK").order_by("-total", "id")
    return HttpResponse(MATCHES.render({"rows": list(found[:50])}, request))


for view in (challenge_list, challenge_detail, match_list):
    view.who_may = "public"  # type: ignore[attr-defined]

urlpatterns = [
    path("floor/challenges/", challenge_list),
    path("floor/challenge/", challenge_detail),
    path("floor/matches/", match_list),
]
