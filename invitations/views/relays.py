"""Invitations that a cluster organisation was asked to pass on to its members."""

from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import ListView, TemplateView

from accounts.doors import PermissionPage, SignedInPage
from accounts.permissions import Permission, Scope
from clusters.models import ClusterOrganisation
from companies.models import Company
from companies.scopes import Nominating
from invitations import actions
from invitations.choices import Refusal, RelayFate, Status
from invitations.emails import recipient_of, text_to_pass_on
from invitations.models import Relay
from invitations.problems import InvitationProblem
from invitations.reasons import are_being_written, matches_of, with_reasons
from invitations.wording import judged, told_when
from matching.scoring import Reason
from matching.tasks import ring_for

PAGE = 25
LATELY = 10
RELATED = ("invitation__challenge__lab__cluster", "invitation__company", "cluster", "settled_by")


class RelaysView(SignedInPage, ListView):
    """What waits to be passed on by those one manages, and what became of the last ones."""

    template_name = "invitations/relay_list.html"
    context_object_name = "relays"
    paginate_by = PAGE

    def get_queryset(self) -> QuerySet[Relay]:
        waiting = actions.still_to_pass_on(Relay.objects.known_to(self.request.user))
        return waiting.select_related(*RELATED).order_by("pk")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        settled = Relay.objects.known_to(self.request.user).exclude(fate=RelayFate.WAITING)
        return super().get_context_data(
            settled=settled.select_related(*RELATED).order_by("-settled_at")[:LATELY],
            crumbs=[{"label": _("Invitations"), "url": reverse("invitations:list")}],
            **kwargs,
        )


class RelayView(PermissionPage, TemplateView):
    """The ready text for one company, and three ways to say what became of it."""

    permission = Permission.INVITATION_SEND
    template_name = "invitations/relay_detail.html"

    @cached_property
    def relay(self) -> Relay:
        rows = Relay.objects.known_to(self.request.user).select_related(*RELATED)
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
            is_seen=Company.objects.visible_to(self.request.user).filter(pk=company.pk).exists(),
            is_waiting=self.is_waiting,
            refusal=Refusal(self.refusal).label if self.refusal else "",
            said_to_know=self.said_to_know(company),
            why=judged(Reason.from_data(self.relay.why)),
            crumbs=[{"label": _("Invitations to pass on"), "url": reverse("invitations:relays")}],
            **(self._offered(company) if self.is_waiting else {}),
            **kwargs,
        )

    def said_to_know(self, company: Company) -> list[ClusterOrganisation]:
        """The one that is asked, if it said so."""
        own = Nominating(company).clusters_of(self.request.user)
        return [one for one in own if one.pk == self.relay.cluster_id]

    def _offered(self, company: Company) -> dict[str, Any]:
        row = self.relay.invitation
        if are_being_written(row):
            ring_for(matches_of([row]))
            return {"is_being_written": True}
        with_reasons([row])
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
            leaves_at = sent.invitation.leaves_at
            return told_when(leaves_at, in_post=_("Your letter is in the post."))
        if what == "decline":
            note = self.request.POST.get("note", "").replace("\x00", "")
            actions.decline_relay(relay=self.relay, note=note, by=self.request.user)
            return _("Noted: it is not passed on.")
        raise Http404


def mailto(address: str, subject: str, text: str) -> str:
    """Opens the reader's own mail program with the letter written."""
    body = text.replace("\n", "\r\n")
    return f"mailto:{quote(address)}?subject={quote(subject)}&body={quote(body)}"
