"""Whose matches a person may look at: those of the challenges in the person's networks."""

from collections.abc import Iterable

from accounts.permissions import Person, Role
from accounts.registry import Belonging
from challenges.models import Challenge
from clusters.models import ClusterOrganisation, Network


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
