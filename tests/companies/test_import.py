from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.models import Notice
from clusters.choices import MemberRole
from companies import actions
from companies.actions import write_down
from companies.choices import GroundKind, ImportState, RowOutcome, Source, Visibility
from companies.models import Company, LawfulGround, MemberList
from companies.problems import CompanyProblem
from companies.signals import profiles_changed
from companies.tasks import import_member_list, undo_member_list
from tests.factories import (
    ClusterMembershipFactory,
    ClusterOrganisationFactory,
    CompanyFactory,
    CompanyMemberFactory,
    MembershipFactory,
)

pytestmark = pytest.mark.django_db

LIST = """Virksomhed;CVR;E-mail;By;Land;Ansatte;Omsætning;Beskrivelse
Røgvand ApS;99 00 12 34;post@rogvand.example;Køge;Danmark;12;0,5;Måler vand.
Skrald A/S;;hej@skrald.example;Vejle;Danmark;;;
Uden Alt I/S;;;Ribe;;3;;
"""


@pytest.fixture
def manager():
    return MembershipFactory().user


@pytest.fixture
def cluster(manager):
    return manager.organisation_memberships.get().organisation


@pytest.fixture
def announced():
    """What was announced: one list of ids for each signal."""
    heard = []

    def hear(company_ids, **kwargs):
        heard.append(sorted(company_ids))

    profiles_changed.connect(hear)
    yield heard
    profiles_changed.disconnect(hear)


@pytest.fixture
def bring(cluster, manager):
    """Upload and check a list; `bring(text)` returns it."""

    def bring(
        text=LIST, visibility=Visibility.CLUSTER, cluster=cluster, by=manager, public_source=""
    ):
        uploaded = actions.upload_list(
            cluster=cluster,
            file_name="list.csv",
            content=text.encode(),
            visibility=visibility,
            public_source=public_source,
            by=by,
        )
        return actions.map_columns(
            member_list=uploaded, mapping=uploaded.mapping, country="DK", language="da", by=by
        )

    return bring


def undo(member_list, by):
    actions.start_undo(member_list=member_list, by=by)
    while actions.undo_block(member_list_id=member_list.pk):
        pass
    member_list.refresh_from_db()
    return member_list


def run(member_list, by):
    actions.start_import(member_list=member_list, by=by)
    while actions.import_block(member_list_id=member_list.pk):
        pass
    member_list.refresh_from_db()
    return member_list


def outcomes(member_list):
    return [row.outcome for row in member_list.rows.all()]


def everything():
    skip = {"updated_at", "created_at"}
    rows = Company.objects.order_by("pk").values()
    return [{name: value for name, value in row.items() if name not in skip} for row in rows]


def test_import_makes_vouched_companies_and_announces_them_once(bring, manager, cluster, announced):
    done = run(bring(visibility=Visibility.NETWORK), manager)

    made = Company.objects.get(registry_number="99 00 12 34")
    assert done.state == ImportState.DONE
    assert (made.name, made.city, made.country, made.staff) == ("Røgvand ApS", "Køge", "DK", 12)
    assert (made.size_class, made.language, made.source) == ("small", "da", Source.IMPORTED)
    assert made.visibility == Visibility.NETWORK
    assert Company.objects.members_of([cluster]).count() == 3
    assert announced == [sorted(Company.objects.values_list("pk", flat=True))]
    assert Notice.objects.get(user=manager).kind == "list-imported"


def test_check_changes_nothing(bring):
    checked = bring()

    assert checked.state == ImportState.CHECKED
    assert outcomes(checked) == ["new", "new", "new"]
    assert not Company.objects.exists()


def test_twice_is_once(bring, manager, announced):
    run(bring(), manager)
    before = everything()
    announced.clear()

    again = bring()

    assert outcomes(again) == ["same", "same", "same"]
    with pytest.raises(CompanyProblem):
        actions.start_import(member_list=again, by=manager)
    assert (everything(), announced) == (before, [])


