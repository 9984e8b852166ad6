"""What a manager decides by hand stands, whatever is scored."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from challenges.models import Challenge
from companies.actions import erase_company, update_profile
from matching import actions
from matching.actions import rescoring
from matching.actions.storing import write_down
from matching.explaining import explain, judged_rows
from matching.models import Match, MatchRun, Override, RecordedOutcome
from matching.problems import MatchProblem
from tests.factories import AccountFactory, CompanyMemberFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def decide(challenge, manager):
    def act(company, kind, points=None, reason="We met them at the fair."):
        return actions.override(
            challenge=challenge,
            company=company,
            kind=kind,
            points=points,
            reason=reason,
            by=manager,
        )

    return act


def read() -> Match:
    """The one match, with its findings."""
    match = Match.objects.get()
    explain([match])
    return match


def numbers():
    match = read()
    return match.total, match.parts, match.findings


def stored():
    """As the numbers stand in the database, whatever a reader would be told."""
    return Match.objects.values_list("total", "parts").get()


def test_a_raise_is_a_part_of_its_own(new_company, scored, decide):
    company = new_company("Sensorer", themes=[])
    scored()
    before = read()

    decide(company, "raise", points=7)

    match = read()
    assert match.total == before.total + 70 == sum(match.parts)
    assert match.judged[:-1] == before.judged
    assert (match.judged[-1].criterion, match.judged[-1].tenths) == ("raised", 70)


def test_nothing_is_raised_above_a_hundred(new_company, scored, decide):
    company = new_company("Sensorer")
    scored()

    decide(company, "raise", points=100)

    match = read()
    assert match.total == 1000 == sum(match.parts) == sum(one.tenths for one in match.judged)


def test_a_raise_is_kept_by_a_full_run_and_by_an_edit(new_company, scored, decide, challenge):
    company = new_company("Sensorer", themes=[])
    scored()
    decide(company, "raise", points=7)
    decided = numbers()

    run = scored()

    assert numbers() == decided
    assert run.above_threshold == 1
    update_profile(company=company, fields={"city": "Esbjerg"}, by=None)
    actions.rescore_companies(company_ids=[company.pk])
    assert numbers() == decided


def test_a_raise_lifts_a_company_above_the_threshold_for_the_run_too(
    new_company, scored, decide, challenge
):
    company = new_company("Bager", description="We bake bread.", themes=[], capabilities=[])
    scored()
    challenge.threshold = 60
    challenge.save()
    decide(company, "raise", points=60)

    run = scored()

    assert run.above_threshold == 1


def test_removing_it_gives_what_was_computed(new_company, scored, decide, challenge, manager):
    company = new_company("Sensorer", themes=[])
    scored()
    computed = numbers()
    decide(company, "raise", points=7)

    for _ in range(2):
        actions.remove_override(challenge=challenge, company=company, by=manager)

    assert numbers() == computed
    assert not Override.objects.exists()


def test_a_raise_removed_while_a_run_is_at_work_does_not_come_back(
    new_company, scored, decide, challenge, manager, monkeypatch
):
    from matching.actions import runs

    company = new_company("Sensorer", themes=[])
    scored()
    computed = stored()
    decide(company, "raise", points=7)
    (run_id,) = actions.request_runs(challenge_ids=[challenge.pk])
    store = runs.store

    def late(rows):
        actions.remove_override(challenge=challenge, company=company, by=manager)
        store(rows)

    monkeypatch.setattr(runs, "store", late)
    actions.score_challenge(run=MatchRun.objects.get(pk=run_id))

    assert stored() == computed


def test_a_raise_given_while_an_edit_is_scored_is_kept(new_company, scored, decide, monkeypatch):
    company = new_company("Sensorer", themes=[])
    scored()
    total = Match.objects.get().total
    store = rescoring.store

    def late(rows):
        monkeypatch.setattr(rescoring, "store", store)
        decide(company, "raise", points=7)
        store(rows)

    monkeypatch.setattr(rescoring, "store", late)
    update_profile(company=company, fields={"city": "Esbjerg"}, by=None)
    actions.rescore_companies(company_ids=[company.pk])

    assert stored()[0] == total + 70


def test_findings_written_down_late_do_not_undo_a_raise(new_company, scored, decide, challenge):
    company = new_company("Sensorer", themes=[])
    scored()
    Match.objects.update(findings=None)
    late = judged_rows([(challenge.pk, company.pk)])
    decide(company, "raise", points=7)

    write_down(late)
    actions.write_wanted(challenge_ids=[challenge.pk], may_go_on=lambda: True)

    match = read()
    assert match.total == late[0]["total"] + 70 == sum(match.parts)


def test_a_new_decision_replaces_the_one_before(new_company, scored, decide):
    company = new_company("Sensorer", themes=[])
    scored()
    computed = numbers()

    decide(company, "raise", points=7)
    decide(company, "pin")

    assert numbers() == computed
    assert [(row.kind, row.points) for row in Override.objects.all()] == [("pin", None)]


def test_pinned_companies_are_asked_first_and_excluded_ones_never(
    challenge, new_company, scored, decide
):
    best, weak, excluded = new_company("Best"), new_company("Weak", **BREAD), new_company("Not")
    scored()
    decide(weak, "pin")
    decide(excluded, "exclude")
    challenge.threshold = 50
    challenge.save()

    rows = Match.objects.for_challenge(challenge).to_invite().chosen_first()

    assert [match.company for match in rows] == [weak, best]
    assert [match.urgency - match.total for match in rows] == [2000, 0]


BREAD = {"description": "We bake bread.", "themes": [], "capabilities": []}


@pytest.mark.parametrize("given", [{"kind": "raise"}, {"kind": "pin", "reason": " "}])
def test_a_raise_needs_points_and_everything_a_reason(new_company, scored, decide, given):
    company = new_company("Sensorer")
    scored()

    with pytest.raises(MatchProblem):
        decide(company, **given)


def test_a_company_nobody_scored_cannot_be_decided_on(new_company, decide):
    with pytest.raises(MatchProblem, match="no score"):
        decide(new_company("Sensorer"), "pin")


@pytest.mark.parametrize(
    "fields", [{"kind": "raise", "points": None}, {"kind": "pin", "points": 3}]
)
def test_the_database_wants_points_for_a_raise_and_for_nothing_else(challenge, new_company, fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        Override.objects.create(challenge=challenge, company=new_company("A"), **fields)


def test_managers_read_the_reason_and_nobody_else_does(
    client, challenge, manager, partner, new_company, explained, decide
):
    company = new_company("Sensorer")
    explained()
    decide(company, "raise", points=3, reason="An inside story.")
    owner = CompanyMemberFactory(company=company, user=AccountFactory()).user
    match = Match.objects.get()
    tab = reverse("matching:challenge", args=[challenge.slug])
    detail = reverse("matching:detail", args=[challenge.slug, match.pk])
    own = reverse("matching:company_match", args=[company.slug, challenge.slug])

    read = {}
    for who, user, urls in (
        ("manager", manager, (tab, detail)),
        ("partner", partner, (tab, detail)),
        ("company", owner, (own,)),
    ):
        client.force_login(user)
        read[who] = [client.get(url).content.decode() for url in urls]

    told = {who: ["An inside story." in page for page in pages] for who, pages in read.items()}
    assert told == {"manager": [True, True], "partner": [False, False], "company": [False]}
    assert "Raised by the manager" in read["company"][0]


def test_only_managers_see_who_is_pinned_on_top(
    client, challenge, manager, partner, new_company, scored, decide
):
    best, weak = new_company("Best"), new_company("Weak", **BREAD)
    scored()
    decide(weak, "pin")
    order = {}

    for who, user in (("manager", manager), ("partner", partner)):
        client.force_login(user)
        page = client.get(reverse("matching:challenge", args=[challenge.slug]))
        order[who] = [one.company for one in page.context["shown"]]

    assert order == {"manager": [weak, best], "partner": [best, weak]}


def test_a_manager_decides_on_the_page_of_a_match(client, challenge, manager, new_company, scored):
    company = new_company("Sensorer", themes=[])
    scored()
    match = Match.objects.get()
    form = reverse("matching:override", args=[challenge.slug, match.pk])
    client.force_login(manager)

    lacking = client.post(form, {"kind": "raise", "reason": "Known."})
    done = client.post(form, {"kind": "raise", "points": "5", "reason": "Known."})
    again = client.get(form).content.decode()
    removed = client.post(reverse("matching:remove_override", args=[challenge.slug, match.pk]))

    told = lacking.content.decode()
    assert told.count("data-error-summary") == 1
    assert "by how many points" in told
    assert "(optional)" not in told
    assert (done.status_code, removed.status_code) == (302, 302)
    assert "Known." in again
    assert not Override.objects.filter(company=company).exists()


def test_what_was_decided_by_hand_is_learned_from(challenge, manager, new_company, scored, decide):
    company = new_company("Sensorer")
    scored()
    before = Match.objects.get().total

    decide(company, "raise", points=3)
    actions.remove_override(challenge=challenge, company=company, by=manager)

    told = RecordedOutcome.objects.order_by("number").values_list("outcome", "reason", "total")
    assert list(told) == [
        ("overridden", "raise", before),
        ("overridden", "removed", before + 30),
    ]


def test_when_the_challenge_is_over_what_was_decided_stays(
    client, new_company, scored, decide, challenge, manager
):
    company = new_company("Sensorer", themes=[])
    scored()
    decide(company, "raise", points=7)
    Challenge.objects.filter(pk=challenge.pk).update(status="closed")
    before, match = stored(), Match.objects.get()
    client.force_login(manager)
    addresses = [
        reverse(f"matching:{name}", args=[challenge.slug, match.pk])
        for name in ("override", "remove_override")
    ]

    page = client.get(reverse("matching:detail", args=[challenge.slug, match.pk]))
    asked = client.post(addresses[0], {"kind": "raise", "points": 20, "reason": "Too late."})
    gone = client.post(addresses[1], follow=True)

    assert "Raised by 7 points" in page.content.decode()
    assert not any(address in page.content.decode() for address in addresses)
    for answer in (asked, gone):
        assert "stays as it is" in answer.content.decode()
    assert "Too late." in asked.content.decode()
    assert (stored(), Override.objects.get().points) == (before, 7)


def test_numbers_of_an_erased_company_stay_when_a_decision_goes(
    new_company, scored, decide, challenge, manager
):
    company = new_company("Sensorer", themes=[])
    scored()
    decide(company, "pin")
    before = stored()
    erase_company(company=company, by=None)

    actions.remove_override(challenge=challenge, company=company, by=manager)

    assert stored() == before
