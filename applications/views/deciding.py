"""Steps after the deadline. Each door takes applications by their ids `a`, and offers the way back.

A page holds one form for each door; `on` names the page, whose filters follow the address.
"""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from accounts.kept import take_out
from accounts.permissions import Permission
from applications import actions
from applications.actions import Stepped
from applications.choices import ARRIVED, Status
from applications.models import Application
from applications.problems import ApplicationProblem
from applications.views.managing import STEP_TAKEN, ManagerPage


class StepDoor(ManagerPage, View):
    """Takes one step with those asked for, and goes back to the page it was asked on."""

    permission = Permission.APPLICATION_DECIDE
    done: ClassVar[str | Promise]
    back: ClassVar[str]

    @abstractmethod
    def step(self, rows: list[Application]) -> Stepped:
        """The verb."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Whoever had to sign in first comes here: nothing is done, and the list is next."""
        if take_out(request) is not None:
            messages.info(request, _("You were signed out, so nothing was changed. Press again."))
        return redirect(self.address_of("challenge"))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        rows = self.asked()
        if not rows:
            messages.warning(request, _("Tick at least one application first."))
            return redirect(self.address_of("challenge"))
        try:
            stepped = self.step(rows)
        except ApplicationProblem as problem:
            messages.error(request, str(problem))
            return redirect(self.page(rows))
        self.tell(stepped)
        return redirect(self.page([*stepped.moved, *stepped.there, *stepped.left_out]))

    def asked(self) -> list[Application]:
        """All of this challenge, or there is no such page."""
        try:
            ids = {UUID(text) for text in self.request.POST.getlist("a")}
        except ValueError:
            raise Http404 from None
        rows = list(Application.objects.for_challenge(self.challenge).filter(public_id__in=ids))
        if len(rows) != len(ids):
            raise Http404
        return rows

    def tell(self, stepped: Stepped) -> None:
        if stepped.moved:
            self.request.session[STEP_TAKEN] = {
                "challenge": self.challenge.pk,
                "text": self.done % {"names": _names(stepped.moved)},
                "back": self.back,
                "ids": [str(row.public_id) for row in stepped.moved],
            }
        if stepped.there:
            text = _("Had been done already: %(names)s.")
            messages.info(self.request, text % {"names": _names(stepped.there)})
        if stepped.left_out:
            names = ", ".join(f"{row.company.name} ({_stands(row)})" for row in stepped.left_out)
            text = _("Left as they are, because of their status: %(names)s.")
            messages.warning(self.request, text % {"names": names})

    def page(self, rows: Sequence[Application]) -> str:
        """The page of one only while a manager may read it."""
        on = self.request.POST.get("on")
        if on == "compare":
            return self.address_of("compare")
        if on == "read" and len(rows) == 1 and rows[0].status in ARRIVED:
            return reverse("applications:read", args=[self.challenge.slug, rows[0].public_id])
        return self.address_of("challenge")


def _names(rows: Sequence[Application]) -> str:
    return ", ".join(row.company.name for row in rows)


def _stands(row: Application) -> str:
    """Of one that is not read here any more no more is told than that."""
    return str(Status(row.status if row.has_arrived else Status.WITHDRAWN).label)


class Shortlist(StepDoor):
    done = gettext_lazy("On the shortlist now: %(names)s.")
    back = "take_off_shortlist"

    def step(self, rows: list[Application]) -> Stepped:
        return actions.shortlist(applications=rows, by=self.person)


class TakeOffShortlist(StepDoor):
    done = gettext_lazy("Off the shortlist now: %(names)s.")
    back = "shortlist"

    def step(self, rows: list[Application]) -> Stepped:
        return actions.take_off_shortlist(applications=rows, by=self.person)


class AgreePilot(StepDoor):
    done = gettext_lazy("A pilot is agreed with: %(names)s.")
    back = "take_back_pilot"

    def step(self, rows: list[Application]) -> Stepped:
        return actions.agree_pilot(applications=rows, by=self.person)


class TakeBackPilot(StepDoor):
    done = gettext_lazy("No pilot any more, on the shortlist again: %(names)s.")
    back = "agree_pilot"

    def step(self, rows: list[Application]) -> Stepped:
        return actions.take_back_pilot(applications=rows, by=self.person)
