import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clusters.choices import MemberRole
from companies.choices import CompanyRole, Visibility
from companies.models import Company
from tests.factories import (
    ClusterMembershipFactory,
    CompanyFactory,
    CompanyMemberFactory,
    MembershipFactory,
    ReferenceFactory,
    SolutionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return CompanyMemberFactory().user


@pytest.fixture
def company(owner):
    return owner.company_memberships.get().company


def text(reply):
    return reply.content.decode()


@pytest.mark.parametrize("many", [1, 30])
def test_list_costs_the_same_for_1_and_30_companies(client, many):
    CompanyFactory.create_batch(many)
    cache.clear()

    with CaptureQueriesContext(
        connection,
    ) as queries:
        reply = client.get("/companies/")

    assert reply.status_code == 200
    assert len(queries) == 3


def test_list_fetches_no_more_rows_than_it_shows(client, rows_fetched):
    CompanyFactory.create_batch(80)
    client.get("/companies/")

    with rows_fetched() as fetched:
        client.get("/companies/")

    assert fetched.rows <= 25 + 2


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=koge", ["Røgvand"]),
        ("q=rogvand", ["Røgvand"]),
        ("q=Rögvannd", ["Røgvand"]),
        ("theme=waste_circular", ["Skrald"]),
        ("capability=biogas", ["Skrald"]),
        ("country=NO", ["Skrald"]),
        ("size=micro", ["Røgvand"]),
        ("q=nothing-like-this", []),
    ],
)
def test_search_and_filters(client, query, found):
    CompanyFactory(name="Røgvand", city="Køge", summary="Warm water.", size_class="micro")
    CompanyFactory(
        name="Skrald",
        city="Oslo",
        country="NO",
        summary="Bins that call.",
        themes=["waste_circular"],
        capabilities=["biogas"],
    )

    reply = client.get(f"/companies/?{query}")

    assert [company.name for company in reply.context["object_list"]] == found


def test_own_members_filter_is_for_people_of_organisations(client):
    manager = MembershipFactory()
    own = ClusterMembershipFactory(cluster=manager.organisation).company
    CompanyFactory()
    client.force_login(manager.user)

    reply = client.get("/companies/?own=on")

    assert [company.pk for company in reply.context["object_list"]] == [own.pk]


def test_a_hidden_company_has_no_page_for_strangers(client):
    hidden = CompanyFactory(visibility=Visibility.CLUSTER)

    assert client.get(hidden.get_absolute_url()).status_code == 404
    assert hidden.name not in text(client.get("/companies/"))


def test_page_shows_solutions_references_and_no_address(client, company):
    Company.objects.filter(pk=company.pk).update(email="post@kabelro.example")
    SolutionFactory(company=company, name="Cable ear")
    ReferenceFactory(company=company, title="Twelve substations")

    page = text(client.get(company.get_absolute_url()))

    assert "Cable ear" in page
    assert "Twelve substations" in page
    assert "post@kabelro.example" not in page


def test_own_people_see_address_and_completeness(client, owner, company):
    Company.objects.filter(pk=company.pk).update(email="post@kabelro.example")
    client.force_login(owner)

    reply = client.get(company.get_absolute_url())

    assert "post@kabelro.example" in text(reply)
    assert reply.context["missing"][0]["url"] == f"/companies/{company.slug}/solutions/new/"


def test_mine_leads_to_the_only_company(client, owner, company):
    client.force_login(owner)

    assert client.get("/companies/mine/").url == company.get_absolute_url()


def test_mine_lists_several(client, owner, company):
    CompanyMemberFactory(user=owner, role=CompanyRole.EDITOR)
    client.force_login(owner)

    assert len(client.get("/companies/mine/").context["members"]) == 2


def test_register_makes_an_owner_and_leads_to_the_profile(client):
    person = UserFactory()
    client.force_login(person)
    typed = dict(name="Import", country="DK", city="Ribe", language="da", visibility="public")

    reply = client.post("/companies/register/", typed)

    company = Company.objects.of(person).get()
    assert reply.url == f"/companies/{company.slug}/edit/offer/"
    assert (company.slug, company.name, company.email) == ("import-2", "Import", person.email)


