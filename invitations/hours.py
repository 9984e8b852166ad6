"""Whether letters of the list may leave at this moment, asked when a worker takes them up: a read.

They were queued for working hours, but a worker may come late, and a mail server put them off.
"""

from collections.abc import Collection
from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, NullIf
from django.utils import timezone

from companies.models import Company
from invitations.models import Invitation, Nomination
from invitations.timing import next_working_time

About = tuple[str, str]


def not_before(abouts: Collection[About]) -> dict[About, datetime]:
    """By what a letter is about: when it may leave that may not now. A query for each noun."""
    if not settings.WORKING_HOURS:
        return {}
    now = timezone.now()
    countries = _countries(abouts)
    opens = {country: next_working_time(now, country) for country in set(countries.values())}
    return {about: opens[country] for about, country in countries.items() if opens[country] > now}


def _countries(abouts: Collection[About]) -> dict[About, str]:
    where = Coalesce(NullIf("country", Value("")), "invitation__company__country")
    sources: dict[str, tuple[QuerySet, str | Combinable]] = {
        "invitation": (Invitation.objects.all(), "company__country"),
        "company": (Company.objects.all(), "country"),
        # A colleague is where the company is that gave the address.
        "nomination": (Nomination.objects.all(), where),
    }
    found: dict[About, str] = {}
    for noun, (rows, column) in sources.items():
        if ids := {int(related_id) for about, related_id in abouts if about == noun}:
            told = rows.filter(pk__one_of=ids).order_by().values_list("pk", column)
            found |= {(noun, str(pk)): str(country) for pk, country in told}
    return found
