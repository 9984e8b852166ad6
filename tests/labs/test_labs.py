import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from labs import actions
from labs.models import LivingLab, Site
from tests.factories import (
    ChallengeFactory,
    LabPartnerFactory,
    LivingLabFactory,
    MembershipFactory,
    SiteFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
LIST = "/labs/"
FIELDS = {
    "name": "Økern i Hovinbyen",
    "summary": "A shopping centre under rebuilding.",
    "owner": "Hovin Property",
    "city": "Oslo",
    "country": "NO",
    "language": "nb",
    "themes": ["smart_buildings"],
    "opened": "",
    "description": "",
    "lat": "59.93",
    "lon": "10.81",
}
SITE = {"name": "The ramp", "what_can_be_tested": "Deliveries"}


@pytest.fixture
def lab():
    return LivingLabFactory()


@pytest.fixture
def marta(lab):
    return MembershipFactory(organisation=lab.cluster).user


def page(lab, name="detail", *args):
    return reverse(f"labs:{name}", args=[lab.slug, *args])


def names(response):
    return [lab.name for lab in response.context["object_list"]]


# Verbs.


def test_two_labs_with_one_name_get_two_addresses(lab, marta):
    fields = {**FIELDS, "opened": None, "lat": None, "lon": None}

    slugs = [
        actions.create_lab(cluster=lab.cluster, fields=fields, by=marta).slug for _ in range(2)
    ]

    assert slugs == ["okern-i-hovinbyen", "okern-i-hovinbyen-2"]


def test_a_lab_called_new_does_not_hide_the_page_for_new_labs(lab, marta):
    fields = {**FIELDS, "name": "New", "opened": None, "lat": None, "lon": None}

    assert actions.create_lab(cluster=lab.cluster, fields=fields, by=marta).slug == "new-2"


def test_owner_of_a_lab_is_not_moved_by_editing(lab, marta):
    with pytest.raises(ValueError, match="cluster"):
        actions.update_lab(lab=lab, fields={"cluster": None}, by=marta)


def test_removing_a_site_twice_is_safe(lab, marta):
    site = SiteFactory(lab=lab)

    actions.remove_site(site=site, by=marta)
    actions.remove_site(site=site, by=marta)

    assert lab.sites.count() == 0


def test_partners_are_replaced_as_a_list(lab, marta):
    LabPartnerFactory(lab=lab, name="Gone")

    actions.set_partners(
        lab=lab, partners=[{"name": "Oslo kommune", "kind": "city", "country": "NO"}], by=marta
    )

    assert list(lab.partners.values_list("name", flat=True)) == ["Oslo kommune"]


# The public list and page.


@pytest.mark.parametrize(
    "query, found",
    [
        ({}, ["Harbour lab", "Økern"]),
        ({"q": "okern"}, ["Økern"]),
        ({"q": "goods OSLO"}, ["Økern"]),
        ({"country": "NO"}, ["Økern"]),
        ({"theme": "smart_buildings"}, ["Økern"]),
        ({"country": "NO", "theme": "sensors_grid"}, []),
        ({"country": "XX"}, ["Harbour lab", "Økern"]),
    ],
)
def test_list_filters(query, found, client):
    LivingLabFactory(name="Harbour lab")
    LivingLabFactory(
        name="Økern", city="Oslo", country="NO", themes=["smart_buildings"], summary="Goods in"
    )

    assert names(client.get(LIST, query)) == found


def test_map_and_list_show_the_same_places(client):
    here = LivingLabFactory(name="Here", lat=55.4, lon=8.4)
    LivingLabFactory(name="Not on the map")

    response = client.get(LIST)

    assert response.context["places"] == [
        {"name": lab.name, "url": lab.get_absolute_url(), "lat": lab.lat, "lon": lab.lon}
        for lab in response.context["object_list"]
    ]
    assert response.content.decode().count('<circle class="map-pin"') == 1
    assert here.get_absolute_url() in response.content.decode()


@pytest.mark.parametrize("number", [1, 30])
def test_list_costs_the_same_queries_with_one_and_thirty(number, client):
    for _ in range(number):
        ChallengeFactory(open=True)
    client.get(LIST)

    with CaptureQueriesContext(connection) as queries:
        client.get(LIST)

    assert len(queries) == 4


def test_page_shows_sites_partners_and_challenges_past_and_open(client, lab):
    SiteFactory(lab=lab, name="Quay seven")
    LabPartnerFactory(lab=lab, name="Tidal Utility")
    ChallengeFactory(open=True, lab=lab, title="Open one")
    ChallengeFactory(closed=True, lab=lab, title="Past one")
    ChallengeFactory(lab=lab, title="Draft one")

    html = client.get(page(lab)).content.decode()

    shown = [
        word for word in ("Quay seven", "Tidal Utility", "Open one", "Past one") if word in html
    ]
    assert len(shown) == 4
    assert "Draft one" not in html


# Doors of the manager.


@pytest.mark.parametrize("name", ["edit", "partners", "site_add"])
def test_pages_of_the_manager_refuse_everybody_else(name, client, lab, marta):
    partner = MembershipFactory(organisation=lab.cluster, role="partner").user
    address = page(lab, name)

    assert client.get(address).status_code == 302
    for person in (UserFactory(), partner, MembershipFactory().user):
        client.force_login(person)
        assert client.get(address).status_code == 403
        assert client.post(address, SITE).status_code == 403
    client.force_login(marta)
    assert client.get(address).status_code == 200
    assert Site.objects.count() == 0


def test_site_of_another_lab_is_not_found(client, lab, marta):
    site = SiteFactory()
    client.force_login(marta)

    for name in ("site_edit", "site_remove"):
        assert client.get(page(lab, name, site.pk)).status_code == 404
        assert client.post(page(site.lab, name, site.pk), SITE).status_code == 403
    assert Site.objects.count() == 1


def test_new_lab_belongs_to_a_cluster_one_manages(client, lab, marta):
    client.force_login(marta)
    address = reverse("labs:create")

    made = client.post(address, {**FIELDS, "cluster": lab.cluster.slug})
    elsewhere = client.post(address, {**FIELDS, "cluster": LivingLabFactory().cluster.slug})

    assert made["Location"] == "/labs/okern-i-hovinbyen/"
    assert LivingLab.objects.get(slug="okern-i-hovinbyen").cluster == lab.cluster
    assert elsewhere.status_code == 404


@pytest.mark.parametrize("role", [None, "partner"])
def test_new_lab_is_for_managers(role, client, lab):
    person = MembershipFactory(role=role).user if role else UserFactory()
    client.force_login(person)

    assert client.get(reverse("labs:create")).status_code == 404


def test_editing_the_lab_page(client, lab, marta):
    client.force_login(marta)

    client.post(page(lab, "edit"), {**FIELDS, "slug": "evil", "cluster": "1"})

    lab.refresh_from_db()
    assert (lab.name, lab.lat, lab.slug) == ("Økern i Hovinbyen", 59.93, lab.slug)


def test_half_a_place_is_refused_and_nothing_typed_is_lost(client, lab, marta):
    client.force_login(marta)

    response = client.post(page(lab, "edit"), {**FIELDS, "lon": ""})

    assert response.context["form"].errors["lon"] == [
        "Give both latitude and longitude, or neither."
    ]
    assert response.context["form"]["name"].value() == "Økern i Hovinbyen"
    assert LivingLab.objects.get(pk=lab.pk).name == lab.name


def test_sites_are_added_edited_and_removed(client, lab, marta):
    client.force_login(marta)

    client.post(page(lab, "site_add"), SITE)
    site = lab.sites.get()
    client.post(page(lab, "site_edit", site.pk), {**SITE, "name": "The gate"})
    renamed = lab.sites.get().name
    client.get(page(lab, "site_remove", site.pk))
    kept = lab.sites.count()
    client.post(page(lab, "site_remove", site.pk))

    assert (renamed, kept, lab.sites.count()) == ("The gate", 1, 0)


def test_partners_form_keeps_filled_rows_and_drops_ticked_ones(client, lab, marta):
    gone = LabPartnerFactory(lab=lab, name="Gone")
    client.force_login(marta)
    rows = [
        {"id": gone.pk, "name": "Gone", "kind": "utility", "country": "", "DELETE": "on"},
        {"id": "", "name": "Residents", "kind": "residents", "country": "DK"},
        {"id": "", "name": "", "kind": "", "country": ""},
    ]
    answer = {"partners-TOTAL_FORMS": 3, "partners-INITIAL_FORMS": 1}
    for number, row in enumerate(rows):
        answer |= {f"partners-{number}-{name}": value for name, value in row.items()}

    response = client.post(page(lab, "partners"), answer)

    assert response.status_code == 302
    assert list(lab.partners.values_list("name", flat=True)) == ["Residents"]


# Two editors.


def test_the_loser_of_two_edits_of_a_lab_keeps_the_text_and_sees_the_other(client, lab, marta):
    client.force_login(marta)
    opened = {**FIELDS, "revision": lab.revision}
    client.post(page(lab, "edit"), {**opened, "summary": "First.", "country": "SE"})

    lost = client.post(page(lab, "edit"), {**opened, "summary": "Second."})
    lab.refresh_from_db()

    assert (lost.status_code, lab.summary, lab.revision) == (409, "First.", 2)
    assert lost.context["form"]["summary"].value() == "Second."
    assert [one["value"] for one in lost.context["differing"]] == ["First.", "Sweden"]

    again = {**opened, "summary": "Second.", "revision": lost.context["form"]["revision"].value()}
    assert client.post(page(lab, "edit"), again).status_code == 302


def test_saving_the_same_lab_twice_is_no_conflict(client, lab, marta):
    client.force_login(marta)
    opened = {**FIELDS, "revision": lab.revision}

    replies = [client.post(page(lab, "edit"), opened).status_code for _ in range(2)]
    lab.refresh_from_db()

    assert (replies, lab.revision) == ([302, 302], 2)


def test_the_loser_of_two_edits_of_a_site_overwrites_nothing(client, lab, marta):
    site = SiteFactory(lab=lab)
    client.force_login(marta)
    url = page(lab, "site_edit", site.pk)
    client.post(url, {**SITE, "revision": site.revision, "power": "16 A"})

    lost = client.post(url, {**SITE, "revision": site.revision, "power": "32 A"})
    site.refresh_from_db()

    assert (lost.status_code, site.power) == (409, "16 A")
    assert [one["value"] for one in lost.context["differing"]] == ["16 A"]
