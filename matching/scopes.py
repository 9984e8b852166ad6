"""Whose matches a person may look at: those of the challenges in the person's networks."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from accounts.permissions import Person, Role
from accounts.registry import Belonging
from challenges.models import Challenge
from clusters.models import ClusterOrganisation, Membership, Network


class NetworkOfChallenge:
    """A challenge as its whole network sees it: everybody in the network is at least a partner."""

    def __init__(self, challenge: Challenge) -> None:
        self.challenge = challenge

    def roles_of(self, user: Person) -> set[Role]:
        roles = self.challenge.roles_of(user)
        if not roles and self._in_network(user):
            roles.add(Role.PARTNER)
        return roles

    def _in_network(self, user: Person) -> bool:
        networks = Network.objects.filter(organisations=self.challenge.lab.cluster_id)
        own = ClusterOrganisation.objects.with_member(user)
        return own.filter(networks__in=networks).exists()


class PeopleOfNetwork:
    """A network as its members see it: each has the role of the own organisation."""

    def __init__(self, network: Network) -> None:
        self.network = network

    def roles_of(self, user: Person) -> set[Role]:
        rows = Membership.objects.filter(
            user=user.pk, organisation__networks=self.network
        ).values_list("role", flat=True)
        return {Role(role) for role in rows}


def networks_readable_by(user: Person) -> QuerySet[Network]:
    """Those that show their figures to everybody, and the user's own."""
    shown = Q(shows_quality=True)
    if user.is_authenticated:
        own = ClusterOrganisation.objects.with_member(user)
        shown |= Q(pk__in=Network.objects.filter(organisations__in=own).values("pk"))
    return Network.objects.filter(shown)


class AnyNetwork:
    """All networks together: whoever has a role in some organisation has it here."""

    def __init__(self, belongings: Iterable[Belonging]) -> None:
        self.belongings = belongings

    def roles_of(self, user: Person) -> set[Role]:
        return {one.role for one in self.belongings if one.key.startswith("organisation:")}


def organisation_ids(belongings: Iterable[Belonging]) -> set[int]:
    """The cluster organisations among a person's belongings."""
    keys = (one.key.split(":") for one in belongings)
    return {int(parts[1]) for parts in keys if parts[0] == "organisation"}
