"""Pages of matches: of the networks, of one challenge, of one company, and one match explained."""

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    JsonResponse,
)
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import DetailView, ListView, TemplateView, View

from accounts.doors import PermissionPage, SignedInPage
from accounts.permissions import Permission, Role, Scope, has_permission
from challenges.models import Challenge
from clusters.models import Membership
from companies.models import Company, CompanyMember
from look.paging import CappedPaginator
from matching import tasks
from matching.advising import known_changes
from matching.choices import RunState
from matching.filters import MatchFilter, NetworkMatchFilter
from matching.levels import Level, levels_of
from matching.match_data import bytes_of
from matching.measured import of_ten_apply
from matching.models import Contest, Match, MatchQuerySet, MatchRun, Override
from matching.offers import Offers, offer_of
from matching.reading import under_way
from matching.scopes import AnyNetwork, NetworkOfChallenge, organisation_ids
from matching.showing import (
    contestable,
    parts_with_reasons,
    shown,
    shown_conditions,
    shown_contests,
    shown_findings,
)
from matching.views.waiting import WaitingPage, awaited, wait_of, waiting_rows
from matching.wording import advice

PAGE = 50


class MatchesView(SignedInPage, View):
    """/matches/: leads a company to its challenges, everybody else to the network's matches."""

    def get(self, request: HttpRequest) -> HttpResponse:
        acting = request.acting
        if acting and acting.role in (Role.OWNER, Role.EDITOR):
            company = get_object_or_404(
                Company.objects.of(request.user), pk=acting.key.split(":")[1]
            )
            return HttpResponseRedirect(reverse("matching:for_company", args=[company.slug]))
        return NetworkMatchesView.as_view()(request)


class MatchListView(WaitingPage, PermissionPage, ListView):
    """What lists of matches share: filters in the URL, one page of rows, names as allowed."""

    model = Match
    permission = Permission.MATCH_VIEW
    paginate_by = PAGE
    paginator_class = CappedPaginator
    filter_class = MatchFilter

    @abstractmethod
    def rows(self) -> MatchQuerySet:
        """Those the reader may know of, before any filter."""

    @cached_property
    def filter(self) -> MatchFilter:
        return self.filter_class(
            self.request.GET,
            queryset=self.rows().with_names(),
            request=self.request,
            **self.filter_arguments(),
        )

    def filter_arguments(self) -> dict[str, Any]:
        return {}

    def get_queryset(self) -> QuerySet[Match]:
        return self.filter.qs.best_first()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        matches = list(context["object_list"])
        own = organisation_ids(self.request.belongings)
        self.ring_for(matches)
        found = shown(
            matches, reader=self.request.user, own_clusters=own, levels=self.levels(matches)
        )
        return context | {
            "shown": found,
            **waiting_rows(self.request, found),
            "reading": under_way(),
            "filter": self.filter,
            "active_filters": sum(bool(self.request.GET.get(name)) for name in self.filter.filters),
        }

    def ring_for(self, matches: Sequence[Match]) -> None:
        tasks.ring_for(matches)

    def levels(self, matches: list[Match]) -> dict[int, Level]:
        """What scores at the level of each have meant, where the list tells it."""
        return {}


class NetworkMatchesView(MatchListView):
    """The matches of all challenges in the person's networks."""

    template_name = "matching/match_list.html"
    filter_class = NetworkMatchFilter
    secret = False

    def get_scope(self) -> Scope:
        return AnyNetwork(self.request.belongings)

    def rows(self) -> MatchQuerySet:
        return Match.objects.visible_to(self.request.user)

    def get_queryset(self) -> QuerySet[Match]:
        # Not by company within a score: with a million matches only the index is in time.
        return self.filter.qs.order_by("-total", "id")


class ChallengeMixin:
    """Finds the challenge of the address, with everything its tabs need."""

    @cached_property
    def challenge(self) -> Challenge:
        own = Membership.objects.filter(user=self.request.user.pk)
        rows = Challenge.objects.select_related("lab__cluster").prefetch_related(
            Prefetch("lab__cluster__memberships", queryset=own)
        )
        return get_object_or_404(rows.visible_to(self.request.user), slug=self.kwargs["slug"])

    def get_scope(self) -> Scope:
        return NetworkOfChallenge(self.challenge)

    @cached_property
    def runs(self) -> list[MatchRun]:
        """The last few, the newest first."""
        return list(self.challenge.match_runs.defer("brief_statistics", "brief", "weights")[:5])

    @property
    def last_run(self) -> MatchRun | None:
        return self.runs[0] if self.runs else None

    @property
    def last_done(self) -> MatchRun | None:
        return next((run for run in self.runs if run.state == RunState.DONE), None)


