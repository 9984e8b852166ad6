"""What is read before it was explained: the page says so, and the worker writes it down."""

import csv
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.html import escape

from companies.actions import update_profile
from config.celery import app
from matching import actions
from matching.actions import explaining, request_runs, rescore_companies, score_challenges
from matching.explaining import _scored, judged_rows, last_runs
from matching.models import Match, MatchRun
from matching.patience import GIVES_UP, untried
from matching.views import files, lists
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
        first = client.get(url)
        waits = first.getvalue().decode()
        untouched = silent()
    left = silent()
    with CaptureQueriesContext(connection) as asked:
        again = client.get(url)
        ready = again.getvalue()

    statuses = {"data": (202, 200), "own data": (202, 200), "csv": (202, 200), "xlsx": (202, 200)}
    assert (first.status_code, again.status_code) == statuses.get(page, (200, 200))
    assert "reasons" in waits
    # Only what would change a score most is looked for once its reasons are there.
    waiting = {"match": [b"changes"], "own match": [b"changes"]}
    assert re.findall(rb'<section id="(\w+)"[^>]*every 1s', ready) == waiting.get(page, [])
    assert ready.count(b"every 1s") == len(waiting.get(page, []))
    assert (untouched, left) == (12, 12 - number)
    assert not [query for query in asked if "matching_profileterms" in query["sql"]]


@pytest.mark.parametrize("page", ["network", "challenge", "company"])
def test_a_row_without_reasons_shows_the_parts_of_its_total(client, two, manager, page):
    match = Match.objects.for_challenge(two[0]).best_first().select_related("company").first()
    owner = CompanyMemberFactory(company=match.company, user=AccountFactory()).user
    client.force_login(owner if page == "company" else manager)

    before = client.get(addresses(two[0], match)[page])
    actions.explain_matches(
        match_ids=list(Match.objects.values_list("pk", flat=True)), may_go_on=lambda: True
    )
    after = client.get(addresses(two[0], match)[page])

    numbers = [(one.match.total, one.parts) for one in before.context["shown"]]
    assert numbers == [(one.match.total, one.parts) for one in after.context["shown"]]
    assert all(total == sum(part["tenths"] for part in parts) for total, parts in numbers)
    assert "Reasons follow in a moment." in before.content.decode()
    assert "Reasons follow in a moment." not in after.content.decode()


def test_numbers_that_do_not_add_up_are_not_shown(client, two, manager):
    Match.objects.update(total=999)
    client.force_login(manager)

    page = client.get(reverse("matching:list"))

    assert "99.9" not in page.content.decode()
    assert {one.has_total for one in page.context["shown"]} == {False}


def asked_again(client, url: str, page) -> object:
    return client.get(url, headers={"X-Wait": page.context["wait"].mark, "HX-Request": "true"})


def test_a_page_that_asks_again_hears_when_something_has_come(client, two, manager, worker):
    url = reverse("matching:challenge", args=[two[0].slug])
    client.force_login(manager)

    with worker():
        page = client.get(url)
        nothing_new = asked_again(client, url, page)
    come = asked_again(client, url, page)

    assert (nothing_new.status_code, nothing_new.content) == (204, b"")
    assert come.status_code == 200
    assert not any(one.is_waiting for one in come.context["shown"])


def test_a_list_renews_the_rows_that_lack_reasons_and_no_others(client, two, manager):
    ids = list(Match.objects.for_challenge(two[0]).values_list("pk", flat=True))
    actions.explain_matches(match_ids=ids[1:], may_go_on=lambda: True)
    client.force_login(manager)

    for page in ("matching:challenge", "invitations:challenge"):
        text = client.get(reverse(page, args=[two[0].slug])).content.decode()
        renewed = re.findall('hx-select-oob="([^"]*)"', text)

        assert renewed == [f"#writing:innerHTML,#legend,#score-{ids[0]},#why-{ids[0]}"]
        assert f'id="score-{ids[0]}"' in text


