"""A company contests a finding, a manager decides, and every scoring keeps what was decided."""

import pytest
from django.db import Error, IntegrityError, transaction
from django.urls import reverse

from accounts.models import Notice
from challenges.actions import close
from companies.actions import save_solution, update_profile
from companies.models import Company
from mail.models import Letter
from matching import actions
from matching.choices import CONTEST_MOVES, ContestState
from matching.explaining import explain
from matching.models import CompanyRanking, Contest, Match, MatchRun, RecordedOutcome
from matching.problems import MatchProblem
from matching.ranking import unpacked
from matching.scoring import Reason
from matching.wording import sentence
from tests.factories import AccountFactory, CompanyMemberFactory, ReferenceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def scored(scored):
    """And the worker has written down why."""

    def run() -> MatchRun:
        done = scored()
        actions.explain_waiting(may_go_on=lambda: True)
        return done

    return run


@pytest.fixture
def company(new_company):
    return new_company("Sensorværket", themes=["smart_home"])


@pytest.fixture
def owner(company):
    return CompanyMemberFactory(
        company=company, user=AccountFactory(email="freja@sensor.example")
    ).user


@pytest.fixture
def contested(challenge, company, owner, manager, scored):
    """Its theme, which was found to bring nothing."""
    scored()
    return actions.contest(
        challenge=challenge,
        company=company,
        criterion="theme",
        statement="Our meters are grid sensors.",
        link="https://sensor.example/grid",
        by=owner,
    )


def read() -> Match:
    """The one match, with its findings."""
    match = Match.objects.get()
    explain([match])
    return match


def numbers():
    match = read()
    return match.total, match.parts, match.findings


def part(criterion: str):
    return next(one for one in read().judged if one.criterion == criterion)


def others(criterion: str):
    return [one.to_data() for one in read().judged if one.criterion != criterion]


@pytest.mark.parametrize("granted, share", [("full", 1.0), ("half", 0.5)])
def test_what_is_accepted_changes_only_the_part_it_names(contested, manager, granted, share):
    before, rest = Match.objects.get().total, others("theme")

    actions.accept_contest(contest=contested, granted=granted, answer="Seen.", by=manager)

    match, theme = read(), part("theme")
    assert (theme.share, theme.tenths) == (share, int(share * theme.weight_tenths))
    assert others("theme") == rest
    assert match.total == before + theme.tenths == sum(match.parts)


def test_a_full_run_and_an_edit_keep_what_was_accepted(contested, manager, company, scored):
    actions.accept_contest(contest=contested, granted="full", answer="", by=manager)
    decided = numbers()

    scored()
    full = numbers()
    save_solution(company=company, fields={"name": "Grid eye", "trl": 8}, by=None)
    actions.rescore_companies(company_ids=[company.pk])

    assert full == decided
    assert part("theme").reason.code == "granted"
    assert part("theme").tenths == part("theme").weight_tenths


def test_the_ranking_of_the_company_follows(contested, manager, company, challenge):
    actions.accept_contest(contest=contested, granted="full", answer="", by=manager)

    (first, *_rest) = unpacked(CompanyRanking.objects.get().entries)[0]
    assert tuple(first) == (challenge.pk, Match.objects.get().total)


def test_a_better_profile_is_not_held_down(contested, manager, company):
    actions.accept_contest(contest=contested, granted="half", answer="", by=manager)
    update_profile(company=company, fields={"themes": ["sensors_grid"]}, by=None)

    actions.rescore_companies(company_ids=[company.pk])

    assert (part("theme").share, part("theme").reason.code) == (1.0, "themes_shared")


def test_taking_the_decision_back_gives_what_was_computed(contested, manager):
    computed = numbers()
    actions.accept_contest(contest=contested, granted="full", answer="", by=manager)

    again = actions.reconsider_contest(contest=contested, by=manager)

    assert numbers() == computed
    assert (again.state, again.granted) == (ContestState.OPEN, "")


def test_what_is_refused_changes_nothing(contested, manager):
    computed = numbers()

    actions.refuse_contest(contest=contested, answer="It shows a home.", by=manager)

    assert numbers() == computed


def test_a_decision_while_a_run_is_at_work_is_not_overwritten(
    contested, manager, challenge, company, monkeypatch
):
    from matching.actions import runs

    before = Match.objects.get().total
    (run_id,) = actions.request_runs(challenge_ids=[challenge.pk])
    store = runs.store

    def late(rows):
        actions.accept_contest(contest=contested, granted="full", answer="", by=manager)
        store(rows)

    monkeypatch.setattr(runs, "store", late)
    actions.score_challenge(run=runs.MatchRun.objects.get(pk=run_id))

    match = Match.objects.get()
    assert match.total == before + part("theme").weight_tenths == sum(match.parts)
    assert match.run_id == run_id


