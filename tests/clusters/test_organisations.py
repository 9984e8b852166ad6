import pytest

from clusters import actions
from clusters.models import ClusterOrganisation, Network
from tests.factories import (
    AccountFactory,
    AdministratorFactory,
    ClusterOrganisationFactory,
    MembershipFactory,
    NetworkFactory,
)

pytestmark = pytest.mark.django_db
FIELDS = {
    "name": "House of Energy",
    "kind": "cluster",
    "country": "DK",
    "city": "Aalborg",
    "language": "da",
    "website": "",
    "description": "",
}


def test_an_organisation_gets_a_readable_address_nobody_has():
    first = actions.create_organisation(fields=FIELDS, by=None)
    second = actions.create_organisation(fields=FIELDS, by=None)

    assert (first.slug, second.slug) == ("house-of-energy", "house-of-energy-2")


def test_an_address_of_a_page_is_never_taken():
    organisation = actions.create_organisation(fields={**FIELDS, "name": "Networks"}, by=None)

    assert organisation.slug == "networks-2"


def test_the_administrator_creates_an_organisation_and_is_led_to_its_people(client):
    client.force_login(AdministratorFactory())

    reply = client.post("/organisations/new/", FIELDS)

    assert reply.url == "/organisations/house-of-energy/people/"


def test_a_manager_edits_and_the_address_stays(client):
    member = MembershipFactory(organisation__slug="clean")
    client.force_login(member.user)

    client.post("/organisations/clean/edit/", {**FIELDS, "name": "New name", "slug": "other"})

    organisation = ClusterOrganisation.objects.get()
    assert (organisation.name, organisation.slug) == ("New name", "clean")


def test_networks_are_made_filled_and_emptied_by_the_administrator(client):
    clean = ClusterOrganisationFactory(slug="clean")
    client.force_login(AdministratorFactory())

    client.post("/organisations/networks/", {"name": "Northern Connections", "description": ""})
    network = Network.objects.get()
    client.post("/organisations/networks/northern-connections/join/", {"organisation": clean.pk})
    joined = list(network.organisations.all())
    client.post("/organisations/networks/northern-connections/quit/", {"organisation": "clean"})

    assert (joined, list(network.organisations.all())) == ([clean], [])


@pytest.mark.parametrize(
    "url",
    [
        "/organisations/new/",
        "/organisations/networks/",
        "/organisations/networks/north/",
        "/organisations/networks/north/join/",
        "/organisations/networks/north/quit/",
    ],
)
def test_pages_of_the_administrator_are_hidden_from_everybody_else(client, url):
    NetworkFactory(slug="north")
    client.force_login(MembershipFactory().user)

    assert (client.get(url).status_code, client.post(url).status_code) == (404, 404)


@pytest.mark.parametrize("url", ["/organisations/", "/organisations/clean/"])
def test_the_public_sees_organisations(client, url):
    ClusterOrganisationFactory(name="CLEAN", slug="clean")

    page = client.get(url)

    assert "CLEAN" in page.content.decode()
    assert "people/" not in page.content.decode()


def test_a_partner_may_not_edit(client):
    MembershipFactory(organisation__slug="clean")
    client.force_login(AccountFactory())

    assert client.post("/organisations/clean/edit/", FIELDS).status_code == 403


def test_the_list_of_a_network_shows_its_organisations_only(client):
    inside, outside = ClusterOrganisationFactory(), ClusterOrganisationFactory()
    network = NetworkFactory(slug="north")
    actions.add_to_network(network=network, organisation=inside, by=None)

    page = client.get("/organisations/?network=north")

    assert list(page.context["organisations"]) == [inside]
    assert outside.name not in page.content.decode()


def test_the_list_needs_as_many_queries_for_thirty_as_for_one(client, django_assert_num_queries):
    ClusterOrganisationFactory()

    with django_assert_num_queries(4):
        client.get("/organisations/")
    ClusterOrganisationFactory.create_batch(29)
    with django_assert_num_queries(4):
        client.get("/organisations/")


def test_the_loser_of_two_edits_keeps_the_text_and_sees_the_other(client):
    member = MembershipFactory(organisation__slug="clean")
    client.force_login(member.user)
    url = "/organisations/clean/edit/"
    client.post(url, {**FIELDS, "revision": 1, "description": "First."})

    lost = client.post(url, {**FIELDS, "revision": 1, "description": "Second."})
    member.organisation.refresh_from_db()

    assert (lost.status_code, member.organisation.description) == (409, "First.")
    assert lost.context["form"]["description"].value() == "Second."
    assert [one["value"] for one in lost.context["differing"]] == ["First."]

    again = {"revision": lost.context["form"]["revision"].value(), "description": "Second."}
    assert client.post(url, {**FIELDS, **again}).status_code == 302
