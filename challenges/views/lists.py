"""Lists of challenges: the public one, and a manager's own."""

from typing import Any

from django.conf import settings
from django.db.models import Case, SmallIntegerField, Value, When
from django.http import HttpResponse
from django.utils.cache import patch_vary_headers
from django.views.generic import ListView

from accounts.doors import PublicPage, SignedInPage
from challenges.choices import Status
from challenges.filters import ChallengeFilter
from challenges.models import Challenge
from clusters.choices import MemberRole
from clusters.models import ClusterOrganisation
from look.paging import CappedPaginator

WHAT_NEEDS_ME_FIRST = Case(
    *(When(status=status, then=Value(place)) for place, status in enumerate(Status.values)),
    default=Value(len(Status.values)),
    output_field=SmallIntegerField(),
)


class ChallengeList(PublicPage, ListView):
    template_name = "challenges/challenge_list.html"
    paginator_class = CappedPaginator
    paginate_by = settings.PAGE_SIZE

    def get_queryset(self) -> Any:
        shown = Challenge.objects.for_cards().public()
        self.filter = ChallengeFilter(self.request.GET, queryset=shown)
        return self.filter.qs

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return {
            **context,
            "filter": self.filter,
            "chips": self.filter.chips(),
            "may_create": _manages_something(self.request.user),
        }

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        instant = self.request.htmx  # type: ignore[attr-defined]
        if instant:
            self.template_name = "challenges/challenge_list.html#results"
        response = super().render_to_response(context, **kwargs)
        if instant:
            response["HX-Push-Url"] = f"{self.request.path}?{self.filter.query()}".rstrip("?")
        patch_vary_headers(response, ["HX-Request"])
        return response


def _manages_something(user: Any) -> bool:
    return ClusterOrganisation.objects.with_member(user, MemberRole.MANAGER).exists()


class MyChallenges(SignedInPage, ListView):
    """A manager's own, in every state, in the order of a challenge's life."""

    template_name = "challenges/challenge_mine.html"
    paginator_class = CappedPaginator
    paginate_by = settings.PAGE_SIZE

    def get_queryset(self) -> Any:
        own = Challenge.objects.for_cards().managed_by(self.request.user)
        self.status = self.request.GET.get("status", "")
        if self.status in Status.values:
            own = own.filter(status=self.status)
        return own.order_by(WHAT_NEEDS_ME_FIRST, "deadline", "-id")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            statuses=Status.choices,
            status=self.status,
            may_create=_manages_something(self.request.user),
            **kwargs,
        )
