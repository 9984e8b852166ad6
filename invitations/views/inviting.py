"""The Invitations tab of a challenge: choose, follow, withdraw."""

from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.generic import View
from django.views.generic.base import TemplateResponseMixin

from accounts.doors import PermissionPage
from accounts.permissions import Permission, Scope
from challenges.models import Challenge
from invitations import actions
from invitations.assignment import Shares
from invitations.choices import WITHDRAWABLE, Status
from invitations.fates import Fate, fates_of, tallies_of
from invitations.filters import InvitedFilter
from invitations.models import Invitation, Nomination, Relay
from invitations.problems import NOTHING_TO_WITHDRAW, InvitationProblem
from invitations.profiles import budget, strictest
from invitations.progress import counts_of, progress_of
from invitations.showing import Standings, names_of, shown_nominations, standings_of, told
from invitations.tasks import share_places
from invitations.wording import told_when
from invitations.written import may_have_left
from mail.choices import ON_THE_WAY
from mail.models import Letter
from matching.choices import OverrideKind
from matching.models import Match, MatchQuerySet, MatchRun, Override
from matching.showing import ShownMatch
from matching.views.lists import ChallengeMixin, MatchListView

PAGE = 25
TICKS_TAKEN = "invitations.ticks_taken"


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
    standing: str
    by_hand: Override | None = None
    fate: Fate | None = None
    relay: Relay | None = None

    @property
    def is_choosable(self) -> bool:
        if self.by_hand is not None and self.by_hand.kind == OverrideKind.EXCLUDE:
            return False
        return self.invitation is None or self.invitation.status == Status.PROPOSED

    @property
    def is_proposed(self) -> bool:
        return self.invitation is not None and self.invitation.status == Status.PROPOSED

    @property
    def is_suggested(self) -> bool:
        return self.invitation is not None and self.invitation.is_suggested

    @property
    def may_withdraw(self) -> bool:
        return self.invitation is not None and self.invitation.status in WITHDRAWABLE

    @property
    def asks_to_withdraw(self) -> bool:
        """A proposal alone can be put back as it was; anything later is asked about first."""
        return self.may_withdraw and not self.is_proposed

    @property
    def may_propose_again(self) -> bool:
        if self.invitation is None:
            return False
        never_sent = self.invitation.status == Status.WITHDRAWN and not self.invitation.letter_id
        return self.invitation.status in (Status.REFUSED, Status.RELAYED) or never_sent


class ChallengeInvitationsView(InvitingPage, MatchListView):
    """Every company scored above nothing, or touched by somebody, with its invitation."""

    permission = Permission.INVITATION_SEND
    template_name = "invitations/challenge_invitations.html"
    filter_class = InvitedFilter
    paginate_by = PAGE

    def rows(self) -> MatchQuerySet:
        """What became of a letter stays to be seen, whatever became of the score."""
        worth = Q(total__gt=0) | Q(is_kept=True)
        return Match.objects.for_challenge(self.challenge).filter(worth)

    def filter_arguments(self) -> dict[str, Any]:
        return {"challenge": self.challenge}

    def get_queryset(self) -> QuerySet[Match]:
        return self.filter.qs.chosen_first()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        counts = counts_of(self.challenge)
        companies = [one.match.company_id for one in context["shown"]]
        standings = standings_of(self.challenge, companies)
        return context | {
            "challenge": self.challenge,
            "rows": self.with_invitations(context["shown"], standings),
            "short": standings.short,
            "rules": rules_of(self.challenge),
            "nominations": shown_nominations(self.challenge, reader=self.request.user),
            "counts": counts,
            "all_url": send_url(self.challenge, []),
            "progress": progress_of(self.challenge, counts),
            "steps": steps_of(self.challenge, counts, self.last_done),
            "tallies": tallies_of(Invitation.objects.for_challenge(self.challenge), self.tab_url()),
            "silent": counts["silent"],
            "places": max(self.challenge.maximum - counts["written"] - counts["held"], 0),
            "ticks_taken": take_ticks_taken(self.request),
            "filters": filters_of(self.request),
        }

    def with_invitations(self, shown: Sequence[ShownMatch], standings: Standings) -> list[Row]:
        ids = [one.match.company_id for one in shown]
        found = Invitation.objects.for_challenge(self.challenge).filter(company__in=ids)
        found = found.select_related("reminder")
        invitations = {row.company_id: row for row in found}
        decided = Override.objects.for_challenge(self.challenge).filter(company__in=ids)
        by_hand = {row.company_id: row for row in decided}
        fates = fates_of(list(invitations.values()))
        relays = relays_of(invitations.values())
        return [
            row_of(one, invitations.get(pk), standings, by_hand.get(pk), fates, relays)
            for pk, one in ((one.match.company_id, one) for one in shown)
        ]


def relays_of(invitations: Iterable[Invitation]) -> dict[int, Relay]:
    """By invitation, the last time its company's cluster organisation was asked to pass it on."""
    rows = Relay.objects.filter(invitation__in=[row.pk for row in invitations])
    return {row.invitation_id: row for row in rows.select_related("cluster").order_by("pk")}


def row_of(
    one: ShownMatch,
    invitation: Invitation | None,
    standings: Standings,
    by_hand: Override | None,
    fates: Mapping[int, Fate],
    relays: Mapping[int, Relay],
) -> Row:
    sentence = standings.sentence(one.match, invitation, anonymous=one.company is None)
    if invitation is None:
        return Row(one, None, "", sentence, by_hand)
    refusal = told(invitation.refused_because)
    relay = relays.get(invitation.pk)
    return Row(one, invitation, refusal, sentence, by_hand, fates[invitation.pk], relay)


