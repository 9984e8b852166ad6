"""Telling the whole demonstration: it calls the verbs of all rooms and writes nothing itself."""

from django.db import transaction

from accounts.models import User
from clusters.models import ClusterOrganisation, Network
from companies.models import Company
from demo.loading.challenges import load_challenges
from demo.loading.firms import load_companies
from demo.loading.journey import load_journey
from demo.loading.people import load_organisations, load_people, read_old_notices
from demo.loading.places import load_labs
from matching.actions import measure_network


class NotEmpty(Exception):
    """The database holds something that is not the demonstration."""


def is_loaded() -> bool:
    """Whether the demonstration is there already."""
    return ClusterOrganisation.objects.filter(is_demonstration=True).exists()


@transaction.atomic
def load_demonstration() -> None:
    """All of it or nothing. Raises NotEmpty where there is data of somebody's own."""
    if any(noun.objects.exists() for noun in (User, ClusterOrganisation, Company)):
        raise NotEmpty
    organisations = load_organisations()
    owners = load_people(organisations)
    labs = load_labs(organisations)
    companies = load_companies(organisations, owners)
    load_journey(load_challenges(labs), companies)
    for network in Network.objects.all():
        measure_network(network=network)
    read_old_notices()
