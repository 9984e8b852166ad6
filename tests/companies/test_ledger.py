"""The ledger of lawful grounds: written when it happens, never changed, objections for good."""

from datetime import timedelta
from importlib import import_module

import pgtrigger
import pytest
from django.db import InternalError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from companies import actions
from companies.choices import GroundKind, Source, Visibility
from companies.models import Company, LawfulGround
from companies.problems import CompanyProblem
from mail.actions import is_suppressed, unsuppress
from mail.models import Suppression, hash_of
from tests.factories import (
    AccountFactory,
    AdministratorFactory,
    ClusterMembershipFactory,
    ClusterOrganisationFactory,
    CompanyFactory,
    CompanyMemberFactory,
    MembershipFactory,
)

pytestmark = pytest.mark.django_db


def kinds(company):
    return list(company.grounds.order_by("pk").values_list("kind", flat=True))


def test_registering_is_written_down():
    person = AccountFactory()

    company = actions.register_company(name="Kabelro", fields={}, owner=person, by=person)

    assert kinds(company) == [GroundKind.REGISTERED]
    assert company.grounds.get().recorded_by == person


def test_a_list_is_written_down_with_its_name_and_claiming_too(django_capture_on_commit_callbacks):
    manager = MembershipFactory(organisation__name="Fjord Cluster")
    member_list = actions.upload_list(
        cluster=manager.organisation,
        file_name="members.csv",
        content=b"Name,City,Mail\nKabelro ApS,Varde,post@kabelro.example\n",
        visibility=Visibility.CLUSTER,
        by=manager.user,
    )
    actions.map_columns(
        member_list=member_list,
        mapping={"0": "name", "1": "city", "2": "email"},
        country="DK",
        language="en",
        by=manager.user,
    )
    actions.start_import(member_list=member_list, by=manager.user)
    actions.import_block(member_list_id=member_list.pk)
    company = Company.objects.get()
    claim = actions.claim_by_manager(company=company, message="", by=AccountFactory())

    actions.confirm_claim(claim=claim, by=manager.user)

    assert kinds(company) == [GroundKind.IMPORTED, GroundKind.CLAIMED]
    imported = company.grounds.get(kind=GroundKind.IMPORTED)
    assert (imported.source, imported.cluster) == (
        "Fjord Cluster, members.csv",
        manager.organisation,
    )


def test_many_registered_at_once_are_written_down():
    cluster = ClusterOrganisationFactory()

    (company,) = actions.register_companies(entries=[{"name": "Kabelro"}], cluster=cluster, by=None)

    assert kinds(company) == [GroundKind.IMPORTED]


def test_switching_invitations_off_and_on_is_written_down():
    company = CompanyFactory(asked=False)

    for wants in (False, False, True):
        company = actions.update_profile(
            company=company, fields={"wants_invitations": wants}, by=None
        )

    assert kinds(company) == [GroundKind.STOPPED, GroundKind.REQUESTED]


def test_entries_are_never_changed_nor_deleted():
    ground = CompanyFactory().grounds.get()

    with pytest.raises(InternalError), transaction.atomic():
        LawfulGround.objects.filter(pk=ground.pk).update(proof="Something better")
    with pytest.raises(InternalError), transaction.atomic():
        ground.delete()

    with pytest.raises(InternalError), transaction.atomic():
        LawfulGround.objects.filter(pk=ground.pk).update(address_hash=hash_of("bo@c.example"))

    assert LawfulGround.objects.get().proof == ""


def test_who_recorded_may_leave_and_the_entry_stays():
    person = AccountFactory()
    actions.register_company(name="Kabelro", fields={}, owner=None, by=person)

    person.delete()

    assert LawfulGround.objects.get().recorded_by is None


@pytest.fixture
def member():
    """A member that came with a list, its cluster organisation and a manager of that."""
    manager = MembershipFactory()
    company = CompanyFactory(source=Source.IMPORTED, email="post@kabelro.example")
    ClusterMembershipFactory(company=company, cluster=manager.organisation)
    return company, manager


def recorded(member, kind, **more):
    company, manager = member
    return actions.record_ground(
        company=company,
        cluster=more.pop("cluster", manager.organisation),
        kind=kind,
        since=more.pop("since", timezone.localdate()),
        proof="Said so at the spring meeting.",
        by=manager.user,
    )


