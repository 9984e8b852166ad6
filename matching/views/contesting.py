"""A company contests a finding; a manager of the challenge decides."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import FormView, ListView, View

from accounts.doors import PermissionPage
from accounts.permissions import Permission
from challenges.models import Challenge
from companies.models import Company
from look.markup import most_points
from matching import actions, tasks
from matching.choices import SHARE_OF, Granted
from matching.forms import ContestForm, DecisionForm
from matching.models import Contest, Match
from matching.offers import offer_of
from matching.problems import MatchProblem
from matching.scoring import CRITERIA, Finding
from matching.telling import names_of
from matching.views.lists import CompanyMixin
from matching.views.steering import SteeringPage
from matching.views.waiting import WaitingPage, wait_of
from matching.wording import criterion_label, points, sentence


def told(finding: Finding | None, *, anonymous: bool = False) -> dict[str, str]:
    """One part of a score in words."""
    if finding is None:
        return {}
    return {
        "label": criterion_label(finding.criterion),
        "text": sentence(finding.reason, anonymous=anonymous),
        "points": points(finding.tenths),
        "most": most_points(finding.weight_tenths),
    }


def finding_of(match: Match, criterion: str) -> Finding | None:
    """None where the worker still writes it, too."""
    tasks.ring_for([match])
    return next((one for one in match.judged if one.criterion == criterion), None)


class CompanyMatchPage(CompanyMixin, PermissionPage):
    """The company's own match with the challenge of the address."""

    permission = Permission.MATCH_CONTEST

    @cached_property
    def match(self) -> Match:
        public = Challenge.objects.public().select_related("lab__cluster")
        challenge = get_object_or_404(public, slug=self.kwargs["challenge"])
        found = offer_of(self.company, challenge)
        if found is None:
            raise Http404
        return found

    def match_url(self) -> str:
        names = [self.company.slug, self.match.challenge.slug]
        return reverse("matching:company_match", args=names)


class ContestView(WaitingPage, CompanyMatchPage, FormView):
    """Says what one finding misses."""

    template_name = "matching/contest_form.html"
    form_class = ContestForm

    @cached_property
    def finding(self) -> Finding | None:
        criterion = self.kwargs["criterion"]
        found = finding_of(self.match, criterion)
        is_written = self.match.findings is not None
        if criterion not in CRITERIA or (found is None and is_written):
            raise Http404
        return found

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"company": self.company}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        challenge = self.match.challenge
        return super().get_context_data(**kwargs) | {
            "challenge": challenge,
            "finding": told(self.finding),
            "label": criterion_label(self.kwargs["criterion"]),
            "wait": wait_of(self.request, int(self.finding is None)),
            "back": self.match_url(),
            "crumbs": [{"label": challenge.title, "url": self.match_url()}],
        }

    def form_valid(self, form: ContestForm) -> HttpResponse:
        try:
            actions.contest(
                challenge=self.match.challenge,
                company=self.company,
                criterion=self.kwargs["criterion"],
                **form.cleaned_data,
                by=self.person,
            )
        except MatchProblem as problem:
            form.add_error(None, str(problem))
            return self.form_invalid(form)
        messages.success(
            self.request, _("The cluster managers of the challenge are told; one of them decides.")
        )
        return HttpResponseRedirect(self.match_url())


class WithdrawContestView(CompanyMatchPage, View):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        rows = Contest.objects.for_challenge(self.match.challenge).of_companies([self.company])
        contest = get_object_or_404(rows, pk=self.kwargs["pk"])
        try:
            actions.withdraw_contest(contest=contest, by=self.person)
        except MatchProblem as problem:
            messages.error(request, str(problem))
        else:
            messages.success(request, _("What you contested is withdrawn."))
        return HttpResponseRedirect(self.match_url())


class ContestsView(SteeringPage, ListView):
    """What companies contest about the matches of a challenge, what waits first."""

    template_name = "matching/contest_list.html"
    paginate_by = 25

    def get_queryset(self) -> QuerySet[Contest]:
        rows = Contest.objects.for_challenge(self.challenge)
        return rows.order_by("decided_at", "-made_at", "-pk")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        names = names_of((row.company_id for row in context["object_list"]), self.request.user)
        return context | {
            "challenge": self.challenge,
            "crumbs": self.crumbs(),
            "contests": [
                {
                    "row": row,
                    "name": names[row.company_id],
                    "label": criterion_label(row.criterion),
                }
                for row in context["object_list"]
            ],
        }


class OneContestPage(SteeringPage):
    @cached_property
    def contest(self) -> Contest:
        rows = Contest.objects.for_challenge(self.challenge)
        rows = rows.select_related("company", "reference", "made_by", "decided_by", "challenge")
        return get_object_or_404(rows, pk=self.kwargs["pk"])


class DecideContestView(WaitingPage, OneContestPage, FormView):
    """What the company says beside what was found, and the decision."""

    template_name = "matching/contest_detail.html"
    form_class = DecisionForm

    @cached_property
    def match(self) -> Match | None:
        rows = Match.objects.for_challenge(self.challenge)
        return rows.filter(company=self.contest.company_id).first()

    @cached_property
    def finding(self) -> Finding | None:
        return finding_of(self.match, self.contest.criterion) if self.match else None

    @property
    def is_waiting(self) -> bool:
        return self.match is not None and self.match.findings is None

    def get_form_kwargs(self) -> dict[str, Any]:
        has_half = self.finding is not None and self.finding.share >= SHARE_OF[Granted.HALF]
        return super().get_form_kwargs() | {"has_half": has_half}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row = self.contest
        list_url = reverse("matching:contests", args=[self.challenge.slug])
        seen = Company.objects.visible_to(self.request.user).filter(pk=row.company_id)
        return super().get_context_data(**kwargs) | {
            "challenge": self.challenge,
            "contest": row,
            "match": self.match,
            "name": names_of([row.company_id], self.request.user)[row.company_id],
            "finding": told(self.finding, anonymous=not seen.exists()),
            "wait": wait_of(self.request, int(self.is_waiting)),
            "label": criterion_label(row.criterion),
            "crumbs": [*self.crumbs(), {"label": _("Contested findings"), "url": list_url}],
        }

    def form_valid(self, form: DecisionForm) -> HttpResponse:
        decision, answer = form.cleaned_data["decision"], form.cleaned_data["answer"]
        try:
            if decision == DecisionForm.REFUSE:
                actions.refuse_contest(contest=self.contest, answer=answer, by=self.person)
            else:
                actions.accept_contest(
                    contest=self.contest, granted=decision, answer=answer, by=self.person
                )
        except MatchProblem as problem:
            form.add_error(None, str(problem))
            return self.form_invalid(form)
        messages.success(self.request, _("Decided; the company is told."))
        return HttpResponseRedirect(self.contest.get_absolute_url())


class ReconsiderContestView(OneContestPage, View):
    """Takes the decision back."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            actions.reconsider_contest(contest=self.contest, by=self.person)
        except MatchProblem as problem:
            messages.error(request, str(problem))
        else:
            messages.success(request, _("The decision is taken back; the company is told."))
        return HttpResponseRedirect(self.contest.get_absolute_url())