def rules_of(challenge: Challenge) -> dict[str, Any]:
    """What binds invitations besides the challenge's own settings."""
    networks = list(challenge.lab.cluster.networks.select_related("shares"))
    set_there = [network.shares for network in networks if hasattr(network, "shares")]
    shares = strictest(Shares(one.newcomers, one.cluster) for one in set_there)
    return {"budget": budget(), "shares": shares, "networks": networks}


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
        {"label": _("Reached"), "count": counts["reached"], "url": ""},
        {"label": _("Answered"), "count": counts["answered"], "url": ""},
        {
            "label": _("Interested"),
            "count": counts["interested"],
            "url": f"{tab}?status=interested",
        },
    ]


def filters_of(request: HttpRequest) -> str:
    """As they follow an address of the tab, or of what leads back to it."""
    return f"?{request.GET.urlencode()}" if request.GET else ""


def note_ticks_taken(request: HttpRequest) -> None:
    """What the browser keeps ticked is on the list or told; the next page has it forgotten."""
    request.session[TICKS_TAKEN] = True


def take_ticks_taken(request: HttpRequest) -> bool:
    return bool(request.session.pop(TICKS_TAKEN, default=False))


def numbers(values: Iterable[str]) -> list[int]:
    return [int(value) for value in values if value.isdecimal() and len(value) < 18]


def send_url(challenge: Challenge, invitation_ids: Iterable[int]) -> str:
    """The last look at some; without any, at all that are proposed."""
    query = urlencode([("i", pk) for pk in invitation_ids]) or "all=1"
    return f"{reverse('invitations:send', args=[challenge.slug])}?{query}"


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

    @abstractmethod
    def act(self) -> str:
        """Does it and says what was done."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            messages.success(request, self.act())
            share_places.delay_on_commit()
        except InvitationProblem as problem:
            messages.error(request, str(problem))
        return HttpResponseRedirect(self.tab_url())

    def tab_url(self) -> str:
        """Filtered as it was."""
        tab = reverse("invitations:challenge", args=[self.invitation.challenge.slug])
        return tab + filters_of(self.request)


class WithdrawView(TemplateResponseMixin, InvitationDoor):
    """Asks first, by name; a proposal alone is taken off the list without a question."""

    http_method_names = ["get", "post"]
    template_name = "invitations/withdraw.html"

    @cached_property
    def name(self) -> str:
        pk = self.invitation.company_id
        return names_of([pk], reader=self.request.user)[pk][1]

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        challenge, tab = self.invitation.challenge, self.tab_url()
        if self.invitation.status not in WITHDRAWABLE:
            messages.info(request, NOTHING_TO_WITHDRAW)
            return HttpResponseRedirect(tab)
        return self.render_to_response(
            {
                "challenge": challenge,
                "invitation": self.invitation,
                "name": self.name,
                "may_have_left": may_have_left(self.invitation),
                "filters": filters_of(request),
                "crumbs": [{"label": challenge.title, "url": tab}],
                "back": tab,
            }
        )

    def act(self) -> str:
        was, name = self.invitation.status, {"name": self.name}
        row = actions.withdraw(invitation=self.invitation, by=self.request.user)
        if was == Status.PROPOSED:
            return _("%(name)s is off the list.") % name
        if was == Status.QUEUED and row.letter_id:
            text = _("The invitation to %(name)s is withdrawn; its letter may have left already.")
            return text % name
        return _("The invitation to %(name)s is withdrawn.") % name


class ProposeAgainView(InvitationDoor):
    def act(self) -> str:
        actions.propose_again(invitation=self.invitation, by=self.request.user)
        return _("The company is on the list of proposals again.")


class SendAgainView(InvitationDoor):
    def act(self) -> str:
        letter = actions.send_again(invitation=self.invitation, by=self.request.user)
        in_post = _("The same letter is in the post once more.")
        return told_when(letter.next_attempt_at, in_post=in_post)


class NominationView(PermissionPage, View):
    """Follows a nomination, or does not."""

    permission = Permission.INVITATION_SEND
    http_method_names = ["post"]

    @cached_property
    def nomination(self) -> Nomination:
        rows = Nomination.objects.select_related("invitation__challenge__lab__cluster")
        return get_object_or_404(rows, pk=self.kwargs["nomination"])

    def get_scope(self) -> Scope:
        return self.nomination

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            messages.success(request, self.decide())
        except InvitationProblem as problem:
            messages.error(request, str(problem))
        slug = self.nomination.invitation.challenge.slug
        return HttpResponseRedirect(reverse("invitations:challenge", args=[slug]))

    def decide(self) -> str:
        if "accept" not in self.request.POST:
            actions.ignore_nomination(nomination=self.nomination, by=self.request.user)
            return _("The nomination is not followed.")
        row = actions.accept_nomination(nomination=self.nomination, by=self.request.user)
        if row.company_id:
            return _("The company is on the list of proposals.")
        letter = Letter.objects.get(pk=row.letter_id)
        if letter.state not in ON_THE_WAY:
            return _("Whoever reads there has had a letter about this challenge already.")
        in_post = _("A letter about the challenge is in the post.")
        return told_when(letter.next_attempt_at, in_post=in_post)