def test_two_lists_checked_before_either_is_imported_make_no_twins(bring, manager):
    first, second = bring(), bring()
    run(first, manager)

    with pytest.raises(CompanyProblem):
        run(second, manager)

    assert Company.objects.count() == 3


def test_a_changed_row_changes_just_that(bring, manager):
    run(bring(), manager)

    second = bring(LIST.replace("Køge", "Ribe").replace("Røgvand", "Rogvand"))
    run(second, manager)

    assert outcomes(second) == ["changed", "same", "same"]
    changed = Company.objects.get(registry_number="99 00 12 34")
    assert (changed.name, changed.city, changed.staff) == ("Rogvand ApS", "Ribe", 12)


def test_an_empty_cell_erases_nothing(bring, manager):
    run(bring(), manager)

    run_again = bring("Navn;CVR;By;Ansatte\nRøgvand ApS;99001234;;\n")

    assert outcomes(run_again) == ["changed"]  # the number without its spaces
    run(run_again, manager)
    assert Company.objects.get(registry_number="99001234").city == "Køge"


def test_mistakes_are_told_by_row_and_cell_and_the_rest_goes_on(bring, manager):
    lines = (";a@b.example;1", "B;b(at)b.example;mange", "C;c@c.example;2", "C2;c@c.example;")
    text = "\n".join(("Navn;E-mail;Ansatte", *lines))

    checked = bring(text)
    faults = {
        row.number: [(fault["column"], fault["code"]) for fault in row.errors]
        for row in checked.rows.filter(outcome=RowOutcome.FAULTY)
    }
    run(checked, manager)

    assert faults == {
        2: [(0, "no_name")],
        3: [(1, "no_address"), (2, "no_whole_number")],
        5: [(None, "repeated")],
    }
    assert [company.name for company in Company.objects.all()] == ["C"]


def test_a_claimed_company_only_becomes_a_member(bring, manager, cluster):
    owner = CompanyMemberFactory(
        company__registry_number="99001234", company__name="Our own name", company__city="Oslo"
    )
    company = owner.company

    done = run(bring(), manager)

    company.refresh_from_db()
    assert outcomes(done)[0] == RowOutcome.ADDED
    assert (company.name, company.city) == ("Our own name", "Oslo")
    assert Company.objects.members_of([cluster]).filter(pk=company.pk).exists()
    assert Notice.objects.get(user=owner.user).kind == "company-vouched"


def test_another_clusters_company_only_becomes_a_member(bring, manager):
    company = CompanyFactory(registry_number="99001234", email="old@address.example")
    ClusterMembershipFactory(company=company)

    run(bring(), manager)
    again = bring()

    company.refresh_from_db()
    assert company.email == "old@address.example"
    assert outcomes(again)[0] == RowOutcome.SAME


def test_names_and_addresses_of_other_clusters_are_no_match(bring):
    for fields in (dict(name="Uden Alt I/S", city="Ribe"), dict(email="hej@skrald.example")):
        ClusterMembershipFactory(company=CompanyFactory(country="DK", **fields))

    assert outcomes(bring()) == ["new", "new", "new"]


def test_a_company_that_took_itself_out_stays_out(bring):
    member = CompanyMemberFactory(company__registry_number="99001234")
    actions.retire_company(company=member.company, by=member.user)

    row = bring().rows.first()

    assert (row.outcome, row.errors[0]["code"]) == ("faulty", "gone")


def test_undo_takes_out_what_was_made_and_importing_again_takes_it_in(bring, manager, announced):
    done = run(bring(), manager)

    undone = undo(done, manager)

    assert undone.state == ImportState.UNDONE
    assert not Company.objects.active().exists()
    assert len(announced) == 2
    run(bring(), manager)
    assert Company.objects.active().count() == Company.objects.count() == 3


def test_undo_restores_what_was_changed(bring, manager):
    run(bring(), manager)
    before = [{**row, "revision": 0} for row in everything()]
    changed = run(bring(LIST.replace("Køge", "Ribe").replace(";12;", ";300;")), manager)
    assert Company.objects.get(city="Ribe", staff=300).size_class == "small_mid_cap"

    undo(changed, manager)

    assert [{**row, "revision": 0} for row in everything()] == before