class ChallengeMatchesView(ChallengeMixin, MatchListView):
    """The ranked companies of one challenge, with the progress of its scoring."""

    template_name = "matching/challenge_matches.html"

    def rows(self) -> MatchQuerySet:
        # Asked before the matches: a run that ends in between is still shown as running, and the
        # page looks again; the other way round it would show an empty list for good.
        _ = self.last_run
        return Match.objects.for_challenge(self.challenge)

    def ring_for(self, matches: Sequence[Match]) -> None:
        tasks.ring_for_list(matches, self.challenge)

    def levels(self, matches: list[Match]) -> dict[int, Level]:
        return levels_of(matches)

    @cached_property
    def may_steer(self) -> bool:
        return has_permission(self.request.user, Permission.MATCH_STEER, self.challenge)

    def get_queryset(self) -> QuerySet[Match]:
        """Managers find those they pinned on top."""
        return self.filter.qs.chosen_first() if self.may_steer else super().get_queryset()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return (
            context
            | self.decided(context["object_list"])
            | {
                "challenge": self.challenge,
                "run": self.last_run,
                "done": self.last_done,
                "may_invite": has_permission(
                    self.request.user, Permission.INVITATION_SEND, self.challenge
                ),
            }
        )

    def decided(self, matches: Iterable[Match]) -> dict[str, Any]:
        """What managers decided by hand about these, and what is contested; for managers only."""
        if not self.may_steer:
            return {"may_steer": False, "by_hand": {}}
        ids = [match.company_id for match in matches]
        rows = Override.objects.for_challenge(self.challenge).filter(company__in=ids)
        return {
            "may_steer": True,
            "by_hand": {row.company_id: row for row in rows},
            "contested": Contest.objects.for_challenge(self.challenge).waiting().count(),
        }


class RunProgressView(ChallengeMixin, PermissionPage, TemplateView):
    """The progress of a scoring, asked for again and again while it runs."""

    permission = Permission.MATCH_VIEW
    template_name = "matching/_run_progress.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().get(request, *args, **kwargs)
        if self.last_run is None or self.last_run.is_over:
            response.headers["HX-Refresh"] = "true"
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "run": self.last_run,
            "challenge": self.challenge,
        }


