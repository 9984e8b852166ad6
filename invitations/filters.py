"""Narrowing lists of invitations; the state lives in the URL."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from challenges.models import Challenge
from invitations.choices import DeclineReason, Status
from invitations.models import Invitation, InvitationQuerySet
from look.filtering import FilterForm, Pick, PlainSelect
from look.statuses import STATUSES
from matching.filters import MatchFilter
from matching.models import MatchQuerySet

NOT_INVITED = "none"
IN_DOUBT, CAME_BACK, UNWANTED = "in_doubt", "came_back", "unwanted"
STATUS_CHOICES = [
    *((value, STATUSES["invitation"][value].label) for value in Status.values),
    (IN_DOUBT, STATUSES["letter"]["in_doubt"].label),
    (CAME_BACK, STATUSES["letter"]["bounced"].label),
    (UNWANTED, STATUSES["letter"]["complained"].label),
]


def with_fate(rows: InvitationQuerySet, fate: str) -> InvitationQuerySet:
    """By status, or by what the letter tells beyond it."""
    if fate == IN_DOUBT:
        return rows.in_doubt()
    if fate == CAME_BACK:
        return rows.came_back()
    return rows.called_unwanted() if fate == UNWANTED else rows.filter(status=fate)


class InvitedFilter(MatchFilter):
    """Filters of one challenge's matches, by what became of their invitations too."""

    status = Pick(
        label=_("Invitation"),
        empty_label=_("Any status"),
        method="by_status",
        choices=[(NOT_INVITED, _("Not on the list")), *STATUS_CHOICES],
    )
    reason = Pick(
        label=_("Declined because"),
        empty_label=_("Any reason"),
        method="by_reason",
        choices=DeclineReason.choices,
    )

    def __init__(self, *args: Any, challenge: Challenge | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.challenge = challenge

    def by_status(self, rows: MatchQuerySet, name: str, value: str) -> MatchQuerySet:
        if value == NOT_INVITED:
            return rows.exclude(company__in=self.invited.values("company"))
        return rows.filter(company__in=with_fate(self.invited, value).values("company"))

    def by_reason(self, rows: MatchQuerySet, name: str, value: str) -> MatchQuerySet:
        declined = self.invited.filter(status=Status.DECLINED, decline_reason=value)
        return rows.filter(company__in=declined.values("company"))

    @property
    def invited(self) -> InvitationQuerySet:
        return Invitation.objects.filter(challenge=self.challenge)


def own_challenges(request: HttpRequest | None) -> QuerySet[Challenge]:
    if request is None:
        return Challenge.objects.none()
    return Challenge.objects.managed_by(request.user).order_by("title")


class ManagedInvitationFilter(django_filters.FilterSet):
    """Filters over the invitations of all challenges a person manages."""

    challenge = django_filters.ModelChoiceFilter(
        label=_("Challenge"),
        empty_label=_("All challenges"),
        queryset=own_challenges,
        widget=PlainSelect,
    )
    status = Pick(
        label=_("Status"),
        empty_label=_("Any status"),
        method="by_status",
        choices=STATUS_CHOICES,
    )
    reason = Pick(
        label=_("Declined because"),
        empty_label=_("Any reason"),
        method="by_reason",
        choices=DeclineReason.choices,
    )

    class Meta:
        model = Invitation
        form = FilterForm
        fields: tuple[str, ...] = ()

    def by_status(self, rows: InvitationQuerySet, name: str, value: str) -> InvitationQuerySet:
        return with_fate(rows, value)

    def by_reason(self, rows: InvitationQuerySet, name: str, value: str) -> InvitationQuerySet:
        return rows.filter(status=Status.DECLINED, decline_reason=value)