def test_register_with_errors_keeps_what_was_typed(client):
    client.force_login(UserFactory())

    reply = client.post("/companies/register/", dict(name="Rørpost", country="", language="da"))

    assert reply.status_code == 422
    assert "Rørpost" in text(reply)


SECTIONS = ["basics", "offer", "size", "visibility", "letters"]


@pytest.mark.parametrize("section", SECTIONS)
def test_sections_open_for_editors_only(client, company, section):
    url = f"/companies/{company.slug}/edit/{section}/"
    editor = CompanyMemberFactory(company=company, role=CompanyRole.EDITOR).user

    client.force_login(UserFactory())
    assert client.get(url).status_code == 404
    client.force_login(editor)
    assert client.get(url).status_code == 200


def test_size_class_follows_from_the_figures(client, owner, company):
    client.force_login(owner)
    url = f"/companies/{company.slug}/edit/size/"

    client.post(url, dict(staff=12, turnover_meur="2.5", balance_meur=""))

    company.refresh_from_db()
    assert company.size_class == "small"


def test_loser_of_two_edits_keeps_the_text_and_sees_the_other(client, owner, company):
    client.force_login(owner)
    url = f"/companies/{company.slug}/edit/offer/"
    opened = company.revision
    client.post(url, dict(revision=opened, summary="First.", description="One"))

    lost = client.post(url, dict(revision=opened, summary="Second.", description="Two"))
    company.refresh_from_db()

    assert lost.status_code == 409
    assert company.summary == "First."
    assert "Second." in text(lost)
    assert {one["value"] for one in lost.context["differing"]} >= {"First.", "One"}

    again = client.post(
        url,
        dict(revision=lost.context["form"]["revision"].value(), summary="Second.", description=""),
    )
    company.refresh_from_db()
    assert (again.status_code, company.summary) == (302, "Second.")


def test_edits_of_different_sections_do_not_collide(client, owner, company):
    client.force_login(owner)
    opened = company.revision
    client.post(f"/companies/{company.slug}/edit/size/", dict(revision=opened, staff=3))

    reply = client.post(
        f"/companies/{company.slug}/edit/offer/", dict(revision=opened, summary="Mine.")
    )

    assert reply.status_code == 302


def test_solution_is_added_edited_and_removed(client, owner, company):
    client.force_login(owner)
    base = f"/companies/{company.slug}/solutions/"

    client.post(f"{base}new/", dict(name="Cable ear", trl=7, capabilities=["grid_sensors"]))
    solution = company.solutions.get()
    client.post(f"{base}{solution.pk}/", dict(revision=1, name="Cable ear 2", trl=8))
    late = client.post(f"{base}{solution.pk}/", dict(revision=1, name="Cable ear 3"))
    solution.refresh_from_db()
    assert (solution.name, solution.trl, late.status_code) == ("Cable ear 2", 8, 409)

    client.post(f"{base}{solution.pk}/remove/")
    assert not company.solutions.exists()


def test_reference_needs_a_title(client, owner, company):
    client.force_login(owner)

    reply = client.post(f"/companies/{company.slug}/references/new/", dict(place="Varde"))

    assert (reply.status_code, "Varde" in text(reply)) == (422, True)


def test_a_company_can_say_that_it_is_no_member(client, owner, company):
    cluster = ClusterMembershipFactory(company=company).cluster
    client.force_login(owner)

    client.post(f"/companies/{company.slug}/not-a-member/", dict(cluster=cluster.slug))

    assert not company.cluster_memberships.exists()


def test_a_deleted_company_is_gone_for_its_people_too(client, owner, company):
    client.force_login(owner)

    client.post(f"/companies/{company.slug}/delete/")

    assert client.get(company.get_absolute_url()).status_code == 404
    assert client.get("/companies/mine/").status_code == 200


def test_partner_is_offered_no_import(client):
    partner = MembershipFactory(role=MemberRole.PARTNER).user
    client.force_login(partner)

    assert client.get("/companies/").context["may_import"] is False
