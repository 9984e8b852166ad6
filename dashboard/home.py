"""What the front page shows: open challenges, the labs on a map, and true numbers."""

from typing import Any

from django.db.models import Count, Q

from challenges.choices import Status
from challenges.models import Challenge
from labs.models import LivingLab

NEXT_TO_CLOSE = 6


def front_page() -> dict[str, Any]:
    """Three queries."""
    open_now = Challenge.objects.open().select_related("lab").defer("search")
    labs = list(
        LivingLab.objects.annotate(
            open_challenges=Count("challenges", filter=Q(challenges__status=Status.OPEN))
        ).order_by("country", "name")
    )
    return {
        "challenges": list(open_now.order_by("deadline", "pk")[:NEXT_TO_CLOSE]),
        "labs": labs,
        "places": [place_of(lab) for lab in labs if lab.lat is not None and lab.lon is not None],
        "numbers": {
            "challenges": sum(lab.open_challenges for lab in labs),
            "labs": len(labs),
            "countries": len({str(lab.country) for lab in labs}),
        },
    }


def place_of(lab: LivingLab) -> dict[str, Any]:
    """A point of the map component."""
    return {
        "name": lab.name_and_town,
        "url": lab.get_absolute_url(),
        "lat": lab.lat,
        "lon": lab.lon,
    }