def test_whoever_looks_again_at_once_rings_once(
    client, two, manager, django_capture_on_commit_callbacks
):
    client.force_login(manager)
    ids = list(Match.objects.values_list("pk", flat=True))

    with django_capture_on_commit_callbacks() as rings:
        for done in range(3):
            actions.explain_matches(match_ids=ids[:done], may_go_on=lambda: True)
            client.get(reverse("matching:list"))

    assert len(rings) == 1


@pytest.mark.parametrize("page", ["network", "challenge", "match", "csv", "company", "own match"])
def test_after_a_minute_without_anything_new_it_says_what_to_do(
    client, two, manager, page, time_machine
):
    match = Match.objects.for_challenge(two[0]).select_related("company").first()
    owner = CompanyMemberFactory(company=match.company, user=AccountFactory()).user
    client.force_login(owner if page in ("company", "own match") else manager)
    url = addresses(two[0], match)[page]
    begins = timezone.now()
    time_machine.move_to(begins, tick=False)
    first = client.get(url)

    time_machine.move_to(begins + timedelta(seconds=GIVES_UP - 2), tick=False)
    soon = asked_again(client, url, first)
    time_machine.move_to(begins + timedelta(seconds=GIVES_UP + 1), tick=False)
    late = asked_again(client, url, first)

    assert soon.status_code == 204
    text = late.content.decode()
    assert "longer than usual" in text
    assert "Look again" in text
    assert "every 1s" not in text


def test_a_file_waits_tells_how_far_it_is_and_is_fetched(client, two, manager, monkeypatch):
    client.force_login(manager)
    ids = list(Match.objects.values_list("pk", flat=True))

    first = client.get(EXPORT)
    actions.explain_matches(match_ids=ids[:5], may_go_on=lambda: True)
    further = asked_again(client, EXPORT, first)
    actions.explain_matches(match_ids=ids, may_go_on=lambda: True)
    ready = asked_again(client, EXPORT, further)
    fetch = client.get(EXPORT, headers={"X-Wait": "fetch", "HX-Request": "true"})
    file = client.get(EXPORT)

    assert "0 of 12 rows" in first.content.decode()
    assert "5 of 12 rows" in further.content.decode()
    assert "Your file is ready" in ready.content.decode()
    assert (fetch.status_code, fetch.headers["HX-Redirect"]) == (204, EXPORT)
    assert file.headers["Content-Type"].startswith("text/csv")


def test_a_row_that_cannot_be_explained_keeps_no_file_from_leaving(client, two, manager, worker):
    match = Match.objects.for_challenge(two[0]).select_related("company").first()
    client.force_login(manager)
    update_profile(company=match.company, fields={"description": "We watch grids."}, by=None)

    with worker():
        waits = client.get(EXPORT)
    file = client.get(EXPORT)

    assert waits.status_code == 202
    assert reasons_in(file).count("The profile has changed; it is being scored again.") == 2


def reasons_in(file) -> list[str]:
    rows = list(csv.reader(file.getvalue().decode("utf-8-sig").splitlines()))
    return [row[7] for row in rows[1:]]


def test_a_file_waits_again_after_every_scoring(client, two, manager, worker):
    client.force_login(manager)
    ids = list(Match.objects.values_list("pk", flat=True))
    actions.explain_matches(match_ids=ids, may_go_on=lambda: True)
    runs = request_runs(challenge_ids=[one.pk for one in two])
    score_challenges(runs=list(MatchRun.objects.filter(pk__in=runs)))

    with worker():
        waits = client.get(EXPORT)
    file = client.get(EXPORT)

    assert waits.status_code == 202
    assert len(reasons_in(file)) == 12
    assert not [told for told in reasons_in(file) if "again" in told or "written" in told]


def test_a_file_can_be_had_as_it_is_when_the_worker_is_away(client, two, manager, time_machine):
    client.force_login(manager)
    url = f"{EXPORT}?eligible=true"
    begins = timezone.now()
    time_machine.move_to(begins, tick=False)
    first = client.get(url)
    time_machine.move_to(begins + timedelta(seconds=GIVES_UP + 1), tick=False)
    late = asked_again(client, url, first)
    as_it_is = f"{url}&as_it_is=1"

    file = client.get(as_it_is)

    assert f'href="{escape(as_it_is)}"' in late.content.decode()
    assert "Take it as it is" in late.content.decode()
    assert file.headers["Content-Type"].startswith("text/csv")
    assert set(reasons_in(file)) == {"The reasons are being written."}


