"""Narrowing lists of invitations; the state lives in the URL."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from challenges.models import Challenge
from invitations.choices import Status
from invitations.models import Invitation
from look.filtering import FilterForm, Pick, PlainSelect
from look.statuses import STATUSES
from matching.filters import MatchFilter
from matching.models import MatchQuerySet

NOT_INVITED = "none"
STATUS_CHOICES = [(value, STATUSES["invitation"][value].label) for value in Status.values]


class InvitedFilter(MatchFilter):
    """Filters of one challenge's matches, by what became of their invitations too."""

    status = Pick(
        label=_("Invitation"),
        empty_label=_("Any status"),
        method="by_status",
        choices=[(NOT_INVITED, _("Not on the list")), *STATUS_CHOICES],
    )

    def __init__(self, *args: Any, challenge: Challenge | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.challenge = challenge

    def by_status(self, rows: MatchQuerySet, name: str, value: str) -> MatchQuerySet:
        invited = Invitation.objects.filter(challenge=self.challenge)
        if value == NOT_INVITED:
            return rows.exclude(company__in=invited.values("company"))
        return rows.filter(company__in=invited.filter(status=value).values("company"))


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
    status = Pick(label=_("Status"), empty_label=_("Any status"), choices=STATUS_CHOICES)

    class Meta:
        model = Invitation
        form = FilterForm
        fields: tuple[str, ...] = ()
