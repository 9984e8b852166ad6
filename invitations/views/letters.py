"""Letters of invitation before they leave: the last look at all of them, and each by itself."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.generic import FormView, TemplateView, View

from companies.models import Company
from invitations import actions
from invitations.choices import BY_HAND, Status
from invitations.emails import DIGEST, KIND, preview
from invitations.forms import NoteForm
from invitations.lastlook import LastLook, fingerprint_of, last_look
from invitations.models import Invitation, InvitationQuerySet, Sending
from invitations.problems import InvitationProblem
from invitations.progress import counts_of, progress_of
from invitations.reasons import with_reasons
from invitations.showing import ShownInvitation, names_of, shown_invitations
from invitations.tasks import carry_out_sendings, share_places
from invitations.views.inviting import InvitingPage, numbers, send_url, take_ticks_taken
from invitations.written import as_written, letter_of
from mail.letters import Draft
from mail.models import Letter
from mail.views import LETTER_POLICY
from matching.models import Match
from matching.tasks import ring_for

# More are sent as all that are on the list.
MOST = 500


class SendView(InvitingPage, FormView):
    """The last look before letters leave: who gets one, who does not and why, and a note.

    The chosen are named one by one, or are all on the list: then a fingerprint of what was looked
    at comes back, and nothing else is sent.
    """

    template_name = "invitations/send.html"
    form_class = NoteForm

    @cached_property
    def asked(self) -> QueryDict:
        return self.request.POST if self.request.method == "POST" else self.request.GET

    @property
    def is_all(self) -> bool:
        return "all" in self.asked

    @cached_property
    def chosen(self) -> InvitationQuerySet:
        rows = Invitation.objects.for_challenge(self.challenge)
        return rows if self.is_all else rows.filter(pk__in=numbers(self.asked.getlist("i"))[:MOST])

    @cached_property
    def ids(self) -> list[int]:
        """Of those that are proposals still."""
        return list(self.chosen.filter(status=Status.PROPOSED).values_list("pk", flat=True))

    @cached_property
    def look(self) -> LastLook:
        return last_look(self.challenge, self.ids, reader=self.request.user)

    def get_initial(self) -> dict[str, Any]:
        notes = self.chosen.filter(status=Status.PROPOSED).exclude(note="")
        return {"note": notes.values_list("note", flat=True).first() or ""}

    def get_template_names(self) -> list[str]:
        return [self.template_name if self.ids else "invitations/nothing_to_send.html"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "challenge": self.challenge,
            "crumbs": [{"label": self.challenge.title, "url": self.tab_url()}],
            "look": self.look,
            "is_all": self.is_all,
            "letter_days": settings.LETTER_DAYS,
            "decided": self.decided(),
            "ticks_taken": take_ticks_taken(self.request),
        }

    def decided(self) -> list[ShownInvitation]:
        """Those of the chosen that were withdrawn, passed on or sent meanwhile."""
        if self.is_all:
            return []
        rows = self.chosen.exclude(status=Status.PROPOSED).order_by("-total", "company_id")
        return shown_invitations(list(rows), reader=self.request.user)

    def form_valid(self, form: NoteForm) -> HttpResponse:
        if self.is_all and self.asked.get("looked_at") != fingerprint_of(self.ids):
            form.add_error(None, _("The list has changed since you looked at it. Look once more."))
            return self.form_invalid(form)
        if "keep" in self.asked:
            return self.keep(form.cleaned_data["note"])
        try:
            sending = actions.order_sending(
                challenge=self.challenge,
                invitation_ids=self.ids,
                note=form.cleaned_data["note"],
                by=self.request.user,
            )
        except InvitationProblem as problem:
            form.add_error(None, str(problem))
            return self.form_invalid(form)
        self.ring_for(sending)
        return HttpResponseRedirect(self.tab_url())

    def keep(self, note: str) -> HttpResponse:
        actions.write_note(
            challenge=self.challenge, invitation_ids=self.ids, note=note, by=self.request.user
        )
        messages.success(self.request, _("The note is kept; the previews show it now."))
        return HttpResponseRedirect(send_url(self.challenge, [] if self.is_all else self.ids))

    def ring_for(self, sending: Sending) -> None:
        if sending.is_waiting:
            carry_out_sendings.delay_on_commit()
            return
        share_places.delay_on_commit()
        self.tell(sending)

    def tell(self, sending: Sending) -> None:
        if sending.queued:
            text = ngettext(
                "%(count)d invitation is in the post.",
                "%(count)d invitations are in the post.",
                sending.queued,
            )
            messages.success(self.request, text % {"count": sending.queued})
        if sending.held:
            text = ngettext(
                "%(count)d company had a letter lately; its invitation is in its next one.",
                "%(count)d companies had a letter lately; the invitation is in their next one.",
                sending.held,
            )
            messages.info(self.request, text % {"count": sending.held})
        if sending.refused:
            text = ngettext(
                "%(count)d company got no letter; its row says why.",
                "%(count)d companies got no letter; their rows say why.",
                sending.refused,
            )
            messages.warning(self.request, text % {"count": sending.refused})
        if sending.relayed:
            text = ngettext(
                "%(count)d company is asked by its own cluster organisation.",
                "%(count)d companies are asked by their own cluster organisations.",
                sending.relayed,
            )
            messages.info(self.request, text % {"count": sending.relayed})


class ProgressView(InvitingPage, TemplateView):
    """How many of the challenge's letters have left, for a page that asks again and again."""

    template_name = "invitations/_progress.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "challenge": self.challenge,
            "progress": progress_of(self.challenge, counts_of(self.challenge)),
        }