def test_without_scripts_the_file_can_be_had_as_it_is_at_once(client, two, manager):
    client.force_login(manager)

    page = client.get(EXPORT).content.decode()

    assert f'href="{EXPORT}?as_it_is=1"' in re.search("<noscript>.*?</noscript>", page).group()


def test_what_was_written_down_is_not_noted_as_tried_in_vain(two):
    found = Match.objects.order_by("pk")
    actions.explain_matches(match_ids=[one.pk for one in found], may_go_on=lambda: True)

    assert untried(found.scorings()) == [one.pk for one in found]


@pytest.mark.parametrize("page", ["network", "challenge", "match", "company", "own match"])
def test_nobody_waits_for_what_cannot_be_explained(client, two, manager, worker, page):
    match = Match.objects.for_challenge(two[0]).select_related("company").first()
    owner = CompanyMemberFactory(company=match.company, user=AccountFactory()).user
    client.force_login(owner if page in ("company", "own match") else manager)
    update_profile(company=match.company, fields={"description": "We watch grids."}, by=None)
    url = addresses(two[0], match)[page]

    with worker():
        waits = client.get(url)
    tried = client.get(url)

    assert waits.context["wait"].goes_on
    assert tried.context["wait"].missing == 0
    assert "every 1s" not in tried.content.decode()
    assert "being scored again" in tried.content.decode().lower()


def test_many_rows_are_explained_in_pieces_and_none_is_left_out(two, monkeypatch):
    monkeypatch.setattr(explaining, "AT_ONCE", 5)
    ids = list(Match.objects.values_list("pk", flat=True))

    left = actions.explain_matches(match_ids=ids, may_go_on=lambda: False)
    between = silent()
    rest = actions.explain_matches(match_ids=left, may_go_on=lambda: True)

    assert (left, between) == (ids[5:], 7)
    assert (rest, silent()) == ([], 0)


@pytest.mark.parametrize("page", ["network", "challenge", "match", "data", "own match"])
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

    assert answer.status_code == (202 if page == "data" else 200)
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


def test_a_file_is_the_same_however_few_rows_are_made_at_once(
    client, two, manager, monkeypatch, write_reasons
):
    write_reasons()
    client.force_login(manager)
    whole = client.get(EXPORT).getvalue()

    monkeypatch.setattr(files, "AT_ONCE", 5)
    in_parts = client.get(EXPORT).getvalue()

    rows = list(csv.reader(whole.decode("utf-8-sig").splitlines()))
    assert in_parts == whole
    assert [float(row[5]) for row in rows[1:]] == [
        total / 10
        for total in Match.objects.order_by("-total", "id").values_list("total", flat=True)
    ]


def test_the_first_rows_leave_before_the_last_are_read(
    client, two, manager, monkeypatch, write_reasons
):
    write_reasons()
    monkeypatch.setattr(files, "AT_ONCE", 3)
    client.force_login(manager)
    rows = iter(client.get(EXPORT))

    with CaptureQueriesContext(connection) as for_three:
        first = [next(rows) for _ in range(4)]
    with CaptureQueriesContext(connection) as for_the_rest:
        rest = list(rows)

    assert (len(first), len(rest)) == (4, 9)
    assert 2 * len(for_three) < len(for_the_rest) <= 3 * len(for_three)


def test_a_file_keeps_its_language_while_it_is_sent(client, two, manager, write_reasons):
    write_reasons()
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
    assert judged_rows(pairs) == [row for pair in pairs for row in judged_rows([pair])]


def test_what_was_written_down_stays_and_a_newer_run_is_not_touched(two, scored):
    ids = list(Match.objects.values_list("pk", flat=True))
    actions.explain_matches(match_ids=ids, may_go_on=lambda: True)
    Match.objects.filter(pk=ids[0]).update(findings=[])

    actions.explain_matches(match_ids=[*ids, 0], may_go_on=lambda: True)

    assert Match.objects.get(pk=ids[0]).findings == []
    assert silent() == 0
