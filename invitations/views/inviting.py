"""The Invitations tab of a challenge: choose, preview, send, follow, withdraw."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.generic import FormView, TemplateView, View

from accounts.doors import PermissionPage
from accounts.permissions import Permission, Scope
from challenges.models import Challenge
from companies.models import Company
from invitations import actions
from invitations.choices import ANSWERED, UNWRITTEN, Status
from invitations.emails import preview
from invitations.filters import InvitedFilter
from invitations.forms import NoteForm
from invitations.models import Invitation
from invitations.problems import InvitationProblem
from invitations.showing import CheckedInvitation, checked_invitations, names_of, told
from mail.letters import Draft
from mail.views import LETTER_POLICY
from matching.choices import OverrideKind
from matching.explaining import explain
from matching.models import Match, MatchQuerySet, MatchRun, Override
from matching.showing import ShownMatch
from matching.views.lists import ChallengeMixin, MatchListView

PAGE = 50


class InvitingPage(ChallengeMixin, PermissionPage):
    """Whoever may send invitations for the challenge of the address."""

    permission = Permission.INVITATION_SEND

    def get_scope(self) -> Scope:
        return self.challenge

    def tab_url(self) -> str:
        return reverse("invitations:challenge", args=[self.challenge.slug])


@dataclass(frozen=True)
class Row:
    """A scored company and what became of its invitation."""

    one: ShownMatch
    invitation: Invitation | None
    refusal: str
    by_hand: Override | None = None

    @property
    def is_choosable(self) -> bool:
        if self.by_hand is not None and self.by_hand.kind == OverrideKind.EXCLUDE:
            return False
        return self.invitation is None or self.invitation.status == Status.PROPOSED

    @property
    def is_proposed(self) -> bool:
        return self.invitation is not None and self.invitation.status == Status.PROPOSED

    @property
    def may_withdraw(self) -> bool:
        if self.invitation is None:
            return False
        return self.invitation.status in (Status.PROPOSED, Status.QUEUED, Status.SENT)

    @property
    def may_propose_again(self) -> bool:
        if self.invitation is None:
            return False
        never_sent = self.invitation.status == Status.WITHDRAWN and not self.invitation.letter_id
        return self.invitation.status == Status.REFUSED or never_sent


class ChallengeInvitationsView(InvitingPage, MatchListView):
    """Every scored company above nothing, with its invitation."""

    permission = Permission.INVITATION_SEND
    template_name = "invitations/challenge_invitations.html"
    filter_class = InvitedFilter
    paginate_by = PAGE

    def rows(self) -> MatchQuerySet:
        return Match.objects.for_challenge(self.challenge).filter(total__gt=0)

    def filter_arguments(self) -> dict[str, Any]:
        return {"challenge": self.challenge}

    def get_queryset(self) -> QuerySet[Match]:
        return self.filter.qs.chosen_first()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        counts = counts_of(self.challenge)
        return context | {
            "challenge": self.challenge,
            "rows": self.with_invitations(context["shown"]),
            "counts": counts,
            "steps": steps_of(self.challenge, counts, self.last_done),
            "places": max(self.challenge.maximum - counts["written"], 0),
        }

    def with_invitations(self, shown: Sequence[ShownMatch]) -> list[Row]:
        ids = [one.match.company_id for one in shown]
        found = Invitation.objects.for_challenge(self.challenge).filter(company__in=ids)
        invitations = {row.company_id: row for row in found}
        decided = Override.objects.for_challenge(self.challenge).filter(company__in=ids)
        by_hand = {row.company_id: row for row in decided}
        return [
            row_of(one, invitations.get(one.match.company_id), by_hand.get(one.match.company_id))
            for one in shown
        ]


def row_of(one: ShownMatch, invitation: Invitation | None, by_hand: Override | None) -> Row:
    refusal = told(invitation.refused_because) if invitation else ""
    return Row(one, invitation, refusal, by_hand)


def counts_of(challenge: Challenge) -> dict[str, int]:
    """How many invitations stand where, in one query."""
    written = ~Q(letter_id="") & ~Q(status__in=UNWRITTEN)
    return Invitation.objects.for_challenge(challenge).aggregate(
        proposed=Count("pk", filter=Q(status=Status.PROPOSED)),
        written=Count("pk", filter=written),
        queued=Count("pk", filter=Q(status=Status.QUEUED)),
        answered=Count("pk", filter=Q(status__in=ANSWERED)),
        interested=Count("pk", filter=Q(status=Status.INTERESTED)),
        declined=Count("pk", filter=Q(status=Status.DECLINED)),
        refused=Count("pk", filter=Q(status=Status.REFUSED)),
    )


def steps_of(
    challenge: Challenge, counts: dict[str, int], run: MatchRun | None
) -> list[dict[str, Any]]:
    """The funnel from companies scored to those interested."""
    tab = reverse("invitations:challenge", args=[challenge.slug])
    matches = reverse("matching:challenge", args=[challenge.slug])
    scored = (run.companies_scored, run.companies_eligible) if run else (0, 0)
    return [
        {"label": _("Companies scored"), "count": scored[0], "url": matches},
        {"label": _("Eligible"), "count": scored[1], "url": f"{matches}?eligible=true"},
        {"label": _("Invited"), "count": counts["written"], "url": ""},
        {"label": _("Answered"), "count": counts["answered"], "url": ""},
        {
            "label": _("Interested"),
            "count": counts["interested"],
            "url": f"{tab}?status=interested",
        },
    ]


class ChooseView(InvitingPage, View):
    """Puts the ticked companies on the list and leads to the letters."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        field = "on_page" if "all" in request.POST else "company"
        ids = numbers(request.POST.getlist(field))
        if not ids:
            messages.warning(request, _("Tick at least one company first."))
            return HttpResponseRedirect(self.tab_url())
        try:
            found = actions.propose(challenge=self.challenge, company_ids=ids, by=request.user)
        except InvitationProblem as problem:
            messages.error(request, str(problem))
            return HttpResponseRedirect(self.tab_url())
        chosen = [row.pk for row in found if row.status == Status.PROPOSED]
        if not chosen:
            messages.info(request, _("These companies have been invited already."))
            return HttpResponseRedirect(self.tab_url())
        return HttpResponseRedirect(send_url(self.challenge, chosen))


