from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Notice
from clusters import actions
from clusters.choices import MemberRole
from clusters.models import AccessLetter
from clusters.problems import ClusterProblem
from tests.factories import (
    AccountFactory,
    AdministratorFactory,
    ClusterOrganisationFactory,
    MembershipFactory,
)

pytestmark = pytest.mark.django_db
PEOPLE = "/organisations/clean/people/"


@pytest.fixture
def clean():
    return ClusterOrganisationFactory(name="CLEAN", slug="clean")


@pytest.fixture
def marta(clean):
    user = AccountFactory(name="Marta")
    MembershipFactory(user=user, organisation=clean)
    return user


@pytest.fixture
def tomas(clean):
    user = AccountFactory(name="Tomas")
    MembershipFactory(user=user, organisation=clean, role=MemberRole.PARTNER)
    return user


def roles(organisation):
    rows = organisation.memberships.order_by("user__name", "role")
    return list(rows.values_list("user__name", "role"))


def membership(user):
    return user.organisation_memberships.get()


def press(client, verb, user, **more):
    return client.post(PEOPLE, {"verb": verb, "id": membership(user).pk, **more})


def test_a_manager_changes_a_role(client, clean, marta, tomas):
    client.force_login(marta)

    press(client, "change_role", tomas, role="cluster_manager")

    assert roles(clean) == [("Marta", "cluster_manager"), ("Tomas", "cluster_manager")]
    assert [str(notice) for notice in Notice.objects.of(tomas)] == [
        "Your role in CLEAN was changed."
    ]


def test_a_manager_removes_somebody(client, clean, marta, tomas):
    client.force_login(marta)

    press(client, "remove", tomas)

    assert roles(clean) == [("Marta", "cluster_manager")]


def test_handing_over_makes_the_other_the_manager(client, clean, marta, tomas):
    client.force_login(marta)

    press(client, "hand_over", tomas)

    assert roles(clean) == [("Marta", "partner"), ("Tomas", "cluster_manager")]


@pytest.mark.parametrize("verb", ["remove", "change_role"])
def test_the_last_manager_stays(client, clean, marta, tomas, verb):
    client.force_login(marta)

    page = client.post(
        PEOPLE, {"verb": verb, "id": membership(marta).pk, "role": "partner"}, follow=True
    )

    assert roles(clean) == [("Marta", "cluster_manager"), ("Tomas", "partner")]
    assert "Hand over to a colleague first" in page.content.decode()


def test_the_last_manager_cannot_leave(clean, marta, tomas):
    with pytest.raises(ClusterProblem):
        actions.leave(organisation=clean, by=marta)


def test_one_of_two_managers_may_leave(client, clean, marta):
    other = MembershipFactory(organisation=clean).user
    client.force_login(other)

    client.post("/organisations/clean/leave/")

    assert roles(clean) == [("Marta", "cluster_manager")]


def test_a_stranger_has_nothing_to_leave(client, clean):
    client.force_login(AccountFactory())

    assert client.post("/organisations/clean/leave/").status_code == 404


def test_people_of_another_organisation_are_out_of_reach(client, marta):
    foreign = MembershipFactory()
    client.force_login(marta)

    reply = client.post(PEOPLE, {"verb": "remove", "id": foreign.pk})

    assert (reply.status_code, foreign.organisation.memberships.count()) == (404, 1)


@pytest.mark.parametrize(
    "fields",
    [
        {"verb": "page", "id": "1"},
        {"verb": "remove", "id": "x"},
        {"verb": "remove"},
        {},
        {"verb": "change_role", "id": "1", "role": "platform_administrator"},
    ],
)
def test_bad_buttons_are_not_found(client, marta, fields):
    client.force_login(marta)

    assert client.post(PEOPLE, fields).status_code == 404


def test_a_bad_address_keeps_what_was_typed(client, marta):
    client.force_login(marta)

    page = client.post(PEOPLE, {"verb": "add", "email": "not an address", "role": "partner"})

    assert page.status_code == 422
    assert 'value="not an address"' in page.content.decode()


@pytest.mark.parametrize(
    ("who", "status"),
    [("visitor", 302), ("stranger", 403), ("tomas", 403), ("marta", 200), ("administrator", 200)],
)
def test_the_people_page_is_for_managers_and_administrators(client, marta, tomas, who, status):
    people = {
        "stranger": MembershipFactory().user,
        "tomas": tomas,
        "marta": marta,
        "administrator": AdministratorFactory(),
    }
    if who in people:
        client.force_login(people[who])

    assert client.get(PEOPLE).status_code == status
    assert client.post(PEOPLE, {"verb": "nothing"}).status_code == (
        404 if status == 200 else status
    )


def test_belongings_say_where_a_person_belongs(client, clean, marta):
    client.force_login(marta)

    found = list(client.get("/accounts/").wsgi_request.belongings)

    assert [(one.key, one.role.value, one.leave_url) for one in found] == [
        (
            f"organisation:{clean.pk}:cluster_manager",
            "cluster_manager",
            "/organisations/clean/leave/",
        )
    ]


def test_many_people_stand_on_several_pages_and_a_change_stays_on_its_page(client, clean, marta):
    for number in range(30):
        user = AccountFactory(name=f"Partner {number:02}")
        MembershipFactory(user=user, organisation=clean, role=MemberRole.PARTNER)
    last = clean.memberships.get(user__name="Partner 29")
    client.force_login(marta)

    first, second = client.get(PEOPLE), client.get(PEOPLE, {"page": 2})
    changed = client.post(
        f"{PEOPLE}?page=2", {"verb": "change_role", "id": last.pk, "role": "cluster_manager"}
    )

    names = [person.name for person in first.context["people"]]
    assert names == ["Marta", *(f"Partner {number:02}" for number in range(24))]
    assert [person.name for person in second.context["people"]] == [
        f"Partner {number:02}" for number in range(24, 30)
    ]
    assert changed.url == f"{PEOPLE}?page=2"


def test_somebody_who_has_the_role_is_not_asked_again(client, clean, marta, tomas):
    client.force_login(marta)
    asked = {"verb": "add", "email": tomas.email, "role": "partner", "language": "en"}

    page = client.post(PEOPLE, asked)

    assert page.status_code == 422
    assert "has this role already" in page.content.decode()


def test_of_many_letters_the_newest_are_shown(client, clean, marta):
    for number in range(26):
        AccessLetter.objects.create(
            organisation=clean,
            email=f"n{number}@people.example",
            role=MemberRole.PARTNER,
            token_hash=f"hash {number}",
            expires_at=timezone.now() + timedelta(days=1),
        )
    client.force_login(marta)

    page = client.get(PEOPLE)

    shown = [letter.email for letter in page.context["waiting"]]
    assert shown == [f"n{number}@people.example" for number in range(25, 0, -1)]
    assert "Only the newest are shown." in page.content.decode()
