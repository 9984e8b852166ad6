"""Erasing a company: nothing of it can be found any more, and its objection still stands."""

import pytest
from django.db import InternalError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from applications.models import Application
from clusters.models import Membership
from companies import actions
from companies.choices import GroundKind, Visibility
from companies.models import Company, LawfulGround
from invitations.actions import may_write
from invitations.models import Nomination
from mail.models import Letter
from matching.actions import override, remove_override
from matching.choices import OverrideKind
from matching.models import Match, Override
from tests.factories import (
    AccountFactory,
    AdministratorFactory,
    ClusterMembershipFactory,
    CompanyFactory,
    CompanyMemberFactory,
    ReferenceFactory,
    SolutionFactory,
)

pytestmark = pytest.mark.django_db

# One word that stands in everything this company ever said or had said of it.
CANARY = "zanzibarkabel"
ADDRESS = f"post@{CANARY}.example"


def tables_that_hold(word: str) -> list[str]:
    """Every table of the database is read, whatever it is called."""
    with connection.cursor() as cursor:
        found = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(
                f'SELECT 1 FROM "{table}" AS one WHERE one::text ILIKE %s LIMIT 1',
                [f"%{word}%"],
            )
            if cursor.fetchone():
                found.append(table)
    return sorted(found)


def imported(manager):
    """A member list of the manager's cluster organisation brings the company."""
    cluster = Membership.objects.get(user=manager).organisation
    member_list = actions.upload_list(
        cluster=cluster,
        file_name="members.csv",
        content=f"Name,City,Mail\n{CANARY} ApS,Varde,{ADDRESS}\n".encode(),
        visibility=Visibility.CLUSTER,
        by=manager,
    )
    actions.map_columns(
        member_list=member_list,
        mapping={"0": "name", "1": "city", "2": "email"},
        country="DK",
        language="en",
        by=manager,
    )
    actions.start_import(member_list=member_list, by=manager)
    actions.import_block(member_list_id=member_list.pk)
    return Company.objects.get(email=ADDRESS)


def record(company, manager, kind):
    return actions.record_ground(
        company=company,
        cluster=company.cluster_memberships.get().cluster,
        kind=kind,
        since=timezone.localdate(),
        proof=f"{CANARY} wrote to us.",
        by=manager,
    )


@pytest.fixture
def known_well(invited, challenge, manager, scored):
    """An invited company with words about it in every room that holds any."""
    row = invited(CANARY)
    company = row.company
    manager.notice_preferences.create(kind="claim-waiting", by_mail=False)
    actions.claim_by_manager(company=company, message=f"{CANARY} is mine.", by=AccountFactory())
    actions.claim_by_letter(company=company, by=AccountFactory())
    CompanyMemberFactory(company=company)
    actions.update_profile(company=company, fields={"summary": f"{CANARY} sensors."}, by=None)
    SolutionFactory(company=company, name=f"{CANARY} sensor")
    ReferenceFactory(company=company, title=f"{CANARY} in a harbour")
    scored()
    for kind in (OverrideKind.EXCLUDE, OverrideKind.PIN):
        override(
            challenge=challenge, company=company, kind=kind, reason=f"I know {CANARY}.", by=manager
        )
    record(company, manager, GroundKind.REQUESTED)
    row.answer_note, row.reasons = f"Ask for {CANARY}.", [CANARY]
    row.save()
    Nomination.objects.create(
        invitation=row, kind="colleague", name=CANARY, email=ADDRESS, reason=CANARY
    )
    return company


def test_nothing_of_an_erased_company_can_be_found(known_well):
    assert len(tables_that_hold(CANARY)) > 8

    actions.erase_company(company=known_well, by=None)

    assert tables_that_hold(CANARY) == []


