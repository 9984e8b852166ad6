"""What is read before it was explained: little at a time, and written down for the next reader."""

import csv

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from companies.actions import update_profile
from config.celery import app
from matching import actions
from matching.actions import request_runs, rescore_companies, score_challenges
from matching.explaining import _scored, last_runs, rows_of
from matching.models import Match, MatchRun
from matching.views import lists
from tests.factories import AccountFactory, ChallengeFactory, CompanyMemberFactory

pytestmark = pytest.mark.django_db
EXPORT = reverse("matching:export", args=["csv"])


@pytest.fixture
def two(challenge, new_company):
    """Two challenges and six companies, scored as bare numbers."""
    texts = [
        "Sensors find faults.",
        "Sensors in a grid.",
        "Bread.",
        "Boats and grids.",
        "",
        "Watch.",
    ]
    for n, text in enumerate(texts):
        new_company(f"Firma {n}", description=text)
    other = ChallengeFactory(open=True, lab=challenge.lab, need="A watch for boats.", threshold=10)
    runs = request_runs(challenge_ids=[challenge.pk, other.pk])
    score_challenges(runs=list(MatchRun.objects.filter(pk__in=runs)))
    return challenge, other


@pytest.fixture
def worker(django_capture_on_commit_callbacks):
    """Does at once what a page rings for, after the page is there."""
    app.conf.task_always_eager = True
    yield lambda: django_capture_on_commit_callbacks(execute=True)
    app.conf.task_always_eager = False


def silent() -> int:
    return Match.objects.unexplained().count()


def addresses(challenge, match) -> dict[str, str]:
    own = [match.company.slug, challenge.slug]
    return {
        "network": reverse("matching:list"),
        "challenge": reverse("matching:challenge", args=[challenge.slug]),
        "match": reverse("matching:detail", args=[challenge.slug, match.pk]),
        "data": reverse("matching:data", args=[challenge.slug, match.pk]),
        "csv": EXPORT,
        "xlsx": reverse("matching:export_challenge", args=[challenge.slug, "xlsx"]),
        "company": reverse("matching:for_company", args=[match.company.slug]),
        "own match": reverse("matching:company_match", args=own),
        "own data": reverse("matching:company_data", args=own),
    }


@pytest.mark.parametrize(
    "page, number",
    [
        ("network", 12),
        ("challenge", 6),
        ("match", 1),
        ("data", 1),
        ("csv", 12),
        ("xlsx", 6),
        ("company", 2),
        ("own match", 1),
        ("own data", 1),
    ],
)
def test_reading_changes_nothing_and_the_worker_writes_down_what_was_read(
    client, two, manager, worker, page, number
):
    match = Match.objects.for_challenge(two[0]).select_related("company").first()
    owner = CompanyMemberFactory(company=match.company, user=AccountFactory()).user
    client.force_login(owner if page in ("company", "own match", "own data") else manager)
    url = addresses(two[0], match)[page]

    with worker():
        first = client.get(url).getvalue()
        untouched = silent()
    left = silent()
    with CaptureQueriesContext(connection) as asked:
        again = client.get(url).getvalue()

    assert (untouched, left) == (12, 12 - number)
    assert not [query for query in asked if "matching_profileterms" in query["sql"]]
    if page in ("data", "csv", "own data"):
        assert again == first


@pytest.mark.parametrize("page", ["network", "challenge", "match", "data", "csv", "own match"])
def test_no_total_stands_without_its_parts_while_a_profile_is_scored_again(
    client, two, manager, page
):
    match = Match.objects.for_challenge(two[0]).best_first().select_related("company").first()
    owner = CompanyMemberFactory(company=match.company, user=AccountFactory()).user
    client.force_login(owner if page == "own match" else manager)
    url = addresses(two[0], match)[page]
    update_profile(company=match.company, fields={"description": "We watch grids."}, by=owner)

    answer = client.get(url)
    waits = answer.getvalue().decode().lower()
    rescore_companies(company_ids=[match.company_id])
    scored = client.get(url).getvalue().decode().lower()

    assert answer.status_code == (503 if page == "data" else 200)
    assert ("being scored again" in waits, "being scored again" in scored) == (True, False)


def test_whoever_reads_one_page_of_a_challenge_finds_all_others_ready(
    client, two, manager, worker, monkeypatch
):
    monkeypatch.setattr(lists.ChallengeMatchesView, "paginate_by", 2)
    client.force_login(manager)
    url = reverse("matching:challenge", args=[two[0].slug])

    with worker():
        client.get(url)

    assert not Match.objects.for_challenge(two[0]).unexplained().exists()
    assert Match.objects.for_challenge(two[1]).unexplained().count() == 6


def test_what_is_explained_rings_for_nobody(
    client, two, manager, django_capture_on_commit_callbacks
):
    actions.explain_waiting(may_go_on=lambda: True)
    client.force_login(manager)

    with django_capture_on_commit_callbacks() as rings:
        client.get(reverse("matching:list"))

    assert rings == []


def test_a_file_is_the_same_however_few_rows_are_made_at_once(client, two, manager, monkeypatch):
    client.force_login(manager)
    whole = client.get(EXPORT).getvalue()

    monkeypatch.setattr(lists, "EXPORT_AT_ONCE", 5)
    in_parts = client.get(EXPORT).getvalue()

    rows = list(csv.reader(whole.decode("utf-8-sig").splitlines()))
    assert in_parts == whole
    assert [float(row[5]) for row in rows[1:]] == [
        total / 10
        for total in Match.objects.order_by("-total", "id").values_list("total", flat=True)
    ]


def test_the_first_rows_leave_before_the_last_are_read(client, two, manager, monkeypatch):
    monkeypatch.setattr(lists, "EXPORT_AT_ONCE", 3)
    client.force_login(manager)
    rows = iter(client.get(EXPORT))

    with CaptureQueriesContext(connection) as for_three:
        first = [next(rows) for _ in range(4)]
    with CaptureQueriesContext(connection) as for_the_rest:
        rest = list(rows)

    assert (len(first), len(rest)) == (4, 9)
    assert 2 * len(for_three) < len(for_the_rest) <= 3 * len(for_three)


def test_a_file_keeps_its_language_while_it_is_sent(client, two, manager):
    manager.language = "da"
    manager.save()
    client.force_login(manager)

    response = client.get(EXPORT)
    with translation.override("en"):
        told = response.getvalue().decode()
        left = translation.get_language()

    assert ",ja," in told
    assert ",yes," not in told
    assert left == "en"


def test_only_pairs_that_somebody_wants_are_scored(two):
    first, second = two
    one, other, third = Match.objects.for_challenge(first).values_list("company", flat=True)[:3]
    pairs = [(first.pk, one), (first.pk, other), (second.pk, third)]
    wanted = {first.pk: frozenset([one, other]), second.pk: frozenset([third])}

    scored = list(_scored(last_runs(two), wanted))

    assert [scores.ids.tolist() for scores, _run, _profiles in scored] == [[one, other], [third]]
    assert rows_of(pairs) == [row for pair in pairs for row in rows_of([pair])]


def test_what_was_written_down_stays_and_a_newer_run_is_not_touched(two, scored):
    ids = list(Match.objects.values_list("pk", flat=True))
    actions.explain_matches(match_ids=ids)
    Match.objects.filter(pk=ids[0]).update(findings=[])

    actions.explain_matches(match_ids=[*ids, 0])

    assert Match.objects.get(pk=ids[0]).findings == []
    assert silent() == 0