class LetterPage(InvitingPage):
    """The letter to one company, whether it is on the list or not.

    As it was written, where one was and the reader may know the company's name, which it says;
    else as it would read now.
    """

    @cached_property
    def match(self) -> Match:
        rows = Match.objects.for_challenge(self.challenge).select_related("company")
        match = get_object_or_404(rows, pk=self.kwargs["match"])
        ring_for([match])
        return match

    @cached_property
    def named(self) -> tuple[Company | None, str]:
        pk = self.match.company_id
        return names_of([pk], reader=self.request.user)[pk]

    @cached_property
    def invitation(self) -> Invitation:
        rows = Invitation.objects.for_challenge(self.challenge)
        found = rows.filter(company=self.match.company_id).first()
        if found is not None:
            with_reasons([found])
        row = found or actions.proposal_of(self.match)
        row.company, row.challenge = self.match.company, self.challenge
        return row

    @cached_property
    def letter(self) -> Letter | None:
        return letter_of(self.invitation)

    @cached_property
    def written(self) -> Letter | None:
        """What may be shown as it is: a letter of several challenges is not this one's alone."""
        letter = self.letter
        is_own = letter is not None and letter.kind == KIND and letter.is_written
        return letter if is_own and self.named[0] else None

    @property
    def is_being_written(self) -> bool:
        """Whether the letter would say why, and does not yet."""
        return self.written is None and self.match.findings is None and not self.invitation.reasons

    def draft(self) -> Draft:
        if self.written:
            return as_written(self.written)
        shown_as = "" if self.named[0] else self.named[1]
        asker = (self.letter and self.letter.caused_by) or self.person
        return preview(self.invitation, asker=asker, shown_as=shown_as)

    @property
    def left_at(self) -> datetime | None:
        """The letter's own time: the invitation may have heard of it hours later."""
        own = self.written.sent_at if self.written else None
        return min(filter(None, (own, self.invitation.sent_at)), default=None)

    def told(self) -> str:
        """What the page shows, in a sentence."""
        name, sent_at = {"name": self.named[1]}, self.invitation.sent_at
        if self.written and self.left_at:
            text = _("The letter to %(name)s, as it left on %(day)s.")
            return text % (name | {"day": day_of(self.left_at)})
        if self.written:
            return _("The letter to %(name)s, as it was written.") % name
        if self.letter and self.letter.kind == DIGEST and sent_at:
            text = _(
                "%(name)s was asked on %(day)s, in one letter about several challenges."
                " About this one alone it would read like this now."
            )
            return text % (name | {"day": day_of(sent_at)})
        if self.invitation.letter_id == BY_HAND:
            text = _(
                "%(name)s is asked by its own cluster organisation and not by a letter from here."
                " A letter would read like this now."
            )
            return text % name
        if sent_at:
            return _("The letter to %(name)s, as it would read now.") % name
        return _("The letter to %(name)s, as it would leave now.") % name


def day_of(at: datetime) -> str:
    return date_format(timezone.localtime(at), "DATE_FORMAT")


class LetterView(LetterPage, TemplateView):
    template_name = "invitations/letter.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "challenge": self.challenge,
            "match": self.match,
            "told": self.told(),
            "is_named": self.named[0] is not None,
            "is_being_written": self.is_being_written,
            "draft": self.draft(),
            "total": self.invitation.total,
            "has_changed": self.invitation.sent_at and self.invitation.total != self.match.total,
            "crumbs": [{"label": _("Invitations"), "url": self.tab_url()}],
        }


@method_decorator(xframe_options_sameorigin, name="dispatch")
class LetterHtmlView(LetterPage, View):
    """The HTML of the letter alone, for a frame without any rights."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        response = HttpResponse(self.draft().html)
        response.headers["Content-Security-Policy"] = LETTER_POLICY
        return response