class MatchDetailView(WaitingPage, ChallengeMixin, PermissionPage, DetailView):
    """One match explained: every part of the score, what is missing, eligibility apart."""

    permission = Permission.MATCH_VIEW
    template_name = "matching/match_detail.html"
    model = Match

    def get_object(self, queryset: QuerySet[Match] | None = None) -> Match:
        return get_object_or_404(
            Match.objects.for_challenge(self.challenge), pk=self.kwargs["match"]
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return (
            super().get_context_data(**kwargs)
            | explained(self.request, self.object)
            | self.decided()
            | {
                "challenge": self.challenge,
                "crumbs": self.crumbs(),
                "texts_url": reverse("matching:texts", args=[self.challenge.slug, self.object.pk]),
                "data_url": reverse("matching:data", args=[self.challenge.slug, self.object.pk]),
            }
        )

    def decided(self) -> dict[str, Any]:
        """What was decided by hand and what is contested, for managers of the challenge only."""
        if not has_permission(self.request.user, Permission.MATCH_STEER, self.challenge):
            return {"may_steer": False}
        company_id = self.object.company_id
        rows = Override.objects.for_challenge(self.challenge).select_related("made_by")
        return {
            "may_steer": True,
            "by_hand": rows.filter(company=company_id).first(),
            "contests": shown_contests(self.object),
        }

    def crumbs(self) -> list[dict[str, str]]:
        url = reverse("matching:challenge", args=[self.challenge.slug])
        return [{"label": self.challenge.title, "url": url}]


class MatchDataView(MatchDetailView):
    """The same for a program, as JSON."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return as_json(request, self.get_object(), self.challenge)


def as_json(request: HttpRequest, match: Match, challenge: Challenge) -> HttpResponse:
    """One match as data, with the name of the company only where the page may show it."""
    tasks.ring_for([match])
    (one,) = shown([match], reader=request.user, own_clusters=set())
    if one.is_waiting:
        told = {"waiting": one.why_waiting}
        return JsonResponse(told, status=202, headers={"Retry-After": "2"})
    named = {"title": challenge.title, "url": challenge.get_absolute_url()}
    return HttpResponse(bytes_of(one, challenge=named), content_type="application/json")


def explained(request: HttpRequest, match: Match) -> dict[str, Any]:
    """What the page of one match shows, to a manager, a partner or the company itself."""
    own = organisation_ids(request.belongings)
    (one,) = shown([match], reader=request.user, own_clusters=own, levels=levels_of([match]))
    changes = known_changes(match)
    tasks.ring_for([match])
    if changes is None and not one.is_waiting:
        tasks.ring_for_changes(match)
    lacking = awaited([match])
    # What would change a score is looked for once its reasons are there.
    lacking += changes is None and (lacking > 0 or not one.is_waiting)
    return {
        "one": one,
        "wait": wait_of(request, lacking),
        "parts": parts_with_reasons(match, anonymous=one.company is None),
        "findings": shown_findings(match, anonymous=one.company is None),
        "conditions": shown_conditions(match, anonymous=one.company is None),
        "of_ten": of_ten_apply(one.level.band) if one.level else "",
        "changes": None if changes is None else [advice(gain) for gain in changes],
    }


class CompanyMixin:
    """Finds the company of the address among those the person speaks for."""

    @cached_property
    def company(self) -> Company:
        own = Prefetch("members", queryset=CompanyMember.objects.of(self.request.user))
        rows = Company.objects.active().prefetch_related(own)
        return get_object_or_404(rows, slug=self.kwargs["slug"])

    def get_scope(self) -> Scope:
        return self.company


class ChallengesForCompanyView(WaitingPage, CompanyMixin, PermissionPage, ListView):
    """Challenges for me: the same scores and words as the manager sees."""

    permission = Permission.COMPANY_VIEW
    template_name = "matching/company_matches.html"
    paginate_by = 20

    def get_queryset(self) -> Offers:  # type: ignore[override]  # cut into pages like a query
        return Offers(self.company)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        matches = list(context["object_list"])
        tasks.ring_for(matches)
        found = shown(matches, reader=self.request.user, own_clusters=set())
        return context | {
            "shown": found,
            **waiting_rows(self.request, found),
            "company": self.company,
            "is_behind": self.object_list.are_behind(),
        }


class RescoringView(CompanyMixin, PermissionPage, TemplateView):
    """Whether an edited profile still waits for its scores, asked again and again while it does."""

    permission = Permission.COMPANY_VIEW
    template_name = "matching/_rescoring.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().get(request, *args, **kwargs)
        if not response.context_data["is_behind"]:
            response.headers["HX-Refresh"] = "true"
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "company": self.company,
            "is_behind": Offers(self.company).are_behind(),
        }


class CompanyMatchView(WaitingPage, CompanyMixin, PermissionPage, DetailView):
    """One match explained to the company."""

    permission = Permission.COMPANY_VIEW
    template_name = "matching/company_match_detail.html"
    model = Match

    def get_object(self, queryset: QuerySet[Match] | None = None) -> Match:
        public = Challenge.objects.public().select_related("lab")
        challenge = get_object_or_404(public, slug=self.kwargs["challenge"])
        match = offer_of(self.company, challenge)
        if match is None:
            raise Http404
        return match

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        names = [self.company.slug, self.object.challenge.slug]
        return (
            super().get_context_data(**kwargs)
            | explained(self.request, self.object)
            | {
                "company": self.company,
                "challenge": self.object.challenge,
                "crumbs": self.crumbs(),
                "texts_url": reverse("matching:company_texts", args=names),
                "data_url": reverse("matching:company_data", args=names),
                "contests": shown_contests(self.object),
                "contestable": contestable(self.object),
                "may_contest": self.object.challenge.is_open,
            }
        )

    def crumbs(self) -> list[dict[str, str]]:
        url = reverse("matching:for_company", args=[self.company.slug])
        return [{"label": _("Challenges for me"), "url": url}]


class CompanyMatchDataView(CompanyMatchView):
    """The same for a program, as JSON."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        match = self.get_object()
        return as_json(request, match, match.challenge)