def test_numbers_outlive_it(known_well):
    actions.erase_company(company=known_well, by=None)

    known_well.refresh_from_db()
    assert (str(known_well), known_well.country, known_well.themes, known_well.is_active) == (
        "Erased company",
        "DK",
        ["sensors_grid"],
        False,
    )
    assert Match.objects.get(company=known_well).total > 0
    assert list(known_well.grounds.order_by("pk").values_list("kind", "proof", "source")) == [
        (GroundKind.REGISTERED, "", ""),
        (GroundKind.REQUESTED, "", ""),
    ]
    assert set(known_well.grounds.values_list("address_hash", flat=True)) == {""}
    assert not known_well.members.exists()


@pytest.mark.parametrize("address", ["{page}", "{page}applications.csv", "{application}"])
def test_an_erased_company_is_called_so_in_the_readers_language(
    known_well, challenge, manager, client, address
):
    application = Application.objects.create(
        challenge=challenge, company=known_well, status="submitted", submitted_at=timezone.now()
    )
    page = reverse("applications:challenge", args=[challenge.slug])
    read = reverse("applications:read", args=[challenge.slug, application.public_id])
    User.objects.filter(pk=manager.pk).update(language="da")
    client.force_login(manager)

    actions.erase_company(company=known_well, by=None)

    shown = client.get(
        address.format(page=page, application=read), headers={"accept-language": "da"}
    )
    told = b"".join(shown) if shown.streaming else shown.content
    assert "Slettet virksomhed" in told.decode()
    assert Company.objects.get(pk=known_well.pk).name == ""
    assert tables_that_hold("erased company") == []


def test_what_a_manager_decided_outlives_it_without_the_reason(known_well):
    actions.erase_company(company=known_well, by=None)

    decided = Override.objects.get(company=known_well)
    assert (decided.kind, decided.reason) == (OverrideKind.PIN, "")
    assert set(decided.events.values_list("kind", "reason")) == {
        (OverrideKind.EXCLUDE, ""),
        (OverrideKind.PIN, ""),
    }


def test_a_decision_taken_back_before_is_forgotten_too(known_well, challenge, manager):
    remove_override(challenge=challenge, company=known_well, by=manager)

    actions.erase_company(company=known_well, by=None)

    assert tables_that_hold(CANARY) == []


def test_an_objection_outlives_erasure_and_holds_for_a_new_import(manager):
    company = imported(manager)
    record(company, manager, GroundKind.OBJECTED)
    actions.erase_company(company=company, by=None)

    again = imported(manager)

    assert again.pk != company.pk
    pair = (again.cluster_memberships.get().cluster_id, again.pk)
    assert may_write([pair])[pair].refusal == "objected"


def test_switched_off_outlives_erasure_too(manager):
    company = imported(manager)
    actions.update_profile(company=company, fields={"wants_invitations": False}, by=None)
    actions.erase_company(company=company, by=None)

    again = imported(manager)

    pair = (again.cluster_memberships.get().cluster_id, again.pk)
    assert may_write([pair])[pair].refusal == "stopped"


def test_an_objection_holds_for_an_address_that_was_given_up(manager):
    company = imported(manager)
    record(company, manager, GroundKind.OBJECTED)
    company = actions.update_profile(company=company, fields={"email": "new@k.example"}, by=None)
    actions.erase_company(company=company, by=None)

    again = imported(manager)

    pair = (again.cluster_memberships.get().cluster_id, again.pk)
    assert may_write([pair])[pair].refusal == "objected"


def brought_again(address):
    """A list brings a company at this address as a member; what the gate says of it."""
    membership = ClusterMembershipFactory(company__email=address, company__asked=False)
    pair = (membership.cluster_id, membership.company_id)
    return may_write([pair])[pair].refusal


def test_switched_off_holds_for_an_owner_whom_letters_went_to_for_want_of_an_address():
    owner = CompanyMemberFactory(company__email="")
    actions.update_profile(company=owner.company, fields={"wants_invitations": False}, by=None)

    actions.erase_company(company=owner.company, by=None)

    assert brought_again(owner.user.email) == "stopped"


