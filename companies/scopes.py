"""Who stands beside a company."""

from abc import ABC, abstractmethod

from django.db.models import QuerySet

from accounts.permissions import Person, Platform, Role
from clusters.choices import MemberRole
from clusters.models import ClusterOrganisation, Membership
from companies.models import Company, LawfulGround


class Ledger:
    """Who writes down what a company said of letters.

    Managers of the cluster organisations that vouch for it, brought it or nominated it, for they
    stand in its letters; and administrators, to whom anybody may write.
    """

    def __init__(self, company: Company) -> None:
        self.company = company

    def clusters_of(self, user: Person) -> list[ClusterOrganisation]:
        """Those the user manages: first those that vouch for the company."""
        vouching = self._vouching(user)
        introduced = LawfulGround.objects.filter(company=self.company).introductions()
        managed = ClusterOrganisation.objects.with_member(user, MemberRole.MANAGER)
        others = managed.filter(pk__in=introduced.values("cluster")).exclude(pk__in=vouching)
        return [*vouching.order_by("company_memberships__pk"), *others.order_by("pk")]

    def tells_all_to(self, user: Person) -> bool:
        """Whoever merely knows a company is not told what its cluster organisations wrote.

        Nor does what they write down let anybody write to it.
        """
        return bool(Platform().roles_of(user)) or self.is_of_member(user)

    def is_of_member(self, user: Person) -> bool:
        return self._vouching(user).exists()

    def roles_of(self, user: Person) -> set[Role]:
        managing = {Role.MANAGER} if self.clusters_of(user) else set()
        return managing | Platform().roles_of(user)

    def _vouching(self, user: Person) -> QuerySet[ClusterOrganisation]:
        managed = ClusterOrganisation.objects.with_member(user, MemberRole.MANAGER)
        return managed.filter(company_memberships__company=self.company)


class Erasing:
    """Who may erase a company: its owners, and administrators for people without an account."""

    def __init__(self, company: Company) -> None:
        self.company = company

    def roles_of(self, user: Person) -> set[Role]:
        return self.company.roles_of(user) | Platform().roles_of(user)


class OfClusters(ABC):
    """The roles a person has in those of their cluster organisations that it is about."""

    def __init__(self, company: Company) -> None:
        self.company = company

    @abstractmethod
    def clusters_of(self, user: Person) -> list[ClusterOrganisation]: ...

    def roles_of(self, user: Person) -> set[Role]:
        held = Membership.objects.filter(user=user.pk, organisation__in=self.clusters_of(user))
        return {Role(role) for role in held.values_list("role", flat=True)}


class Knowing(OfClusters):
    """Who may say that their cluster organisation knows a company it does not vouch for."""

    def clusters_of(self, user: Person) -> list[ClusterOrganisation]:
        """Those of the user that do not vouch for the company and have not said so yet."""
        own = ClusterOrganisation.objects.with_member(user).clusters()
        own = own.exclude(company_memberships__company=self.company)
        said = LawfulGround.objects.filter(company=self.company).nominations()
        return list(own.exclude(pk__in=said.values("cluster")))


class Nominating(OfClusters):
    """Who may take back that their cluster organisation knows a company: anybody of it."""

    def clusters_of(self, user: Person) -> list[ClusterOrganisation]:
        said = LawfulGround.objects.filter(company=self.company).nominations()
        own = ClusterOrganisation.objects.with_member(user)
        return list(own.filter(pk__in=said.values("cluster")).order_by("name", "pk"))
