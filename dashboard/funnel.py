"""From companies scored to applications: the same five numbers everywhere."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Max, Q, Sum
from django.utils.translation import gettext as _

from applications.models import Application
from challenges.models import Challenge
from invitations.choices import ANSWERED
from invitations.models import Invitation
from matching.choices import RunState
from matching.models import MatchRun


def funnel(challenges: Iterable[Challenge]) -> list[dict[str, Any]]:
    """Steps of the funnel component, summed over challenges. Three queries."""
    ids = [challenge.pk for challenge in challenges]
    last = MatchRun.objects.filter(challenge__in=ids, state=RunState.DONE).values("challenge")
    runs = MatchRun.objects.filter(pk__in=last.annotate(last=Max("pk")).values("last"))
    scored = runs.aggregate(scored=Sum("companies_scored"), eligible=Sum("companies_eligible"))
    asked = (
        Invitation.objects.written()
        .filter(challenge__in=ids)
        .aggregate(
            invited=Count("pk"),
            answered=Count("pk", filter=Q(status__in=ANSWERED)),
        )
    )
    applied = Application.objects.arrived().filter(challenge__in=ids).count()
    return [
        {"label": _("Companies scored"), "count": scored["scored"] or 0},
        {"label": _("Eligible"), "count": scored["eligible"] or 0},
        {"label": _("Invited"), "count": asked["invited"]},
        {"label": _("Answered"), "count": asked["answered"]},
        {"label": _("Applied"), "count": applied},
    ]
