"""Whose matches a person may look at: those of the challenges in the person's networks."""

from accounts.permissions import Person, Role
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

    def roles_of(self, user: Person) -> set[Role]:
        own = ClusterOrganisation.objects.with_member(user)
        rows = own.filter(memberships__user=user).values_list("memberships__role", flat=True)
        return {Role(role) for role in rows}
