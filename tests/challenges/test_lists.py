from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from challenges.choices import Status
from tests.factories import ChallengeFactory, LivingLabFactory, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db
LIST = "/challenges/"
QUERIES = 4


def in_days(days):
    return timezone.now() + timedelta(days=days)


def titles(response):
    return [challenge.title for challenge in response.context["object_list"]]


class RowCounter:
    """Counts the rows that the database hands over."""

    def __init__(self):
        self.rows = 0

    def __call__(self, execute, sql, params, many, context):
        result = execute(sql, params, many, context)
        self.rows += max(context["cursor"].cursor.rowcount, 0)
        return result


# What is shown.


def test_public_list_shows_open_challenges_soonest_deadline_first(client):
    later = ChallengeFactory(open=True, deadline=in_days(20), title="Later")
    sooner = ChallengeFactory(open=True, deadline=in_days(10), title="Sooner")
    ChallengeFactory(title="Draft")
    ChallengeFactory(closed=True, title="Closed")
    ChallengeFactory(open=True, deadline=in_days(-1), title="Passed, not yet closed by the clock")

    response = client.get(LIST)

    assert titles(response) == [sooner.title, later.title]


def test_closed_challenges_are_reachable(client):
    ChallengeFactory(open=True)
    closed = ChallengeFactory(closed=True)

    response = client.get(LIST, {"status": "closed"})

    assert titles(response) == [closed.title]


@pytest.mark.parametrize("status", [Status.DRAFT, Status.WITHDRAWN])
def test_no_filter_shows_what_is_not_public(status, client):
    ChallengeFactory(status=status, title="Hidden harbour")

    for query in ({"status": "all"}, {"status": "closed"}, {"q": "hidden", "status": "all"}):
        assert titles(client.get(LIST, query)) == []


# Filters.


@pytest.mark.parametrize(
    "query",
    [
        "substation",
        "substat",
        "substaton",
        "ÅLBORG",
        "aalborgs harbour",
        "“whole street”",
        "kvaeg",
    ],
    ids=["word", "part", "misspelt", "city with accents", "lab", "words of the need", "ligature"],
)
def test_search_forgives(query, client):
    lab = LivingLabFactory(name="Aalborgs harbour lab", city="Ålborg")
    wanted = ChallengeFactory(
        open=True,
        lab=lab,
        title="An old substation in Kvæglund",
        need="A whole street lost power.",
    )
    ChallengeFactory(open=True, title="Wood chips", question="Why?", need="None.")

    response = client.get(LIST, {"q": query})

    assert titles(response) == [wanted.title]


@pytest.mark.parametrize(
    "query, found",
    [
        ({"theme": "smart_home"}, ["Home"]),
        ({"country": "NO"}, ["Home"]),
        ({"lab": "okern"}, ["Home"]),
        ({"trl": "5"}, ["Home", "Grid"]),
        ({"trl": "9"}, ["Grid"]),
        ({"deadline": "2w"}, ["Home"]),
        ({"deadline": "4w"}, ["Home"]),
        ({"deadline": "later"}, ["Grid"]),
        ({"sort": "title"}, ["Grid", "Home"]),
        ({"sort": "newest"}, ["Grid", "Home"]),
        ({"theme": "smart_home", "trl": "9"}, []),
        ({"theme": "nonsense"}, ["Home", "Grid"]),
        ({"page": "99"}, ["Home", "Grid"]),
    ],
)
def test_each_filter(query, found, client):
    okern = LivingLabFactory(slug="okern", country="NO")
    ChallengeFactory(
        open=True, lab=okern, title="Home", themes=["smart_home"], trl_min=4, trl_max=7,
        deadline=in_days(10), published_at=in_days(-5),
    )  # fmt: skip
    ChallengeFactory(open=True, title="Grid", deadline=in_days(40), published_at=in_days(-1))

    response = client.get(LIST, query)

    assert titles(response) == found


def test_chips_name_each_filter_and_drop_only_it(client):
    response = client.get(LIST, {"theme": "smart_home", "q": "grid", "sort": "title", "lab": ""})

    assert response.context["chips"] == [
        {"label": "“grid”", "query": "theme=smart_home&sort=title"},
        {"label": "Smart home and behaviour", "query": "q=grid&sort=title"},
    ]


def test_htmx_gets_the_results_alone_and_a_clean_address(client):
    ChallengeFactory(open=True)

    response = client.get(LIST, {"q": "", "theme": "sensors_grid"}, headers={"HX-Request": "true"})

    assert response.content.strip().startswith(b'<section class="results')
    assert response["HX-Push-Url"] == "/challenges/?theme=sensors_grid"
    assert "HX-Request" in response["Vary"]


# What it costs.


@pytest.mark.parametrize("number", [1, 30])
def test_list_costs_the_same_queries_with_one_and_thirty(number, client):
    lab = LivingLabFactory()
    for _ in range(number):
        ChallengeFactory(open=True, lab=lab)
    client.get(LIST)
    counter = RowCounter()

    with connection.execute_wrapper(counter), CaptureQueriesContext(connection) as queries:
        response = client.get(LIST, {"theme": "sensors_grid", "country": "DK"})

    assert response.status_code == 200
    assert len(queries) == QUERIES
    assert counter.rows <= 25 * 2


def test_page_of_25_weighs_at_most_25_kilobytes(client):
    lab = LivingLabFactory()
    for number in range(30):
        ChallengeFactory(
            open=True,
            lab=lab,
            title=f"Sensors for substations that never had a wire to the office {number}",
            themes=["sensors_grid", "applied_ai"],
        )

    response = client.get(LIST, {"theme": "sensors_grid", "country": "DK"})

    assert len(titles(response)) == 25
    assert len(response.content) <= 25_000


def test_long_lists_are_counted_to_a_limit(client, monkeypatch):
    monkeypatch.setattr("look.paging.COUNT_LIMIT", 3)
    lab = LivingLabFactory()
    for _ in range(5):
        ChallengeFactory(open=True, lab=lab)

    response = client.get(LIST)

    assert "3+ challenges" in response.content.decode()


# A manager's own.


def test_manager_sees_the_own_challenges_in_every_state(client, lab, marta):
    for status in Status.values:
        ChallengeFactory(lab=lab, status=status, title=status)
    ChallengeFactory(open=True, title="Of another cluster")
    client.force_login(marta)

    assert titles(client.get(reverse("challenges:mine"))) == Status.values
    assert titles(client.get(reverse("challenges:mine"), {"status": "draft"})) == ["draft"]


def test_partner_manages_no_challenges(client, lab):
    ChallengeFactory(lab=lab)
    partner = MembershipFactory(organisation=lab.cluster, role="partner").user
    client.force_login(partner)

    assert titles(client.get(reverse("challenges:mine"))) == []


def test_own_challenges_are_for_people_who_signed_in(client):
    assert client.get(reverse("challenges:mine")).status_code == 302


@pytest.mark.parametrize("number", [1, 30])
def test_own_list_costs_the_same_queries_with_one_and_thirty(number, client, lab, marta):
    for _ in range(number):
        ChallengeFactory(lab=lab)
    client.force_login(marta)
    client.get(reverse("challenges:mine"))

    with CaptureQueriesContext(connection) as queries:
        client.get(reverse("challenges:mine"))

    assert len(queries) == 8


def test_new_button_is_for_managers(client, marta):
    client.force_login(UserFactory())
    stranger = client.get(LIST).context["may_create"]
    client.force_login(marta)
    manager = client.get(LIST).context["may_create"]

    assert (stranger, manager) == (False, True)