def test_an_objection_of_when_letters_went_to_an_owner_outlives_a_later_address():
    owner = CompanyMemberFactory(company__email="")
    actions.write_down(company_ids=[owner.company_id], kind=GroundKind.COMPLAINED, by=None)
    company = actions.update_profile(
        company=owner.company, fields={"email": "new@k.example"}, by=None
    )

    actions.erase_company(company=company, by=None)

    assert brought_again(owner.user.email) == "objected"
    assert brought_again("new@k.example") == "objected"


def test_an_objection_of_an_owner_who_has_left_since_is_kept_too():
    owner = CompanyMemberFactory(company__email="")
    actions.write_down(company_ids=[owner.company_id], kind=GroundKind.COMPLAINED, by=None)
    owner.delete()

    actions.erase_company(company=owner.company, by=None)

    assert brought_again(owner.user.email) == "objected"


def test_an_owner_whom_no_letter_went_to_said_nothing_and_loses_nothing():
    owner = CompanyMemberFactory(company__email=ADDRESS)
    actions.update_profile(company=owner.company, fields={"wants_invitations": False}, by=None)
    own = Letter.objects.create(key="own", kind="welcome", recipient=owner.user.email)

    actions.erase_company(company=owner.company, by=None)

    own.refresh_from_db()
    assert own.recipient == owner.user.email
    assert brought_again(owner.user.email) == ""


def test_the_account_letters_of_an_owner_stay_when_its_opt_out_is_kept():
    owner = CompanyMemberFactory(company__email="", company__wants_invitations=False)
    own = Letter.objects.create(key="own", kind="welcome", recipient=owner.user.email)

    actions.erase_company(company=owner.company, by=None)

    own.refresh_from_db()
    assert own.recipient == owner.user.email


def test_letters_of_another_company_at_the_address_stay(known_well):
    CompanyFactory(email=ADDRESS)

    actions.erase_company(company=known_well, by=None)

    assert Letter.objects.filter(recipient=ADDRESS).exists()


def test_twice_is_safe(known_well):
    once = actions.erase_company(company=known_well, by=None)

    twice = actions.erase_company(company=known_well, by=None)

    assert twice.erased_at == once.erased_at


def test_words_of_the_ledger_go_only_with_the_company(known_well):
    ground = known_well.grounds.filter(kind=GroundKind.REQUESTED)

    with pytest.raises(InternalError), transaction.atomic():
        ground.update(proof="", source="")
    actions.erase_company(company=known_well, by=None)
    with pytest.raises(InternalError), transaction.atomic():
        ground.update(proof="Something better")

    assert LawfulGround.objects.filter(proof="").count() == 2


# The page.


def test_an_owner_writes_the_name_and_erases(client):
    owner = CompanyMemberFactory(user=AccountFactory(), company__name="Kabelro")
    url = reverse("companies:erase", args=[owner.company.slug])
    client.force_login(owner.user)

    page = client.get(reverse("companies:delete", args=[owner.company.slug]))
    wrong = client.post(url, {"name": "Kabelrå"})
    right = client.post(url, {"name": "kabelro"})

    assert url in page.text
    assert wrong.status_code == 422
    assert "This is not the name of the company." in wrong.text
    assert right.status_code == 302
    assert Company.objects.get().erased_at
    assert client.get(url).status_code == 404


def test_what_was_deleted_before_can_still_be_erased(client):
    owner = CompanyMemberFactory(user=AccountFactory())
    url = reverse("companies:erase", args=[owner.company.slug])
    actions.retire_company(company=owner.company, by=owner.user)
    client.force_login(owner.user)

    page = client.get(reverse("companies:mine"))

    assert url in page.text
    assert client.get(url).status_code == 200


def test_an_administrator_erases_for_people_without_an_account(client):
    company = CompanyFactory()
    client.force_login(AdministratorFactory())
    url = reverse("companies:erase", args=[company.slug])

    page = client.get(company.get_absolute_url())
    client.post(url, {"name": company.name})

    assert url in page.text
    assert Company.objects.get().erased_at