def test_a_manager_writes_down_a_request_of_a_member(member):
    ground = recorded(member, GroundKind.REQUESTED)

    assert list(LawfulGround.objects.requests()) == [ground]
    assert ground.proof == "Said so at the spring meeting."


def test_an_objection_stops_all_lists_and_nobody_can_take_it_back(member):
    company, _manager = member

    recorded(member, GroundKind.OBJECTED)
    unsuppress(address_hash=hash_of(company.email))

    assert is_suppressed(address=company.email, list_name="invitations")
    assert Suppression.objects.get().address_hash == hash_of(company.email)


def test_an_objection_without_an_address_on_file_stops_the_owners():
    manager = MembershipFactory()
    owner = CompanyMemberFactory(company__email="")
    ClusterMembershipFactory(company=owner.company, cluster=manager.organisation)

    recorded((owner.company, manager), GroundKind.OBJECTED)

    assert is_suppressed(address=owner.user.email, list_name="invitations")


@pytest.mark.parametrize(
    "kind, more, problem",
    [
        (GroundKind.REGISTERED, {}, "by itself"),
        (GroundKind.REQUESTED, {"since": timezone.localdate() + timedelta(days=1)}, "future"),
    ],
)
def test_what_a_manager_cannot_write_down(member, kind, more, problem):
    with pytest.raises(CompanyProblem, match=problem):
        recorded(member, kind, **more)


def test_not_of_a_company_that_the_cluster_organisation_has_nothing_to_do_with(member):
    with pytest.raises(CompanyProblem, match="neither vouches"):
        recorded(member, GroundKind.REQUESTED, cluster=ClusterOrganisationFactory())


@pytest.mark.parametrize("kind", [GroundKind.PUBLIC, GroundKind.NOMINATED])
def test_who_brought_or_nominated_a_company_writes_down_its_objection(kind):
    manager = MembershipFactory()
    company = CompanyFactory(source=Source.IMPORTED, email="post@kabelro.example")
    company.grounds.create(kind=kind, cluster=manager.organisation)

    recorded((company, manager), GroundKind.OBJECTED)

    assert is_suppressed(address=company.email, list_name="invitations")


@pytest.mark.parametrize("kind", [GroundKind.PUBLIC, GroundKind.NOMINATED])
@pytest.mark.parametrize("said", [GroundKind.REQUESTED, GroundKind.CONSENTED, GroundKind.PUBLISHED])
def test_who_merely_knows_a_company_opens_it_to_nobody(kind, said, client):
    """One click says that one knows a company; it must not let everybody write to it."""
    manager = MembershipFactory(user=AccountFactory())
    company = CompanyFactory(source=Source.IMPORTED, email="post@kabelro.example")
    company.grounds.create(kind=kind, cluster=manager.organisation)
    client.force_login(manager.user)
    url = reverse("companies:ledger", args=[company.slug])

    with pytest.raises(CompanyProblem, match="You may write down an objection"):
        recorded((company, manager), said)
    posted = client.post(url, {"kind": said, "since": "2026-02-03", "proof": "By mail."})

    assert posted.status_code == 422
    assert f'value="{said}"' not in client.get(url).text
    assert not company.grounds.requests().exists()


def test_the_page_says_what_an_entry_is_good_for_to_who_reads_it(member, client):
    company, vouching = member
    knowing = MembershipFactory(user=AccountFactory())
    company.grounds.create(kind=GroundKind.NOMINATED, cluster=knowing.organisation)
    url = reverse("companies:ledger", args=[company.slug])

    def read_by(user) -> str:
        client.force_login(user)
        return client.get(url).text

    assert "Your own letters to your members need none" in read_by(vouching.user)
    assert "It lets challenges write to this company" in read_by(AdministratorFactory())
    assert "An objection stops all letters." in read_by(knowing.user)


def test_an_administrator_writes_down_an_objection_to_any_company(member):
    company, _manager = member
    administrator = AdministratorFactory()

    ground = actions.record_ground(
        company=company,
        cluster=None,
        kind=GroundKind.OBJECTED,
        since=timezone.localdate(),
        proof="Wrote to the contact.",
        by=administrator,
    )

    assert (ground.cluster, ground.source, ground.recorded_by) == (None, "", administrator)
    assert is_suppressed(address=company.email, list_name="invitations")


