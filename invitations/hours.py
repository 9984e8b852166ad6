"""Whether letters of the list may leave at this moment, asked when a worker takes them up: a read.

They were queued for working hours, but a worker may come late, and a mail server put them off.
"""

from collections.abc import Collection
from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from companies.models import Company
from invitations.models import Invitation, Nomination
from invitations.timing import next_working_time

About = tuple[str, str]


def not_before(abouts: Collection[About]) -> dict[About, datetime]:
    """When those letters may leave that may not now, by what each is about. A query for each noun.

    Whoever was nominated is thought to be where the company is that gave the address.
    """
    if not settings.WORKING_HOURS:
        return {}
    now = timezone.now()
    countries = _countries(abouts)
    opens = {country: next_working_time(now, country) for country in set(countries.values())}
    return {about: opens[country] for about, country in countries.items() if opens[country] > now}


def _countries(abouts: Collection[About]) -> dict[About, str]:
    sources: dict[str, tuple[QuerySet, str]] = {
        "invitation": (Invitation.objects.all(), "company__country"),
        "company": (Company.objects.all(), "country"),
        "nomination": (Nomination.objects.all(), "invitation__company__country"),
    }
    found: dict[About, str] = {}
    for noun, (rows, column) in sources.items():
        if ids := {int(related_id) for about, related_id in abouts if about == noun}:
            told = rows.filter(pk__one_of=ids).order_by().values_list("pk", column)
            found |= {(noun, str(pk)): str(country) for pk, country in told}
    return found
