"""Invitations that a cluster organisation was asked to pass on to its members."""

from datetime import datetime
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import ListView, TemplateView

from accounts.doors import PermissionPage, SignedInPage
from accounts.permissions import Permission, Person, Scope
from companies.choices import GroundKind
from companies.models import Company, LawfulGround
from invitations import actions
from invitations.choices import Refusal, RelayFate, Status
from invitations.emails import recipient_of, text_to_pass_on
from invitations.models import Relay, RelayQuerySet
from invitations.problems import InvitationProblem
from invitations.wording import judged
from look.markup import moment
from matching.scoring import Reason

PAGE = 25
LATELY = 10
RELATED = ("invitation__challenge__lab__cluster", "invitation__company", "cluster", "settled_by")


def known_to(user: Person) -> RelayQuerySet:
    """Of companies the manager may name: seen by name anyway, or nominated by them."""
    nominated = LawfulGround.objects.filter(
        kind=GroundKind.NOMINATED,
        company=OuterRef("invitation__company"),
        cluster=OuterRef("cluster"),
    )
    seen = Q(invitation__company__in=Company.objects.visible_to(user))
    return Relay.objects.of_manager(user).filter(seen | Exists(nominated))


class RelaysView(SignedInPage, ListView):
    """What waits to be passed on by those one manages, and what became of the last ones."""

    template_name = "invitations/relay_list.html"
    context_object_name = "relays"
    paginate_by = PAGE

    def get_queryset(self) -> QuerySet[Relay]:
        return known_to(self.request.user).waiting().select_related(*RELATED).order_by("pk")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        settled = known_to(self.request.user).exclude(fate=RelayFate.WAITING)
        context = super().get_context_data(
            settled=settled.select_related(*RELATED).order_by("-settled_at")[:LATELY],
            crumbs=[{"label": _("Invitations"), "url": reverse("invitations:list")}],
            **kwargs,
        )
        relays = list(context["relays"])
        refusals = actions.refusals_to_pass_on(relays)
        wanted = [one for one in relays if not refusals[one.invitation_id]]
        return context | {"relays": wanted}


class RelayView(PermissionPage, TemplateView):
    """The ready text for one company, and three ways to say what became of it."""

    permission = Permission.INVITATION_SEND
    template_name = "invitations/relay_detail.html"

    @cached_property
    def relay(self) -> Relay:
        rows = known_to(self.request.user).select_related(*RELATED)
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    def get_scope(self) -> Scope:
        return self.relay

    @cached_property
    def refusal(self) -> str:
        """Why it is not passed on any more, asked anew each time the page is read."""
        row = self.relay.invitation
        if self.relay.fate == RelayFate.WAITING:
            return actions.refusals_to_pass_on([self.relay])[row.pk]
        return row.refused_because if self.relay.fate == RelayFate.ENDED else ""

    @property
    def is_waiting(self) -> bool:
        return (
            self.relay.fate == RelayFate.WAITING
            and self.relay.invitation.status == Status.RELAYED
            and self.relay.invitation.challenge.is_open
            and not self.refusal
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        company = self.relay.invitation.company
        return super().get_context_data(
            relay=self.relay,
            company=company,
            challenge=self.relay.invitation.challenge,
            is_waiting=self.is_waiting,
            refusal=Refusal(self.refusal).label if self.refusal else "",
            why=judged(Reason.from_data(self.relay.why)),
            crumbs=[{"label": _("Invitations to pass on"), "url": reverse("invitations:relays")}],
            **(self._offered(company) if self.is_waiting else {}),
            **kwargs,
        )

    def _offered(self, company: Company) -> dict[str, Any]:
        subject, text = text_to_pass_on(self.relay, by=self.request.user)
        shows_address = company.shows_contact_to(self.request.user)
        address = (recipient_of(company) or "") if shows_address else ""
        pair = (self.relay.cluster_id, company.pk)
        return {
            "subject": subject,
            "text": text,
            "address": address,
            "mailto": mailto(address, subject, text),
            "may_write": actions.may_write([pair])[pair].is_allowed,
        }

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            messages.success(request, self.act(request.POST.get("do", "")))
        except InvitationProblem as problem:
            messages.error(request, str(problem))
        return HttpResponseRedirect(reverse("invitations:relays"))

    def act(self, what: str) -> str:
        if what == "passed_on":
            actions.pass_on(relay=self.relay, by=self.request.user)
            return _("Noted: you passed it on to %(name)s.") % {
                "name": self.relay.invitation.company
            }
        if what == "letter":
            sent = actions.send_as_own(relay=self.relay, by=self.request.user)
            return told_when(sent.invitation.leaves_at)
        if what == "decline":
            note = self.request.POST.get("note", "").replace("\x00", "")
            actions.decline_relay(relay=self.relay, note=note, by=self.request.user)
            return _("Noted: it is not passed on.")
        raise Http404


def told_when(leaves_at: datetime | None) -> str:
    """A letter keeps working hours, and its distance to the last one to the company."""
    if leaves_at is None or leaves_at <= timezone.now():
        return _("Your letter is in the post.")
    day = moment(leaves_at)
    return _("Your letter waits: it leaves on %(day)s at the earliest.") % {"day": day}


def mailto(address: str, subject: str, text: str) -> str:
    """Opens the reader's own mail program with the letter written."""
    body = text.replace("\n", "\r\n")
    return f"mailto:{quote(address)}?subject={quote(subject)}&body={quote(body)}"
