"""Where a company reads an invitation and answers it, by its link or signed in."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import View

from accounts.doors import PermissionPage, PublicPage
from accounts.permissions import Permission, Scope
from challenges.choices import Status as ChallengeStatus
from invitations.actions import answer, take_back_answer
from invitations.choices import ANSWERED, WAITING, DeclineReason, Status
from invitations.emails import LIST, recipient_of
from invitations.forms import DECLINED, UNDO, AnswerForm
from invitations.models import Invitation
from invitations.problems import InvitationProblem
from invitations.tokens import PREVIEW, hash_of
from invitations.wording import reasons_in
from mail.letters import stop_url
from mail.models import hash_of as hash_of_address

RELATED = ("challenge__lab__cluster", "company")


def state_of(invitation: Invitation, at: datetime) -> str:
    """What can be done here: ask, interested, declined, closed, withdrawn or over."""
    challenge = invitation.challenge
    if challenge.status == ChallengeStatus.WITHDRAWN:
        return "challenge_withdrawn"
    if invitation.status == Status.WITHDRAWN:
        return "withdrawn"
    if not challenge.is_open or challenge.deadline is None or challenge.deadline < at:
        return "closed"
    if invitation.status in WAITING:
        return "ask"
    return str(invitation.status) if invitation.status in ANSWERED else "over"


def record(form: AnswerForm, invitation: Invitation, *, request: HttpRequest) -> None:
    """What the pressed button means."""
    by = request.user if request.user.is_authenticated else None
    arrived_at = request.arrived_at  # type: ignore[attr-defined]
    chosen = form.cleaned_data["answer"]
    if chosen == UNDO:
        take_back_answer(invitation=invitation, arrived_at=arrived_at, by=by)
        return
    answer(
        invitation=invitation,
        interested=chosen == Status.INTERESTED,
        reason=form.chosen_reason,
        note=form.cleaned_data["note"],
        arrived_at=arrived_at,
        by=by,
    )


class AnswerPage(View):
    """Shows an invitation; POST answers it. A GET changes nothing, whoever sends it."""

    template_name: str
    invitation: Invitation

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.page(AnswerForm(initial={"note": self.invitation.answer_note}))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = AnswerForm(request.POST)
        if not form.is_valid():
            return self.page(form, status=422)
        try:
            record(form, self.invitation, request=request)
        except InvitationProblem as problem:
            return self.page(form, problem=str(problem), status=409)
        return HttpResponseRedirect(request.path)

    def page(self, form: AnswerForm, *, problem: str = "", status: int = 200) -> HttpResponse:
        state = state_of(self.invitation, timezone.now())
        context = {
            "invitation": self.invitation,
            "challenge": self.invitation.challenge,
            "company": self.invitation.company,
            "state": state,
            "reasons": reasons_in(self.invitation, get_language() or "en"),
            "decline_reasons": DeclineReason.choices,
            "declined": DECLINED,
            "form": form,
            "problem": problem,
            "stop_url": self.stop_url() if state == Status.DECLINED else "",
        }
        return render(self.request, self.template_name, context, status=status)

    def stop_url(self) -> str:
        """Offered to whoever is not interested in such letters."""
        address = recipient_of(self.invitation.company)
        if self.invitation.decline_reason != DeclineReason.NOT_INTERESTED or address is None:
            return ""
        return stop_url(address_hash=hash_of_address(address), list_name=LIST)


@method_decorator([csrf_exempt, never_cache], name="dispatch")
class AnswerByLinkView(PublicPage, AnswerPage):
    """The page behind the link in the letter. The token is the proof, so it needs no cookie.

    No referrer leaves this page, because the address is a secret; browsers then send no origin
    with the form either, which the usual protection would refuse.
    """

    template_name = "invitations/answer.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        token = kwargs["token"]
        found = Invitation.objects.select_related(*RELATED).behind(hash_of(token))
        invitation = found.first()
        response: HttpResponseBase
        if invitation is None:
            response = self.unknown(is_preview=token == PREVIEW)
        else:
            self.invitation = invitation
            response = super().dispatch(request, *args, **kwargs)
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    def unknown(self, *, is_preview: bool) -> HttpResponse:
        status = 200 if is_preview else 404
        context = {"is_preview": is_preview}
        return render(self.request, "invitations/answer_unknown.html", context, status=status)


class InvitationView(PermissionPage, AnswerPage):
    """The same for a colleague who is signed in."""

    permission = Permission.INVITATION_ANSWER
    template_name = "invitations/invitation_detail.html"

    @cached_property
    def invitation(self) -> Invitation:  # type: ignore[override]
        rows = Invitation.objects.written().select_related(*RELATED)
        return get_object_or_404(rows.prefetch_related("company__members"), pk=self.kwargs["pk"])

    def get_scope(self) -> Scope:
        return self.invitation.company
