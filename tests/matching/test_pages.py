"""Lists and pages of matches: who sees what, by name or without, on screen and to take along."""

import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from companies.actions import update_profile
from companies.choices import Visibility
from matching.actions import explain_waiting, rescore_companies
from matching.models import Match
from tests.factories import AccountFactory, CompanyMemberFactory, MembershipFactory

pytestmark = pytest.mark.django_db
CANARY = "Kanariefuglen"
LIST = reverse("matching:list")


@pytest.fixture
def scored(scored, write_reasons):
    """With its reasons, as the worker leaves it."""

    def run():
        run = scored()
        write_reasons()
        return run

    return run


def addresses(challenge) -> list[str]:
    """Every page that shows the matches of a challenge to managers and partners."""
    match = Match.objects.first()
    slug = challenge.slug
    return [
        LIST,
        reverse("matching:challenge", args=[slug]),
        reverse("matching:detail", args=[slug, match.pk]),
        reverse("matching:export", args=["csv"]),
        reverse("matching:export_challenge", args=[slug, "csv"]),
    ]


@pytest.fixture
def canary(new_company):
    return new_company(
        CANARY,
        visibility=Visibility.CLUSTER,
        city="Kanarieby",
        description=f"{CANARY} builds sensors that find faults in the grid of Kanarieby.",
        email="sang@kanarie.example",
        website="https://kanarie.example/",
    )


def test_a_partner_reads_no_word_that_tells_who_a_hidden_company_is(
    client, challenge, partner, canary, scored
):
    scored()
    client.force_login(partner)

    told = [client.get(url) for url in addresses(challenge)]
    xlsx = client.get(reverse("matching:export_challenge", args=[challenge.slug, "xlsx"]))

    assert [page.status_code for page in told] == [200] * 5
    assert ["kanarie" in page.getvalue().decode().lower() for page in told] == [False] * 5
    cells = load_workbook(io.BytesIO(xlsx.content)).active.iter_rows(values_only=True)
    assert "kanarie" not in str(list(cells)).lower()


def test_the_own_manager_reads_the_name(client, challenge, manager, canary, scored):
    scored()
    client.force_login(manager)

    pages = [client.get(url).getvalue().decode() for url in addresses(challenge)]

    assert [CANARY in page for page in pages] == [True] * 5


@pytest.mark.parametrize("who", ["manager", "partner"])
def test_nobody_reads_contact_data(client, request, challenge, canary, scored, who):
    scored()
    client.force_login(request.getfixturevalue(who))

    pages = [client.get(url).getvalue().decode() for url in addresses(challenge)]

    assert ["sang@" in page for page in pages] == [False] * 5


def test_searching_for_a_hidden_name_finds_nothing(client, challenge, partner, canary, scored):
    scored()
    client.force_login(partner)

    page = client.get(LIST, {"search": CANARY}).content.decode()

    assert "No matches here" in page


def test_who_shares_no_network_sees_no_match(client, challenge, new_company, scored):
    new_company("Sensorer")
    scored()
    elsewhere = MembershipFactory(user=AccountFactory()).user
    client.force_login(elsewhere)

    codes = [client.get(url).status_code for url in addresses(challenge)]
    listed = client.get(LIST).content.decode()

    assert codes == [200, 404, 404, 200, 404]
    assert "Sensorer" not in listed


def test_a_company_reads_its_own_matches_only(client, challenge, new_company, scored):
    own, other = new_company("Ours"), new_company("Theirs")
    scored()
    person = CompanyMemberFactory(company=own, user=AccountFactory()).user
    client.force_login(person)

    home = client.get(LIST)
    mine = client.get(reverse("matching:for_company", args=[own.slug]))
    one = client.get(reverse("matching:company_match", args=[own.slug, challenge.slug]))
    theirs = client.get(reverse("matching:for_company", args=[other.slug]))
    as_manager = client.get(reverse("matching:challenge", args=[challenge.slug]))

    assert home["Location"] == reverse("matching:for_company", args=[own.slug])
    assert challenge.title in mine.content.decode()
    assert "The score, part by part" in one.content.decode()
    assert (theirs.status_code, as_manager.status_code) == (404, 404)


def test_the_company_reads_the_score_and_words_that_the_manager_reads(
    client, challenge, manager, new_company, scored
):
    company = new_company("Ours")
    scored()
    match = Match.objects.get()
    client.force_login(manager)
    to_manager = client.get(reverse("matching:detail", args=[challenge.slug, match.pk]))
    client.force_login(CompanyMemberFactory(company=company, user=AccountFactory()).user)
    to_company = client.get(reverse("matching:company_match", args=[company.slug, challenge.slug]))

    assert to_manager.context["one"].parts == to_company.context["one"].parts
    assert to_manager.context["one"].reasons == to_company.context["one"].reasons


@pytest.mark.parametrize(
    "query, found",
    [
        ({"country": "DK"}, ["Danish"]),
        ({"country": "NO"}, ["Norwegian"]),
        ({"own": "true"}, ["Danish"]),
        ({"search": "norweg"}, ["Norwegian"]),
        ({"score": "100"}, []),
        ({"theme": "smart_home"}, []),
        ({"theme": "sensors_grid"}, ["Danish", "Norwegian"]),
    ],
)
def test_filters_narrow_the_list(client, challenge, manager, new_company, scored, query, found):
    new_company("Danish")
    new_company("Norwegian", country="NO", is_member=False, visibility=Visibility.PUBLIC)
    scored()
    client.force_login(manager)

    page = client.get(LIST, query)

    assert sorted(one.name for one in page.context["shown"]) == found


