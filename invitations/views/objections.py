"""An address that wants no letters: written down, looked up, and taken back if it was a mistake."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import TemplateView, View

from accounts.doors import AdministratorPage, PermissionPage
from accounts.permissions import Permission, Platform
from companies.models import Company, CompanyQuerySet
from invitations.choices import LIST
from invitations.forms import AddressForm, ObjectionForm
from invitations.scopes import Objecting
from invitations.tasks import look_again
from mail.actions import record_objection, take_back_objection
from mail.models import Objection, Suppression, SuppressionQuerySet, hash_of
from mail.problems import MailProblem

LOOK, RECORD = "look", "record"


@dataclass(frozen=True)
class Found:
    """What is on record of the one address that was asked about."""

    address: str
    stops: SuppressionQuerySet
    objections: list[Objection]
    companies: CompanyQuerySet


class ObjectionsView(PermissionPage, TemplateView):
    """Is this address on the list? Else it is written down. Addresses stand in no link and log."""

    permission = Permission.OBJECTION_RECORD
    template_name = "invitations/objections.html"

    def get_scope(self) -> Objecting:
        return Objecting()

    @cached_property
    def is_administrator(self) -> bool:
        return bool(Platform().roles_of(self.request.user))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        given = {"look_form": self.look_form(), "form": self.objection_form()}
        return super().get_context_data(
            is_administrator=self.is_administrator,
            crumbs=[{"label": _("Invitations"), "url": reverse("invitations:list")}],
            **given | kwargs,
        )

    def look_form(self, data: Any = None) -> AddressForm:
        return AddressForm(data, prefix=LOOK, reader=self.person)

    def objection_form(self, data: Any = None, *, address: str = "") -> ObjectionForm:
        known = {"address": address, "heard_on": timezone.localdate(), "heard_by": self.person}
        return ObjectionForm(data, prefix=RECORD, reader=self.person, initial=known)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.record() if request.POST.get("do") == RECORD else self.look()

    def look(self) -> HttpResponse:
        form = self.look_form(self.request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(look_form=form), status=422)
        address = form.cleaned_data["address"]
        context = self.get_context_data(
            look_form=form, found=self.found(address), form=self.objection_form(address=address)
        )
        return self.render_to_response(context)

    def found(self, address: str) -> Found:
        """Whose the address is on file is told to administrators alone."""
        companies = Company.objects.active().written_to_at(hash_of(address)).order_by("name", "pk")
        return Found(
            address,
            Suppression.objects.of(address).covering(LIST).order_by("since"),
            list(Objection.objects.of(address).select_related("recorded_by", "taken_back_by")),
            companies if self.is_administrator else companies.none(),
        )

    def record(self) -> HttpResponse:
        form = self.objection_form(self.request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=422)
        try:
            record_objection(**form.cleaned_data, by=self.person)
        except MailProblem as problem:
            form.add_error(None, str(problem))
            return self.render_to_response(self.get_context_data(form=form), status=422)
        address = form.cleaned_data["address"]
        self.end_what_waits(address)
        messages.success(self.request, told(address))
        return HttpResponseRedirect(reverse("invitations:objections"))

    def end_what_waits(self, address: str) -> None:
        concerned = Company.objects.active().written_to_at(hash_of(address))
        if company_ids := list(concerned.values_list("pk", flat=True)):
            look_again.delay_on_commit(company_ids)


def told(address: str) -> str:
    """What stops and what does not."""
    return _(
        "Written down: %(address)s gets no invitation, reminder or other letter of a list any more."
        " A letter that is just being sent may still arrive, and so do sign-in codes and receipts"
        " of what they do here themselves."
    ) % {"address": address}


class TakeBackObjection(AdministratorPage, View):
    """Somebody mistyped or misheard: the letters may go on, and the reason stays on record."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        objection = get_object_or_404(Objection, pk=pk)
        why = request.POST.get("why", "").replace("\x00", "").strip()[:500]
        try:
            take_back_objection(objection=objection, why=why, by=self.person)
            messages.success(request, _("Taken back. What else stands against letters stays."))
        except MailProblem as problem:
            messages.error(request, str(problem))
        return HttpResponseRedirect(reverse("invitations:objections"))