def test_after_undoing_the_source_of_an_address_is_the_one_before(bring, manager):
    """Where we have an address from is what the first letter to it says."""
    known = everything_known_of("post@rogvand.example", bring, manager)
    changed = run(bring(LIST.replace("post@rogvand", "ny@rogvand")), manager)
    assert source_of(known) == changed.as_source

    undo(changed, manager)

    assert source_of(known) == "The list of before"


def test_what_was_undone_stays_so_when_its_cluster_organisation_is_deleted(bring, manager):
    known = everything_known_of("post@rogvand.example", bring, manager)
    undo(run(bring(LIST.replace("post@rogvand", "ny@rogvand")), manager), manager)

    known.grounds.update(cluster=None)  # as the database does when the organisation goes

    assert source_of(known) == "The list of before"


def everything_known_of(email: str, bring, manager) -> Company:
    run(bring(), manager)
    company = Company.objects.get(email=email)
    write_down(
        company_ids=[company.pk],
        kind=GroundKind.IMPORTED,
        source="The list of before",
        cluster=manager.organisation_memberships.get().organisation,
        by=None,
    )
    return company


def source_of(company: Company) -> str:
    return LawfulGround.objects.origins([company.pk]).get().source


def test_undoing_one_of_two_lists_of_one_name_leaves_the_other(bring, manager):
    first, second = (LIST.replace("post@rogvand", f"{name}@rogvand") for name in ("en", "to"))
    for text in (LIST, first):
        run(bring(text), manager)
    company = Company.objects.get(email="en@rogvand.example")

    undo(run(bring(second), manager), manager)

    standing = company.grounds.standing().filter(kind=GroundKind.IMPORTED)
    assert (standing.count(), company.grounds.filter(kind=GroundKind.IMPORTED).count()) == (2, 3)


def test_undo_ends_the_membership_of_a_company_from_a_public_source_that_it_changed(bring, manager):
    """Or its letters would still be those of a cluster organisation to its own member."""
    run(bring(public_source="A register"), manager)
    company = Company.objects.get(email="post@rogvand.example")
    done = run(bring(LIST.replace("Køge", "Ribe")), manager)
    assert company.cluster_memberships.exists()

    undo(done, manager)

    company.refresh_from_db()
    assert (company.city, company.cluster_memberships.count()) == ("Køge", 0)


def test_undo_leaves_what_was_edited_or_claimed_since(bring, manager):
    done = run(bring(), manager)
    edited, claimed, gone = Company.objects.order_by("name")
    actions.update_profile(company=edited, fields={"summary": "By hand."}, by=manager)
    CompanyMemberFactory(company=claimed)

    undo(done, manager)

    assert set(Company.objects.active()) == {edited, claimed}
    staying = done.rows.filter(before__stays=True)
    assert {row.company for row in staying} == {edited, claimed}
    assert not Company.objects.get(pk=gone.pk).is_active


def test_undo_ends_a_membership_it_gave(bring, manager):
    company = CompanyMemberFactory(company__registry_number="99001234").company
    done = run(bring(), manager)

    undo(done, manager)

    company.refresh_from_db()
    assert (company.is_active, company.cluster_memberships.count()) == (True, 0)


def test_undo_works_once(bring, manager):
    done = run(bring(), manager)
    undo(done, manager)

    with pytest.raises(CompanyProblem):
        actions.start_undo(member_list=done, by=manager)


def test_undoing_a_long_list_goes_block_by_block(bring, manager):
    done = run(bring("Navn\n" + "".join(f"Firma {number}\n" for number in range(501))), manager)
    actions.start_undo(member_list=done, by=manager)

    more = actions.undo_block(member_list_id=done.pk)
    done.refresh_from_db()
    half = (more, done.state, done.rows_done, Company.objects.active().count())
    more = actions.undo_block(member_list_id=done.pk)
    done.refresh_from_db()

    assert half == (True, "undoing", 500, 1)
    assert (more, done.state, Company.objects.active().count()) == (False, "undone", 0)