def test_nobody_else_speaks_for_no_cluster_organisation(member):
    company, manager = member

    with pytest.raises(CompanyProblem, match="neither vouches"):
        actions.record_ground(
            company=company,
            cluster=None,
            kind=GroundKind.OBJECTED,
            since=timezone.localdate(),
            proof="",
            by=manager.user,
        )


def test_companies_from_before_the_ledger_are_filled_in():
    CompanyFactory(name="Registered", asked=False)
    off = CompanyFactory(name="Off", asked=False, wants_invitations=False)
    imported = CompanyFactory(name="Imported", source=Source.IMPORTED)
    membership = ClusterMembershipFactory(company=imported, cluster__name="Fjord Cluster")
    CompanyMemberFactory(company=imported)

    with connection.cursor() as cursor:
        cursor.execute(import_module("companies.migrations.0003_gate_ledger").FILL)

    rows = LawfulGround.objects.order_by("company__name", "kind")
    assert list(rows.values_list("company__name", "kind", "source", "cluster")) == [
        ("Imported", GroundKind.CLAIMED, "", None),
        ("Imported", GroundKind.IMPORTED, "Fjord Cluster", membership.cluster_id),
        ("Off", GroundKind.REGISTERED, "", None),
        ("Off", GroundKind.STOPPED, "", None),
        ("Registered", GroundKind.REGISTERED, "", None),
    ]
    assert off.grounds.count() == 2


def test_entries_from_before_addresses_were_kept_are_of_that_of_their_day():
    company = CompanyFactory(email="Anna@kabelro.example")
    owner = CompanyMemberFactory(company__email="")
    gone = CompanyFactory(email="gone@kabelro.example")
    actions.erase_company(company=gone, by=None)
    Company.objects.filter(pk=company.pk).update(email="bo@other.example")
    history = company.events.filter(email="bo@other.example")
    history.update(pgh_created_at=timezone.now() + timedelta(minutes=1))

    with (
        pgtrigger.ignore("companies.LawfulGround:words_go_with_an_erased_company"),
        connection.cursor() as cursor,
    ):
        cursor.execute(import_module("companies.migrations.0009_ground_addresses").FILL)

    assert {one.company_id: one.address_hash for one in LawfulGround.objects.all()} == {
        company.pk: hash_of("anna@kabelro.example"),
        owner.company_id: hash_of(owner.user.email),
        gone.pk: "",
    }


# The page.


def test_a_manager_reads_the_ledger_and_adds_to_it(member, client):
    company, manager = member
    client.force_login(manager.user)
    url = reverse("companies:ledger", args=[company.slug])
    entry = {"kind": "consented", "since": "2026-02-03", "proof": "Signed the form at the fair."}

    posted = client.post(url, entry)
    page = client.get(url)

    assert posted.status_code == 302
    ground = company.grounds.get()
    assert (ground.kind, str(ground.since), ground.recorded_by) == (
        GroundKind.CONSENTED,
        "2026-02-03",
        manager.user,
    )
    assert "Signed the form at the fair." in page.text
    assert url in client.get(company.get_absolute_url()).text


def test_what_is_incomplete_is_not_written_down(member, client):
    company, manager = member
    client.force_login(manager.user)

    page = client.post(reverse("companies:ledger", args=[company.slug]), {"kind": "consented"})

    assert page.status_code == 422
    assert not company.grounds.exists()


def test_the_page_says_when_the_address_is_stopped(member, client):
    company, manager = member
    recorded(member, GroundKind.OBJECTED)
    client.force_login(manager.user)

    page = client.get(reverse("companies:ledger", args=[company.slug]))

    assert "gets no letters of invitation since" in page.text


def test_the_page_says_what_does_not_hold_for_the_address_of_today(member, client):
    company, manager = member
    recorded(member, GroundKind.CONSENTED)
    client.force_login(manager.user)
    url = reverse("companies:ledger", args=[company.slug])
    before = client.get(url)

    actions.update_profile(company=company, fields={"email": "bo@other.example"}, by=None)

    assert "of an earlier address" not in before.text
    assert "of an earlier address" in client.get(url).text


def test_a_visitor_is_shown_no_way_to_the_ledger(member, client):
    company, _manager = member

    assert "/ledger/" not in client.get(company.get_absolute_url()).text


