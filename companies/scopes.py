"""Who stands beside a company: the managers of the cluster organisations that vouch for it."""

from accounts.permissions import Person, Platform, Role
from clusters.choices import MemberRole
from clusters.models import ClusterOrganisation, Membership
from companies.choices import GroundKind
from companies.models import Company, LawfulGround


class Vouching:
    def __init__(self, company: Company) -> None:
        self.company = company

    def clusters_of(self, user: Person) -> list[ClusterOrganisation]:
        """Those that vouch for the company and that the user manages."""
        managed = ClusterOrganisation.objects.with_member(user, MemberRole.MANAGER)
        vouching = managed.filter(company_memberships__company=self.company)
        return list(vouching.order_by("company_memberships__pk"))

    def roles_of(self, user: Person) -> set[Role]:
        return {Role.MANAGER} if self.clusters_of(user) else set()


class Erasing:
    """Who may erase a company: its owners, and administrators for people without an account."""

    def __init__(self, company: Company) -> None:
        self.company = company

    def roles_of(self, user: Person) -> set[Role]:
        return self.company.roles_of(user) | Platform().roles_of(user)


class Knowing:
    """Who may say that their cluster organisation knows a company it does not vouch for."""

    def __init__(self, company: Company) -> None:
        self.company = company

    def clusters_of(self, user: Person) -> list[ClusterOrganisation]:
        """Those of the user that do not vouch for the company and have not said so yet."""
        own = ClusterOrganisation.objects.with_member(user).clusters()
        own = own.exclude(company_memberships__company=self.company)
        said = LawfulGround.objects.filter(company=self.company, kind=GroundKind.NOMINATED)
        return list(own.exclude(pk__in=said.exclude(cluster=None).values("cluster")))

    def roles_of(self, user: Person) -> set[Role]:
        held = Membership.objects.filter(user=user.pk, organisation__in=self.clusters_of(user))
        return {Role(role) for role in held.values_list("role", flat=True)}