@pytest.mark.parametrize(("days", "lists"), [(6, 1), (8, 0)])
def test_a_list_nobody_imported_is_forgotten_after_a_week(bring, days, lists):
    bring()
    MemberList.objects.update(moved_at=timezone.now() - timedelta(days=days))

    actions.forget_old_lists()

    assert MemberList.objects.count() == lists


def test_rows_of_an_import_are_erased_after_a_week_and_it_can_still_be_undone(
    client, bring, manager
):
    done = run(bring(), manager)
    client.force_login(manager)
    MemberList.objects.update(moved_at=timezone.now() - timedelta(days=8))

    actions.forget_old_lists()

    assert set(map(str, done.rows.values_list("cells", flat=True))) == {"[]"}
    assert "Skrald A/S" in client.get(f"/companies/import/{done.pk}/").content.decode()
    undo(done, manager)
    assert not Company.objects.active().exists()


def test_an_import_can_be_undone_for_thirty_days(bring, manager):
    done = run(bring(), manager)
    MemberList.objects.update(moved_at=timezone.now() - timedelta(days=31))

    actions.forget_old_lists()

    assert not done.rows.exists()
    with pytest.raises(CompanyProblem, match="30 days"):
        actions.start_undo(member_list=done, by=manager)


def test_blocks_go_on_where_the_last_one_ended(bring, manager):
    text = "Navn;By\n" + "".join(f"Firma {number};Vejle\n" for number in range(1101))
    waiting = bring(text)
    actions.start_import(member_list=waiting, by=manager)

    progress = []
    more = True
    while more:
        more = actions.import_block(member_list_id=waiting.pk)
        waiting.refresh_from_db()
        progress.append((waiting.rows_done, waiting.state))

    assert progress == [(500, "running"), (1000, "running"), (1101, "done")]
    assert Company.objects.count() == 1101
    assert actions.import_block(member_list_id=waiting.pk) is False


def test_a_failed_import_carries_on(bring, manager):
    waiting = bring()
    actions.start_import(member_list=waiting, by=manager)
    actions.fail_import(member_list_id=waiting.pk)

    run(waiting, manager)

    assert waiting.state == ImportState.DONE


def test_a_stuck_import_is_found(bring, manager, time_machine):
    waiting = bring()
    actions.start_import(member_list=waiting, by=manager)
    assert actions.stuck_lists(state=ImportState.RUNNING) == []

    time_machine.move_to(waiting.moved_at + timedelta(hours=1))

    assert actions.stuck_lists(state=ImportState.RUNNING) == [waiting.pk]


def test_the_whole_way_by_the_pages(client, manager, cluster, django_capture_on_commit_callbacks):
    client.force_login(manager)
    file = SimpleUploadedFile("members.csv", LIST.encode("cp1252"))

    uploaded = client.post(
        "/companies/import/",
        {"cluster": cluster.slug, "file": file, "kind": "members", "visibility": "cluster"},
    )
    form = client.get(uploaded.url).context["form"]
    mapped = client.post(uploaded.url, {name: form[name].value() or "" for name in form.fields})
    page = client.get(mapped.url)
    assert (page.context["something"], Company.objects.count()) == (3, 0)
    with django_capture_on_commit_callbacks():
        client.post(f"{mapped.url}start/")
    member_list = MemberList.objects.get()
    assert client.get(f"{mapped.url}progress/").status_code == 200
    import_member_list(member_list.pk)

    assert client.get(mapped.url).status_code == 200
    assert client.get(f"{mapped.url}progress/").headers["HX-Refresh"] == "true"
    assert Company.objects.members_of([cluster]).count() == 3
    client.post(f"{mapped.url}undo/")
    undo_member_list(member_list.pk)
    assert Company.objects.active().count() == 0