def numbers(values: Iterable[str]) -> list[int]:
    return [int(value) for value in values if value.isdecimal() and len(value) < 18]


def send_url(challenge: Challenge, invitation_ids: Iterable[int]) -> str:
    query = urlencode([("i", pk) for pk in invitation_ids])
    return f"{reverse('invitations:send', args=[challenge.slug])}?{query}"


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
            "not_written": [one for one in self.chosen if one.refusal],
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
        self.tell(len(sent), len(self.chosen) - len(sent))
        return HttpResponseRedirect(self.tab_url())

    def tell(self, sent: int, refused: int) -> None:
        if sent:
            text = ngettext(
                "%(count)d invitation is in the post.",
                "%(count)d invitations are in the post.",
                sent,
            )
            messages.success(self.request, text % {"count": sent})
        if refused:
            text = ngettext(
                "%(count)d company got no letter; its row says why.",
                "%(count)d companies got no letter; their rows say why.",
                refused,
            )
            messages.warning(self.request, text % {"count": refused})


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


class InvitationDoor(PermissionPage, View):
    """A verb about one invitation, from its row on the tab."""

    permission = Permission.INVITATION_SEND
    http_method_names = ["post"]

    @cached_property
    def invitation(self) -> Invitation:
        rows = Invitation.objects.select_related("challenge__lab__cluster")
        rows = rows.prefetch_related("challenge__lab__cluster__memberships")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    def get_scope(self) -> Scope:
        return self.invitation.challenge

    def act(self) -> str:
        """Does it and says what was done."""
        raise NotImplementedError

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            messages.success(request, self.act())
        except InvitationProblem as problem:
            messages.error(request, str(problem))
        return HttpResponseRedirect(
            reverse("invitations:challenge", args=[self.invitation.challenge.slug])
        )


class WithdrawView(InvitationDoor):
    def act(self) -> str:
        actions.withdraw(invitation=self.invitation, by=self.request.user)
        return _("The invitation is withdrawn.")


class ProposeAgainView(InvitationDoor):
    def act(self) -> str:
        actions.propose_again(invitation=self.invitation, by=self.request.user)
        return _("The company is on the list of proposals again.")