@pytest.mark.parametrize("kind", [GroundKind.PUBLIC, GroundKind.NOMINATED])
def test_who_brought_or_nominated_a_company_has_its_ledger(kind, client):
    manager = MembershipFactory(user=AccountFactory())
    company = CompanyFactory(source=Source.IMPORTED, email="post@kabelro.example")
    company.grounds.create(kind=kind, cluster=manager.organisation)
    client.force_login(manager.user)
    url = reverse("companies:ledger", args=[company.slug])

    posted = client.post(url, {"kind": "objected", "since": "2026-02-03", "proof": "By mail."})

    assert posted.status_code == 302
    assert "By mail." in client.get(url).text
    assert url in client.get(company.get_absolute_url()).text
    assert is_suppressed(address=company.email, list_name="invitations")


def test_an_administrator_has_every_ledger(member, client):
    company, _manager = member
    recorded(member, GroundKind.REQUESTED)
    client.force_login(AdministratorFactory())
    url = reverse("companies:ledger", args=[company.slug])

    posted = client.post(url, {"kind": "objected", "since": "2026-02-03", "proof": "By mail."})

    assert posted.status_code == 302
    assert "Said so at the spring meeting." in client.get(url).text
    assert company.grounds.first().kind == GroundKind.OBJECTED


def test_who_only_knows_a_company_reads_what_is_on_record_and_not_the_words_of_others(
    member, client
):
    """Whoever says that they know a company learns no more of its cluster organisations by it."""
    company, vouching = member
    recorded(member, GroundKind.REQUESTED)
    knowing = MembershipFactory(user=AccountFactory())
    own = {"company": company, "cluster": knowing.organisation, "by": knowing.user}
    actions.nominate_company(proof="A project in 2025.", **own)
    client.force_login(knowing.user)

    page = client.get(reverse("companies:ledger", args=[company.slug]))

    assert "Asked for invitations" in page.text
    assert "A project in 2025." in page.text
    for word in ("spring meeting", vouching.organisation.name, str(vouching.user)):
        assert word not in page.text


def test_the_ledger_of_a_company_one_may_not_see_leads_to_no_closed_door(client):
    knowing = MembershipFactory(user=AccountFactory())
    company = CompanyFactory(visibility=Visibility.CLUSTER)
    company.grounds.create(kind=GroundKind.NOMINATED, cluster=knowing.organisation)
    client.force_login(knowing.user)

    page = client.get(reverse("companies:ledger", args=[company.slug]))

    assert page.status_code == 200
    assert f'href="{company.get_absolute_url()}"' not in page.text


# We know this company.


def test_people_of_a_cluster_organisation_say_that_they_know_a_company(client):
    person = MembershipFactory(user=AccountFactory(), role="partner")
    company = CompanyFactory(asked=False)
    url = reverse("companies:know", args=[company.slug])
    client.force_login(person.user)

    page = client.get(company.get_absolute_url())
    refused = client.post(url, {"cluster": person.organisation.slug, "proof": ""})
    said = client.post(url, {"cluster": person.organisation.slug, "proof": "A project in 2025."})

    assert url in page.text
    assert refused.status_code == 422
    assert said.status_code == 302
    ground = company.grounds.get()
    assert (ground.kind, ground.cluster, ground.proof, ground.recorded_by) == (
        GroundKind.NOMINATED,
        person.organisation,
        "A project in 2025.",
        person.user,
    )
    assert client.get(url).status_code == 404


def test_who_vouches_for_a_company_need_not_say_that_it_knows_it(member, client):
    company, manager = member
    client.force_login(manager.user)

    assert client.get(reverse("companies:know", args=[company.slug])).status_code == 404
    with pytest.raises(CompanyProblem, match="member of your cluster organisation already"):
        actions.nominate_company(
            company=company, cluster=manager.organisation, proof="", by=manager.user
        )


def test_to_know_a_company_twice_is_once():
    person = MembershipFactory()
    company = CompanyFactory(asked=False)

    for _time in range(2):
        actions.nominate_company(
            company=company, cluster=person.organisation, proof="A project.", by=person.user
        )

    assert kinds(company) == [GroundKind.NOMINATED]


def test_who_knows_a_company_did_not_bring_its_address():
    company = CompanyFactory(source=Source.IMPORTED)
    company.grounds.create(kind=GroundKind.IMPORTED, source="Fjord Cluster, list.csv")
    company.grounds.create(kind=GroundKind.NOMINATED, cluster=MembershipFactory().organisation)

    assert LawfulGround.objects.origins([company.pk]).get().kind == GroundKind.IMPORTED
