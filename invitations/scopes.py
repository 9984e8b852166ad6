"""Who speaks for a network: those who manage one of its cluster organisations."""

from accounts.permissions import Person, Role
from clusters.choices import OrganisationKind
from clusters.models import Membership, Network


class NetworkScope:
    def __init__(self, network: Network) -> None:
        self.network = network

    def roles_of(self, user: Person) -> set[Role]:
        if not user.is_authenticated:
            return set()
        held = Membership.objects.filter(
            user=user.pk,
            organisation__networks=self.network,
            organisation__kind=OrganisationKind.CLUSTER,
        )
        roles = {Role(role) for role in held.values_list("role", flat=True)}
        if getattr(user, "is_administrator", False):
            roles.add(Role.ADMINISTRATOR)
        return roles
