"""Who speaks for a network, and who writes down that an address wants no letters."""

from accounts.permissions import Person, Platform, Role
from clusters.choices import MemberRole, OrganisationKind
from clusters.models import Membership, Network
from invitations.choices import NominationState
from invitations.models import Invitation, Nomination
from mail.models import tidy


class NetworkScope:
    """Those who manage one of its cluster organisations."""

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


class Objecting:
    """Administrators hear of any address, managers of those nominations of theirs wrote to."""

    def roles_of(self, user: Person) -> set[Role]:
        managing = Membership.objects.filter(user=user.pk, role=MemberRole.MANAGER)
        return ({Role.MANAGER} if managing.exists() else set()) | Platform().roles_of(user)

    def may_speak_of(self, user: Person, address: str) -> bool:
        if Platform().roles_of(user):
            return True
        own = Invitation.objects.managed_by(user)
        written = Nomination.objects.filter(state=NominationState.ACCEPTED, invitation__in=own)
        return written.filter(email=tidy(address)).exists()
