"""Nouns for tests, with just what their models insist on. Ask for more by keyword."""

from datetime import timedelta

import factory
from allauth.account.models import EmailAddress
from django.utils import timezone

from accounts.models import User
from challenges.choices import OfferKind, Priority, Status
from challenges.models import Challenge, Requirement
from clusters.choices import MemberRole, OrganisationKind
from clusters.models import ClusterOrganisation, Membership, Network
from companies.choices import CompanyRole, GroundKind, Source, Visibility
from companies.models import (
    ClusterMembership,
    Company,
    CompanyMember,
    LawfulGround,
    Reference,
    Solution,
)
from labs.choices import PartnerKind
from labs.models import LabPartner, LivingLab, Site

PASSWORD = "correct horse battery"


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@labmatch.example")
    name = factory.Sequence(lambda n: f"Person {n}")


class AccountFactory(UserFactory):
    """A person who can sign in: with a confirmed address and the password `PASSWORD`."""

    language = "en"

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        user = model_class.objects.create_user(password=PASSWORD, **kwargs)
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        return user


class AdministratorFactory(AccountFactory):
    is_administrator = True


class NetworkFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Network

    slug = factory.Sequence(lambda n: f"network-{n}")
    name = factory.Sequence(lambda n: f"Network {n}")


class ClusterOrganisationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ClusterOrganisation

    slug = factory.Sequence(lambda n: f"cluster-{n}")
    name = factory.Sequence(lambda n: f"Cluster {n}")
    kind = OrganisationKind.CLUSTER
    country = "DK"
    city = "Aalborg"


class MembershipFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    organisation = factory.SubFactory(ClusterOrganisationFactory)
    role = MemberRole.MANAGER


class LivingLabFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = LivingLab

    slug = factory.Sequence(lambda n: f"lab-{n}")
    name = factory.Sequence(lambda n: f"Harbour lab {n}")
    cluster = factory.SubFactory(ClusterOrganisationFactory)
    owner = "Harbour Municipality"
    city = "Esbjerg"
    country = "DK"
    language = "en"
    themes = ["sensors_grid"]
    summary = "A harbour where sensors are tried."


class SiteFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Site

    lab = factory.SubFactory(LivingLabFactory)
    name = factory.Sequence(lambda n: f"Quay {n}")
    what_can_be_tested = "Sensors on cables."


class LabPartnerFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = LabPartner

    lab = factory.SubFactory(LivingLabFactory)
    name = factory.Sequence(lambda n: f"Utility {n}")
    kind = PartnerKind.UTILITY


class ChallengeFactory(factory.django.DjangoModelFactory):
    """A whole draft: publishing it works. `ChallengeFactory(open=True)` is open already."""

    class Meta:
        model = Challenge
        skip_postgeneration_save = True

    class Params:
        open = factory.Trait(status=Status.OPEN, published_at=factory.LazyFunction(timezone.now))
        closed = factory.Trait(
            status=Status.CLOSED,
            published_at=factory.LazyFunction(lambda: timezone.now() - timedelta(days=60)),
            closed_at=factory.LazyFunction(lambda: timezone.now() - timedelta(days=2)),
            deadline=factory.LazyFunction(lambda: timezone.now() - timedelta(days=2)),
        )

    slug = factory.Sequence(lambda n: f"challenge-{n}")
    lab = factory.SubFactory(LivingLabFactory)
    title = factory.Sequence(lambda n: f"Sensors for old substations {n}")
    question = "How can we see what happens in a substation without rebuilding it?"
    themes = ["sensors_grid"]
    need = "Most substations cannot be seen from the office."
    wanted_outcome = "Current and temperature every ten minutes."
    success_criteria = "97 % of readings arrive."
    offer_kind = OfferKind.MARKET_DIALOGUE
    deadline = factory.LazyFunction(lambda: timezone.now() + timedelta(days=30))

    @factory.post_generation
    def must(self, create: bool, codes: list[str] | None, **kwargs: object) -> None:
        """`must=[]` makes a challenge that asks for nothing."""
        for code in ["grid_sensors"] if codes is None else codes:
            RequirementFactory(challenge=self, capability=code, priority=Priority.MUST)


class RequirementFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Requirement

    challenge = factory.SubFactory(ChallengeFactory, must=[])
    capability = "grid_sensors"
    priority = Priority.MUST


class CompanyFactory(factory.django.DjangoModelFactory):
    """Seen by everybody and spoken for by nobody, unless more is said.

    Like any company it registered itself, so it may be written to from everywhere.
    `CompanyFactory(asked=False)` has nothing on record: the rules of its country decide.
    """

    class Meta:
        model = Company
        skip_postgeneration_save = True

    slug = factory.Sequence(lambda n: f"company-{n}")
    name = factory.Sequence(lambda n: f"Kabelro {n} ApS")
    summary = "Sensors for old cables."
    language = "en"
    city = "Varde"
    country = "DK"
    themes = ["sensors_grid"]
    capabilities = ["grid_sensors"]
    visibility = Visibility.PUBLIC

    @factory.post_generation
    def asked(self, create: bool, asked: bool | None, **kwargs: object) -> None:
        registered = self.source == Source.REGISTERED
        if create and (registered if asked is None else asked):
            LawfulGround.objects.create(company=self, kind=GroundKind.REGISTERED)


class CompanyMemberFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = CompanyMember

    user = factory.SubFactory(UserFactory)
    company = factory.SubFactory(CompanyFactory)
    role = CompanyRole.OWNER


class ClusterMembershipFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ClusterMembership

    company = factory.SubFactory(CompanyFactory)
    cluster = factory.SubFactory(ClusterOrganisationFactory)


class SolutionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Solution

    company = factory.SubFactory(CompanyFactory)
    name = factory.Sequence(lambda n: f"Cable ear {n}")
    description = "Listens to cables."
    trl = 7
    capabilities = ["grid_sensors"]


class ReferenceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Reference

    company = factory.SubFactory(CompanyFactory)
    title = factory.Sequence(lambda n: f"Twelve substations heard {n}")
    place = "Varde"
    country = "DK"
    year = 2025
    client_type = "utility"
