"""The manager's side: what arrived for a challenge, one of them, several beside each other."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, F, OuterRef, Prefetch, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.generic import DetailView, ListView, TemplateView, View

from accounts.doors import PermissionPage
from accounts.permissions import Permission, has_permission
from applications.actions import can_decide
from applications.choices import ANSWERS, ARRIVED, Status
from applications.models import Application, ApplicationQuerySet
from applications.paper import document
from applications.showing import FORWARD, Arrived, answers, steps_from, with_scores
from challenges.choices import Status as ChallengeStatus
from challenges.models import Challenge
from clusters.models import Membership
from companies.models import Company
from look.paging import CappedPaginator
from look.sheets import Cell, csv_response, xlsx_response
from matching.models import Match

ON_A_PAGE = 50
STEP_TAKEN = "applications.step_taken"
DOORS = ("shortlist", "agree_pilot", "take_back_pilot", "take_off_shortlist")
MOST_COMPARED = 4
ORDERS = {
    "score": (F("score").desc(nulls_last=True), "company__name"),
    "arrived": ("-submitted_at", "-pk"),
    "company": ("company__name", "pk"),
}


class ManagerPage(PermissionPage):
    """A page about applications of one challenge, for the managers of its cluster."""

    permission = Permission.APPLICATION_READ
    request: HttpRequest
    kwargs: dict[str, Any]

    def get_scope(self) -> Challenge:
        return self.challenge

    @cached_property
    def challenge(self) -> Challenge:
        own = Membership.objects.filter(user=self.request.user.pk)
        rows = Challenge.objects.select_related("lab__cluster").prefetch_related(
            Prefetch("lab__cluster__memberships", queryset=own)
        )
        return get_object_or_404(rows, slug=self.kwargs["slug"])

    @property
    def crumbs(self) -> list[dict[str, str]]:
        tab = reverse("applications:challenge", args=[self.challenge.slug])
        return [
            {"label": self.challenge.title, "url": self.challenge.get_absolute_url()},
            {"label": _("Applications"), "url": tab},
        ]

    def arrived(self) -> ApplicationQuerySet:
        rows = Application.objects.for_challenge(self.challenge).arrived()
        return rows.select_related("company", "solution").prefetch_related("attachments")

    def shown(self, rows: list[Application]) -> list[Arrived]:
        for row in rows:
            row.challenge = self.challenge
        return with_scores(rows)

    @cached_property
    def may_decide(self) -> bool:
        return has_permission(self.request.user, Permission.APPLICATION_DECIDE, self.challenge)

    def with_steps(self, rows: list[Application]) -> list[Arrived]:
        """With the buttons that make sense now."""
        shown = self.shown(rows)
        if not self.may_decide or self.is_withdrawn:
            return shown
        return [
            replace(one, steps=steps_from(one.application.status, is_over=self.is_over))
            for one in shown
        ]

    @property
    def is_withdrawn(self) -> bool:
        """Then no step is offered, neither forward nor back: nothing comes of any."""
        return self.challenge.status == ChallengeStatus.WITHDRAWN

    @cached_property
    def is_over(self) -> bool:
        return can_decide(self.challenge)

    def way_back(self, taken: dict[str, Any]) -> str:
        """The address that undoes the step just taken, where that is still possible."""
        if not taken or self.is_withdrawn or (taken["back"] in FORWARD and not self.is_over):
            return ""
        return self.address_of(taken["back"])

    def holds(self, statuses: Iterable[str]) -> bool:
        """Whether somebody decided on cannot use that the challenge takes applications again."""
        is_running = not (self.is_over or self.is_withdrawn)
        return is_running and any(status != Status.SUBMITTED for status in statuses)

    def deciding(self, on: str, statuses: Iterable[str]) -> dict[str, Any]:
        """What the page `on` needs besides: whether it is time, the forms, what was just done.

        `statuses` are those of the applications it speaks of.
        """
        taken = self.request.session.get(STEP_TAKEN, {})
        if taken.get("challenge") == self.challenge.pk:
            del self.request.session[STEP_TAKEN]
        else:
            taken = {}
        return {
            "on": on,
            "may_decide": self.may_decide,
            "is_over": self.is_over,
            "is_withdrawn": self.is_withdrawn,
            "some_are_held": self.holds(statuses),
            "step_taken": taken,
            "step_forms": [(door, self.address_of(door)) for door in DOORS],
            "step_back": self.way_back(taken),
        }

    def address_of(self, name: str) -> str:
        """With the filters of this page, to come back to it as it is."""
        address = reverse(f"applications:{name}", args=[self.challenge.slug])
        return f"{address}?{self.request.GET.urlencode()}" if self.request.GET else address


class ChallengeApplications(ManagerPage, ListView):
    """The tab of a challenge: everything that arrived, best score first unless asked otherwise."""

    template_name = "applications/challenge_applications.html"
    paginate_by = ON_A_PAGE
    paginator_class = CappedPaginator

    @property
    def order(self) -> str:
        asked = self.request.GET.get("order", "")
        return asked if asked in ORDERS else "score"

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many stand at each step, in the order of the steps; none where none does."""
        rows = Application.objects.for_challenge(self.challenge).arrived().order_by()
        found = dict(rows.values_list("status").annotate(Count("pk")))
        return {status: found[status] for status in ARRIVED if status in found}

    @property
    def step(self) -> str:
        asked = self.request.GET.get("step", "")
        return asked if asked in self.counts else ""

    @property
    def tallies(self) -> list[dict[str, Any]]:
        """All, then each step: its count and its filter."""
        every = {"": sum(self.counts.values()), **self.counts}
        return [
            {
                "label": Status(step).label if step else _("All"),
                "count": count,
                "url": f"?{urlencode({'order': self.order, 'step': step})}",
                "current": step == self.step,
            }
            for step, count in every.items()
        ]

    def get_queryset(self) -> QuerySet[Application]:
        scores = Match.objects.for_challenge(self.challenge).filter(company=OuterRef("company"))
        rows = self.arrived().annotate(score=Subquery(scores.values("total")[:1]))
        if self.step:
            rows = rows.filter(status=self.step)
        return rows.order_by(*ORDERS[self.order])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | {
            "challenge": self.challenge,
            "arrived": self.with_steps(list(context["object_list"])),
            "tallies": self.tallies,
            "order": self.order,
            "orders": [
                (code, label, f"?{urlencode({'order': code, 'step': self.step})}")
                for code, label in (
                    ("score", _("Score")),
                    ("arrived", _("Latest arrival")),
                    ("company", _("Name")),
                )
            ],
            "shortlist_address": self.address_of("shortlist"),
            **self.deciding("list", self.counts),
        }