@pytest.mark.parametrize("query", [{"score": "101"}, {"theme": "x"}, {"lab": "x"}, {"lab": "9"}])
def test_a_filter_that_makes_no_sense_says_so_and_loses_nothing(client, manager, query):
    client.force_login(manager)

    page = client.get(LIST, query)

    assert page.status_code == 200
    assert page.context["filter"].form.errors


def test_exports_hold_no_live_formulas(client, challenge, manager, new_company, scored):
    new_company('=HYPERLINK("http://evil.example")')
    new_company("+45 12 34 56 78")
    new_company("@SUM(A1)")
    scored()
    client.force_login(manager)

    csv = client.get(reverse("matching:export", args=["csv"])).getvalue().decode("utf-8-sig")
    xlsx = client.get(reverse("matching:export", args=["xlsx"])).content

    starts = {cell.lstrip('"')[:1] for line in csv.splitlines()[1:] for cell in line.split(",")}
    assert not starts & {"=", "+", "@"}
    rows = load_workbook(io.BytesIO(xlsx)).active.iter_rows()
    assert {cell.data_type for row in rows for cell in row} <= {"s", "n", "inlineStr"}


def test_an_unknown_kind_of_export_is_not_found(client, manager):
    client.force_login(manager)

    assert client.get(reverse("matching:export", args=["exe"])).status_code == 404


@pytest.mark.parametrize("number", [1, 30])
def test_lists_ask_the_same_whatever_their_length(
    client, challenge, manager, new_company, scored, number, django_assert_num_queries
):
    for n in range(number):
        new_company(f"Firma {n}")
    scored()
    client.force_login(manager)
    client.get(LIST)

    with django_assert_num_queries(10):
        client.get(LIST)
    explain_waiting(may_go_on=lambda: True)
    with django_assert_num_queries(10):
        client.get(LIST)


def test_rows_fetched_are_bounded_by_the_page(client, challenge, manager, new_company, scored):
    for n in range(120):
        new_company(f"Firma {n}")
    scored()
    client.force_login(manager)

    with CaptureQueriesContext(connection) as asked:
        page = client.get(LIST)

    assert len(page.context["object_list"]) == 50
    fetched = [rows_of(query["sql"]) for query in asked.captured_queries]
    assert sum(fetched) <= 6 * 50


def rows_of(sql: str) -> int:
    """How many rows a query gave, counted by the database once more."""
    if not sql.startswith("SELECT"):
        return 0
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({sql}) AS asked")
        return cursor.fetchone()[0]


def test_progress_is_shown_while_a_run_is_on(client, challenge, manager, scored):
    run = scored()
    run.state, run.progress = "running", 40
    run.save()
    client.force_login(manager)

    page = client.get(reverse("matching:challenge", args=[challenge.slug])).content.decode()
    part = client.get(reverse("matching:progress", args=[challenge.slug]))

    assert "40 % done" in page
    assert ("40 % done" in part.content.decode(), "HX-Refresh" in part) == (True, False)


def test_the_page_renews_itself_when_the_run_is_over(client, challenge, manager, scored):
    scored()
    client.force_login(manager)

    part = client.get(reverse("matching:progress", args=[challenge.slug]))

    assert part["HX-Refresh"] == "true"


def test_a_company_is_told_that_its_scores_are_to_come_until_they_are(
    client, challenge, new_company, scored
):
    scored()
    company = new_company("Sensorer")
    owner = CompanyMemberFactory(company=company, user=AccountFactory()).user
    client.force_login(owner)
    told = [waits_for_scores(client, company)]
    rescore_companies(company_ids=[company.pk])
    told.append(waits_for_scores(client, company))
    update_profile(company=company, fields={"description": "We watch grids."}, by=owner)
    told.append(waits_for_scores(client, company))
    rescore_companies(company_ids=[company.pk])
    told.append(waits_for_scores(client, company))

    assert told == [(True, True), (False, False)] * 2


def waits_for_scores(client, company) -> tuple[bool, bool]:
    """Whether the page says so, and whether the part it asks for again lets it stand."""
    page = client.get(reverse("matching:for_company", args=[company.slug])).content.decode()
    part = client.get(reverse("matching:rescoring", args=[company.slug]))
    return "Scoring your profile" in page, "HX-Refresh" not in part.headers


def test_both_texts_carry_the_marks_of_the_findings(
    client, challenge, manager, partner, new_company, scored
):
    company = new_company("Sensorer", visibility=Visibility.CLUSTER)
    scored()
    owner = CompanyMemberFactory(company=company, user=AccountFactory()).user
    match = Match.objects.get()
    of_network = reverse("matching:texts", args=[challenge.slug, match.pk])
    own = reverse("matching:company_texts", args=[company.slug, challenge.slug])

    read = {}
    for who, user, url in (("manager", manager, of_network), ("owner", owner, own)):
        client.force_login(user)
        read[who] = client.get(url).context["texts"]
    client.force_login(partner)

    marked = {
        side: [f.text for p in getattr(read["owner"], side) for f in p.fragments if f.numbers]
        for side in ("brief", "profile")
    }
    assert marked["brief"]
    assert any("watch substations and find faults in the grid" in one for one in marked["profile"])
    assert read["manager"] == read["owner"]
    assert client.get(of_network).status_code == 404
