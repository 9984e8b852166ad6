"""Letters of invitation before they leave: the last look at all of them, and each by itself."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.generic import FormView, TemplateView, View

from companies.models import Company
from invitations import actions
from invitations.choices import Status
from invitations.emails import preview
from invitations.forms import NoteForm
from invitations.models import Invitation
from invitations.problems import InvitationProblem
from invitations.showing import CheckedInvitation, checked_invitations, names_of
from invitations.tasks import share_places
from invitations.views.inviting import InvitingPage, numbers, send_url
from mail.letters import Draft
from mail.views import LETTER_POLICY
from matching.explaining import explain
from matching.models import Match


class SendView(InvitingPage, FormView):
    """The last look before letters leave: who gets one, who does not and why, and a note."""

    template_name = "invitations/send.html"
    form_class = NoteForm

    @cached_property
    def chosen(self) -> list[CheckedInvitation]:
        source = self.request.POST if self.request.method == "POST" else self.request.GET
        rows = Invitation.objects.for_challenge(self.challenge).select_related("company")
        rows = rows.filter(pk__in=numbers(source.getlist("i"))[:500], status=Status.PROPOSED)
        return checked_invitations(list(rows), reader=self.request.user)

    @property
    def ids(self) -> list[int]:
        return [one.invitation.pk for one in self.chosen]

    def get_initial(self) -> dict[str, Any]:
        notes = [one.invitation.note for one in self.chosen if one.invitation.note]
        return {"note": notes[0] if notes else ""}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.chosen:
            messages.info(request, _("None of these invitations waits to be sent any more."))
            return HttpResponseRedirect(self.tab_url())
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "challenge": self.challenge,
            "crumbs": [{"label": self.challenge.title, "url": self.tab_url()}],
            "chosen": self.chosen,
            "to_write": [one for one in self.chosen if not one.refusal],
            "passed_on": [one for one in self.chosen if one.relay],
            "not_written": [one for one in self.chosen if one.refusal and not one.relay],
        }

    def form_valid(self, form: NoteForm) -> HttpResponse:
        note = form.cleaned_data["note"]
        if "keep" in self.request.POST:
            actions.write_note(
                challenge=self.challenge, invitation_ids=self.ids, note=note, by=self.request.user
            )
            messages.success(self.request, _("The note is kept; the previews show it now."))
            return HttpResponseRedirect(send_url(self.challenge, self.ids))
        try:
            sent = actions.send(
                challenge=self.challenge, invitation_ids=self.ids, note=note, by=self.request.user
            )
        except InvitationProblem as problem:
            form.add_error(None, str(problem))
            return self.form_invalid(form)
        share_places.delay_on_commit()
        relayed = sum(bool(one.relay) for one in self.chosen)
        held = sum(row.status == Status.HELD for row in sent)
        self.tell(len(sent) - held, held, len(self.chosen) - len(sent) - relayed)
        self.tell_relayed(relayed)
        return HttpResponseRedirect(self.tab_url())

    def tell(self, sent: int, held: int, refused: int) -> None:
        if sent:
            text = ngettext(
                "%(count)d invitation is in the post.",
                "%(count)d invitations are in the post.",
                sent,
            )
            messages.success(self.request, text % {"count": sent})
        if held:
            text = ngettext(
                "%(count)d company had a letter lately; its invitation is in its next one.",
                "%(count)d companies had a letter lately; the invitation is in their next one.",
                held,
            )
            messages.info(self.request, text % {"count": held})
        if refused:
            text = ngettext(
                "%(count)d company got no letter; its row says why.",
                "%(count)d companies got no letter; their rows say why.",
                refused,
            )
            messages.warning(self.request, text % {"count": refused})

    def tell_relayed(self, relayed: int) -> None:
        if relayed:
            text = ngettext(
                "%(count)d company is asked by its own cluster organisation.",
                "%(count)d companies are asked by their own cluster organisations.",
                relayed,
            )
            messages.info(self.request, text % {"count": relayed})


class LetterPage(InvitingPage):
    """The letter to one company as it would read now, whether it is on the list or not."""

    @cached_property
    def match(self) -> Match:
        rows = Match.objects.for_challenge(self.challenge).select_related("company")
        match = get_object_or_404(rows, pk=self.kwargs["match"])
        explain([match])
        return match

    @cached_property
    def named(self) -> tuple[Company | None, str]:
        pk = self.match.company_id
        return names_of([pk], reader=self.request.user)[pk]

    @cached_property
    def invitation(self) -> Invitation:
        rows = Invitation.objects.for_challenge(self.challenge)
        found = rows.filter(company=self.match.company_id).first()
        row = found or actions.proposal_of(self.match)
        row.company, row.challenge = self.match.company, self.challenge
        return row

    def draft(self) -> Draft:
        shown_as = "" if self.named[0] else self.named[1]
        return preview(self.invitation, asker=self.request.user, shown_as=shown_as)


class LetterView(LetterPage, TemplateView):
    template_name = "invitations/letter.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "challenge": self.challenge,
            "match": self.match,
            "name": self.named[1],
            "is_named": self.named[0] is not None,
            "draft": self.draft(),
            "crumbs": [{"label": _("Invitations"), "url": self.tab_url()}],
        }


@method_decorator(xframe_options_sameorigin, name="dispatch")
class LetterHtmlView(LetterPage, View):
    """The HTML of the letter alone, for a frame without any rights."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        response = HttpResponse(self.draft().html)
        response.headers["Content-Security-Policy"] = LETTER_POLICY
        return response