def test_both_sides_are_told(contested, manager, owner):
    made = Notice.objects.get(user=manager)

    actions.accept_contest(contest=contested, granted="half", answer="Seen it.", by=manager)

    letter = Letter.objects.get(kind="contest-decided")
    decided = Notice.objects.get(user=owner)
    assert (made.kind, decided.kind) == ("contest_made", "contest_accepted")
    assert letter.recipient == owner.email
    assert "Seen it." in letter.text
    assert [one.recipient for one in Letter.objects.filter(kind="notice")] == [manager.email]


def test_the_parts_in_the_letter_add_up_to_its_score(contested, manager):
    actions.accept_contest(contest=contested, granted="half", answer="", by=manager)

    lines = Letter.objects.get(kind="contest-decided").text.splitlines()
    parts = [line.partition(": ")[2].split(" of ")[0] for line in lines if line.startswith("- ")]
    total = next(line for line in lines if "of 100 points" in line)
    assert f"is {sum(round(float(one) * 10) for one in parts) / 10} of 100" in total


def test_there_is_one_living_contest_for_each_finding(contested, company, challenge, owner):
    with pytest.raises(MatchProblem, match="contested already"):
        actions.contest(
            challenge=challenge,
            company=company,
            criterion="theme",
            statement="Once more.",
            link="https://sensor.example/",
            by=owner,
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Contest.objects.create(challenge=challenge, company=company, criterion="theme")


def test_half_of_what_is_there_already_cannot_be_granted(
    client, contested, manager, company, challenge, scored, write_reasons
):
    challenge.themes = ["sensors_grid", "smart_home"]
    challenge.save()
    scored()
    write_reasons()
    client.force_login(manager)

    page = client.get(contested.get_absolute_url()).content.decode()

    assert part("theme").share == 0.5
    assert "All points of this part" in page
    assert "Half of the points of this part" not in page
    with pytest.raises(MatchProblem, match="as many points already"):
        actions.accept_contest(contest=contested, granted="half", answer="", by=manager)


def test_after_a_refusal_it_can_be_contested_anew(contested, manager, company, challenge, owner):
    actions.refuse_contest(contest=contested, answer="No.", by=manager)

    actions.contest(
        challenge=challenge,
        company=company,
        criterion="theme",
        statement="See here.",
        link="https://sensor.example/more",
        by=owner,
    )

    with pytest.raises(MatchProblem, match="contested this finding anew"):
        actions.reconsider_contest(contest=contested, by=manager)


@pytest.mark.parametrize(
    "criterion, given, problem",
    [
        ("capabilities", {"link": "https://sensor.example/"}, "all its points"),
        ("raised", {"link": "https://sensor.example/"}, "no such part"),
        ("theme", {}, "Give a link"),
        ("theme", {"link": "https://sensor.example/", "statement": " "}, "in a sentence"),
    ],
)
def test_what_cannot_be_contested(challenge, company, owner, scored, criterion, given, problem):
    scored()

    with pytest.raises(MatchProblem, match=problem):
        actions.contest(
            **{"statement": "No.", **given},
            challenge=challenge,
            company=company,
            criterion=criterion,
            by=owner,
        )


def left(_challenge, company):
    Company.objects.filter(pk=company.pk).update(is_active=False)


def without_its_run(challenge, _company):
    MatchRun.objects.filter(challenge=challenge).update(snapshot=None)


@pytest.mark.parametrize(
    "happens, problem", [(left, "left Labmatch"), (without_its_run, "next scoring")]
)
@pytest.mark.parametrize("is_stored", [True, False])
def test_nobody_is_told_to_try_again_where_no_reasons_will_come(
    contested, manager, challenge, company, happens, problem, is_stored
):
    Match.objects.update(findings=None)
    if not is_stored:
        Match.objects.all().delete()
    happens(challenge, company)

    with pytest.raises(MatchProblem, match=problem):
        actions.accept_contest(contest=contested, granted="full", answer="Yes.", by=manager)


def test_a_closed_challenge_is_not_contested(challenge, company, owner, manager, scored):
    scored()
    challenge = close(challenge=challenge, by=manager)

    with pytest.raises(MatchProblem, match="closed"):
        actions.contest(
            challenge=challenge,
            company=company,
            criterion="theme",
            statement="No.",
            link="https://sensor.example/",
            by=owner,
        )


def test_what_was_granted_is_not_taken_back_after_the_deadline(
    client, challenge, contested, manager
):
    actions.accept_contest(contest=contested, granted="full", answer="Yes.", by=manager)
    granted = numbers()
    close(challenge=challenge, by=manager)
    client.force_login(manager)
    address = reverse("matching:reconsider_contest", args=[challenge.slug, contested.pk])

    page = client.get(contested.get_absolute_url())
    told = client.post(address, follow=True)

    assert numbers() == granted
    assert address not in page.content.decode()
    assert "what was granted stays" in page.content.decode()
    assert "This challenge is closed; what was granted stays." in [
        str(one) for one in told.context["messages"]
    ]


def test_what_waits_is_decided_after_the_deadline_and_a_refusal_thought_over(
    challenge, contested, manager
):
    close(challenge=challenge, by=manager)
    before = numbers()[0]

    actions.refuse_contest(contest=contested, answer="No.", by=manager)
    actions.reconsider_contest(contest=contested, by=manager)
    actions.accept_contest(contest=contested, granted="full", answer="Yes.", by=manager)

    assert numbers()[0] > before


MOVES = [(a, b) for a in ContestState.values for b in ContestState.values if a != b]
VERBS = {
    "accepted": lambda row, by: actions.accept_contest(
        contest=row, granted="full", answer="", by=by
    ),
    "refused": lambda row, by: actions.refuse_contest(contest=row, answer="No.", by=by),
    "withdrawn": lambda row, by: actions.withdraw_contest(contest=row, by=by),
    "open": lambda row, by: actions.reconsider_contest(contest=row, by=by),
}


def brought_to(state: str, contested: Contest, by) -> Contest:
    if state != "open":
        VERBS[state](contested, by)
    contested.refresh_from_db()
    return contested


@pytest.mark.parametrize("before, after", MOVES)
def test_only_the_moves_of_the_table_are_made(contested, manager, before, after):
    row = brought_to(before, contested, manager)

    if (before, after) in CONTEST_MOVES:
        assert VERBS[after](row, manager).state == after
    else:
        with pytest.raises(MatchProblem, match="meanwhile"):
            VERBS[after](row, manager)


@pytest.mark.parametrize("before, after", [move for move in MOVES if move not in CONTEST_MOVES])
def test_the_database_refuses_every_other_move(contested, manager, before, after):
    row = brought_to(before, contested, manager)
    granted = "full" if after == "accepted" else ""

    with pytest.raises(Error, match="transition"), transaction.atomic():
        Contest.objects.filter(pk=row.pk).update(state=after, granted=granted)


def test_an_unnamed_company_stays_unnamed_in_what_was_granted(contested, manager):
    computed = part("theme").reason
    identifying = Reason("text_close", words=["Sensorværket"])

    actions.accept_contest(contest=contested, granted="full", answer="", by=manager)

    granted = part("theme").reason
    assert sentence(computed) in sentence(granted)
    told = Reason("granted", share=1.0, share_found=0.2, found=identifying.to_data())
    assert "Sensorværket" in sentence(told)
    assert "Sensorværket" not in sentence(told, anonymous=True)


def test_the_company_contests_on_its_page_and_the_manager_decides_on_his(
    client, challenge, company, owner, manager, scored, write_reasons
):
    scored()
    write_reasons()
    reference = ReferenceFactory(company=company)
    of_others = ReferenceFactory()
    form = reverse("matching:contest_finding", args=[company.slug, challenge.slug, "theme"])
    page = reverse("matching:company_match", args=[company.slug, challenge.slug])
    client.force_login(owner)

    offered = client.get(page).content.decode()
    empty = client.post(form).content.decode()
    foreign = client.post(form, {"statement": "See.", "reference": of_others.pk})
    script = client.post(form, {"statement": "See.", "link": "javascript:alert(1)"})
    client.post(form, {"statement": "See <b>there</b>.", "reference": reference.pk})
    waiting = client.get(page).content.decode()

    assert form in offered
    assert (empty.count("data-error-summary"), empty.count("(optional)")) == (1, 0)
    assert (foreign.status_code, script.status_code) == (200, 200)
    assert form not in waiting
    contest = Contest.objects.get()
    assert (contest.reference, contest.state) == (reference, "open")
    client.force_login(manager)
    shown = client.get(contest.get_absolute_url()).content.decode()
    tab = client.get(reverse("matching:challenge", args=[challenge.slug])).content.decode()
    refused = client.post(contest.get_absolute_url(), {"decision": "refuse"}).content.decode()
    client.post(contest.get_absolute_url(), {"decision": "half", "answer": "Agreed."})
    assert (refused.count("data-error-summary"), refused.count("(optional)")) == (1, 0)
    assert "See &lt;b&gt;there&lt;/b&gt;." in shown
    assert "1 finding is contested" in tab
    contest.refresh_from_db()
    assert (contest.state, contest.granted) == ("accepted", "half")
    client.force_login(owner)
    assert "Agreed." in client.get(page).content.decode()


def test_what_was_contested_is_learned_from(contested):
    told = RecordedOutcome.objects.values_list("outcome", "reason")

    assert list(told) == [("contested", "theme")]


def test_a_manager_reads_of_a_company_without_a_name_what_its_score_page_tells(
    client, challenge, company, owner, manager, scored
):
    scored()
    row = actions.contest(
        challenge=challenge,
        company=company,
        criterion="text",
        statement="We do more than that.",
        link="https://sensor.example/more",
        by=owner,
    )
    client.force_login(manager)
    url = row.get_absolute_url()

    named = client.get(url).context["finding"]["text"]
    company.cluster_memberships.all().delete()
    unnamed = client.get(url).context

    assert "sensors" in named
    assert unnamed["finding"]["text"] == named.partition(":")[0]
    assert unnamed["name"] == "A company of no cluster organisation"