class ReadApplication(ManagerPage, DetailView):
    """One application to read."""

    template_name = "applications/application_read.html"

    def get_object(self, queryset: QuerySet[Application] | None = None) -> Application:
        rows = self.arrived().prefetch_related("versions")
        return get_object_or_404(rows, public_id=self.kwargs["application"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        (one,) = self.with_steps([self.object])
        return super().get_context_data(
            one=one,
            application=self.object,
            profile=Company.objects.visible_to(self.request.user)
            .filter(pk=self.object.company_id)
            .first(),
            challenge=self.challenge,
            answers=answers(self.object),
            versions=[
                (version, answers(self.object, version.content))
                for version in self.object.versions.all()
            ],
            crumbs=self.crumbs,
            **self.deciding("read", [self.object.status]),
            **kwargs,
        )


class CompareApplications(ManagerPage, TemplateView):
    """Up to four applications beside each other, answer by answer."""

    template_name = "applications/application_compare.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked = _uuids(self.request.GET.getlist("a"))
        rows = list(self.arrived().filter(public_id__in=asked[:MOST_COMPARED]))
        rows.sort(key=lambda row: asked.index(row.public_id))
        columns = [answers(row) for row in rows]
        return super().get_context_data(
            challenge=self.challenge,
            arrived=self.with_steps(rows),
            lines=[
                (Application.label_of(name), [column[place] for column in columns])
                for place, name in enumerate(ANSWERS)
            ],
            left_out=max(len(asked) - MOST_COMPARED, 0),
            most=MOST_COMPARED,
            crumbs=self.crumbs,
            **self.deciding("compare", [row.status for row in rows]),
            **kwargs,
        )


def _uuids(texts: list[str]) -> list[UUID]:
    """Those that are one, each once."""
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return list(dict.fromkeys(found))


class ExportApplications(ManagerPage, View):
    """Everything that arrived for a challenge, as CSV, XLSX or one PDF."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        rows = self.shown(list(self.arrived().order_by("company__name", "pk")))
        name = f"applications-{self.challenge.slug}"
        if self.kwargs["kind"] == "pdf":
            return pdf_response(name, document(self.challenge, rows))
        makers: dict[str, Callable[..., HttpResponse]] = {
            "csv": csv_response,
            "xlsx": xlsx_response,
        }
        if self.kwargs["kind"] not in makers:
            raise Http404
        return makers[self.kwargs["kind"]](name, header(self.challenge), sheet(rows))


class ExportApplication(ManagerPage, View):
    """One application as PDF."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        row = get_object_or_404(self.arrived(), public_id=self.kwargs["application"])
        name = f"application-{row.company.slug}-{self.challenge.slug}"
        return pdf_response(name, document(self.challenge, self.shown([row])))


def pdf_response(name: str, content: bytes) -> HttpResponse:
    headers = {
        "Content-Disposition": f'attachment; filename="{name}.pdf"',
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(content, content_type="application/pdf", headers=headers)


def header(challenge: Challenge) -> list[str]:
    arrived = _("Arrived (%(zone)s)") % {"zone": challenge.time_zone}
    before = [_("Company"), _("Country"), _("Score"), _("Status"), arrived]
    return [*before, *(Application.label_of(name) for name in ANSWERS), _("Files")]


def sheet(rows: list[Arrived]) -> Iterator[list[Cell]]:
    for one in rows:
        row = one.application
        local = localtime(row.arrival, ZoneInfo(row.challenge.time_zone))
        yield [
            str(row.company),
            row.company.country.name,
            one.total / 10 if one.total is not None else None,
            str(row.get_status_display()),
            local.isoformat(sep=" ", timespec="seconds"),
            row.solution.name if row.solution else "",
            *(getattr(row, name) for name in ANSWERS if name != "solution_id"),
            ", ".join(file.name for file in row.attachments.all()),
        ]