def test_a_file_that_is_no_list_says_so(client, manager, cluster):
    client.force_login(manager)
    file = SimpleUploadedFile("members.xlsx", b"PK\x03\x04 broken")

    reply = client.post(
        "/companies/import/",
        {"cluster": cluster.slug, "file": file, "kind": "members", "visibility": "public"},
    )

    assert reply.status_code == 422
    assert list(reply.context["form"].errors) == ["file"]
    assert reply.context["form"]["visibility"].value() == "public"


def test_faults_can_be_downloaded(client, manager, bring):
    checked = bring("Navn;E-mail\n=cmd();nobody\n")
    client.force_login(manager)

    lines = client.get(f"/companies/import/{checked.pk}/faults.csv").content.decode()

    assert lines.splitlines()[1] == "2,'=cmd(),E-mail,nobody,This is not an e-mail address."


@pytest.mark.parametrize("role", [MemberRole.PARTNER, None])
def test_import_is_for_managers_of_that_cluster(client, bring, cluster, role):
    checked = bring()
    other = MembershipFactory().user
    if role:
        other = MembershipFactory(organisation=cluster, role=role).user
    client.force_login(other)

    pages = ["", "columns/", "progress/", "faults.csv"]
    assert {client.get(f"/companies/import/{checked.pk}/{page}").status_code for page in pages} == {
        404
    }
    for verb in ("start", "undo", "discard"):
        assert client.post(f"/companies/import/{checked.pk}/{verb}/").status_code == 404


def test_a_manager_cannot_import_for_another_cluster(client, manager):
    client.force_login(manager)
    file = SimpleUploadedFile("members.csv", LIST.encode())

    reply = client.post(
        "/companies/import/",
        {"cluster": ClusterOrganisationFactory().slug, "file": file, "visibility": "cluster"},
    )

    assert (reply.status_code, MemberList.objects.count()) == (422, 0)


# From a public source.

REGISTER = "the business register of Denmark"


def test_companies_from_a_public_source_become_no_members(bring, manager, cluster):
    run(bring(public_source=REGISTER), manager)

    made = Company.objects.get(registry_number="99 00 12 34")
    assert not made.cluster_memberships.exists()
    assert made.visibility == Visibility.PUBLIC
    ground = made.grounds.get()
    assert (ground.kind, ground.source, ground.cluster) == (GroundKind.PUBLIC, REGISTER, cluster)


def test_a_public_list_twice_changes_nothing_and_undone_comes_back(bring, manager):
    done = run(bring(public_source=REGISTER), manager)
    again = bring(public_source=REGISTER)

    assert set(outcomes(again)) <= {RowOutcome.SAME, RowOutcome.FAULTY}
    undo(done, manager)
    assert not Company.objects.active().exists()
    run(bring(public_source=REGISTER), manager)
    assert Company.objects.active().count() == Company.objects.count() == 3


def test_a_public_list_leaves_members_as_they_are(bring, manager, cluster):
    run(bring(), manager)

    again = bring(LIST.replace("Køge", "Ribe"), public_source=REGISTER)

    assert RowOutcome.CHANGED not in outcomes(again)
    assert RowOutcome.ADDED not in outcomes(again)


def test_what_came_from_a_public_source_may_become_a_member_later(bring, manager, cluster):
    run(bring(public_source=REGISTER), manager)

    run(bring(), manager)

    assert Company.objects.count() == Company.objects.members_of([cluster]).count() == 3


def test_a_public_source_must_be_named(client, manager, cluster):
    client.force_login(manager)
    form = {
        "cluster": cluster.slug,
        "file": SimpleUploadedFile("list.csv", LIST.encode()),
        "visibility": "cluster",
        "kind": "public",
    }

    refused = client.post(reverse("companies:import"), form)
    form["file"].seek(0)
    client.post(reverse("companies:import"), {**form, "public_source": REGISTER})

    assert refused.status_code == 422
    assert "Say which public source it is." in refused.text
    assert MemberList.objects.get().public_source == REGISTER
