"""The page of one challenge: the full brief, its preview, its deadline as a calendar file."""

from typing import Any

from django.db.models import BooleanField, Prefetch
from django.db.models.expressions import RawSQL
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import DetailView, View

from accounts.doors import PermissionPage, PublicPage
from accounts.permissions import Permission, Person, has_permission
from challenges.calendar import calendar_of
from challenges.choices import Status
from challenges.history import moves_of
from challenges.models import Challenge, ChallengeQuerySet, Question
from challenges.views.completeness import meter
from clusters.models import Membership

# Questions on the page of a challenge; the others are behind the link.
SHOWN = 10

# By hand, because every reader of a challenge waits for it.
_ASKED = "EXISTS (SELECT FROM challenges_question WHERE challenge_id = challenges_challenge.id)"


def whole(user: Person) -> ChallengeQuerySet:
    """Challenges this reader may see, with all that their page shows."""
    own = Membership.objects.filter(user=user.pk) if user.is_authenticated else None  # type: ignore[attr-defined]
    rows = Challenge.objects.visible_to(user).select_related("lab__cluster")
    rows = rows.defer("search", "sought").prefetch_related("requirements")
    rows = rows.annotate(has_questions=RawSQL(_ASKED, [], BooleanField()))  # noqa: S611 - no text of a user's
    if own is None:
        return rows
    return rows.prefetch_related(Prefetch("lab__cluster__memberships", queryset=own))


class ChallengeDetail(PublicPage, DetailView):
    template_name = "challenges/challenge_detail.html"
    context_object_name = "challenge"

    def get_queryset(self) -> Any:
        return whole(self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        challenge = self.object
        user = self.request.user
        manages = has_permission(user, Permission.CHALLENGE_EDIT, challenge)
        context = super().get_context_data(
            crumbs=crumbs_of(challenge),
            manages=manages,
            may_publish=has_permission(user, Permission.CHALLENGE_PUBLISH, challenge),
            takes_applications=challenge.takes_applications,
            questions=questions_of(challenge),
            **kwargs,
        )
        if manages:
            context |= {"moves": moves_of(challenge), "meter": meter(challenge)}
        return context


def questions_of(challenge: Any) -> list[Question]:
    """Of a challenge read by `whole`, which knows whether there are any."""
    if not challenge.has_questions:
        return []
    return list(Question.objects.filter(challenge=challenge).public()[:SHOWN])


def crumbs_of(challenge: Challenge) -> list[dict[str, str]]:
    return [
        {"label": _("Challenges"), "url": reverse("challenges:list")},
        {"label": challenge.lab.name, "url": challenge.lab.get_absolute_url()},
    ]


class ChallengePreview(PermissionPage, DetailView):
    """The brief as the public will see it."""

    permission = Permission.CHALLENGE_EDIT
    template_name = "challenges/challenge_detail.html"
    context_object_name = "challenge"

    def get_scope(self) -> Challenge:
        self.found = get_object_or_404(whole(self.request.user), slug=self.kwargs["slug"])
        return self.found

    def get_object(self, queryset: Any = None) -> Challenge:
        return self.found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            crumbs=crumbs_of(self.found), preview=True, takes_applications=True, **kwargs
        )


class DeadlineCalendar(PublicPage, View):
    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        challenge = get_object_or_404(Challenge.objects.visible_to(request.user), slug=slug)
        if challenge.deadline is None or challenge.status == Status.WITHDRAWN:
            raise Http404
        return HttpResponse(
            calendar_of(challenge),
            content_type="text/calendar; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{challenge.slug}.ics"'},
        )
