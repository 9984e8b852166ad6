"""The demonstration tells one story: whatever one file names, another file holds."""

import datetime as dt
import itertools
import re
import tomllib
import zoneinfo
from collections import Counter
from pathlib import Path

import pytest

from taxonomy.capabilities import CAPABILITY_BY_CODE
from taxonomy.languages import LANGUAGE_BY_CODE
from taxonomy.themes import THEME_BY_CODE

DATA = Path(__file__).resolve().parents[2] / "demo" / "data"
SIZES = {"micro", "small", "medium", "small_mid_cap", "large"}
OFFERS = {
    "market_dialogue",
    "scouting",
    "prize",
    "pilot_purchase",
    "innovation_partnership",
    "tender",
}
REASONS = {"capacity", "fit", "timing", "terms", "not_interested"}
BRIEF = ("need", "practice_today", "wanted_outcome", "success_criteria", "out_of_scope")


def read(name):
    return tomllib.loads((DATA / name).read_text(encoding="utf-8"))


NETWORKS = {row["slug"]: row for row in read("networks.toml")["network"]}
ORGANISATIONS = {row["slug"]: row for row in read("organisations.toml")["organisation"]}
PEOPLE = read("people.toml")["person"]
LABS = {row["slug"]: row for row in read("labs.toml")["lab"]}
CHALLENGES = {row["slug"]: row for row in read("challenges.toml")["challenge"]}
COMPANIES = {
    row["slug"]: row
    for path in sorted((DATA / "companies").glob("*.toml"))
    for row in tomllib.loads(path.read_text(encoding="utf-8"))["company"]
}
ROUNDS = read("answers.toml")["round"]
APPLICATIONS = read("applications.toml")["application"]


def pairs(rows):
    return [(round_["challenge"], slug) for round_ in rows for slug in round_["invited"]]


def answers():
    return [(row["challenge"], answer) for row in ROUNDS for answer in row.get("answer", [])]


def year_of(challenge):
    return challenge["published"].year if "published" in challenge else 2026


def test_story_has_the_promised_breadth():
    states = Counter(challenge["state"] for challenge in CHALLENGES.values())

    assert len(LABS) == 10
    assert states == {"draft": 3, "open": 11, "closed": 12, "withdrawn": 1}
    assert len(pairs(ROUNDS)) >= 110
    assert len(answers()) >= 60
    assert len(APPLICATIONS) >= 40


def test_every_reference_between_files_resolves():
    memberships = [membership for person in PEOPLE for membership in person.get("memberships", [])]
    named = {
        "networks": {slug for row in ORGANISATIONS.values() for slug in row["networks"]},
        "organisations": {row["organisation"] for row in memberships if "organisation" in row},
        "clusters": {row["cluster"] for row in LABS.values()},
        "labs": {row["lab"] for row in CHALLENGES.values()},
        "challenges": {row["challenge"] for row in ROUNDS + APPLICATIONS},
        "companies": {slug for _, slug in pairs(ROUNDS)}
        | {answer["company"] for _, answer in answers()}
        | {row["company"] for row in APPLICATIONS}
        | {row["company"] for row in PEOPLE if "company" in row},
    }

    unknown = {
        "networks": named["networks"] - NETWORKS.keys(),
        "organisations": named["organisations"] - ORGANISATIONS.keys(),
        "clusters": named["clusters"] - ORGANISATIONS.keys(),
        "labs": named["labs"] - LABS.keys(),
        "challenges": named["challenges"] - CHALLENGES.keys(),
        "companies": named["companies"] - COMPANIES.keys(),
    }

    assert unknown == {kind: set() for kind in unknown}


def test_a_cluster_runs_each_lab():
    assert {ORGANISATIONS[lab["cluster"]]["kind"] for lab in LABS.values()} == {"cluster"}


def test_each_running_cluster_has_a_manager():
    managed = {
        membership["organisation"]
        for person in PEOPLE
        for membership in person.get("memberships", [])
        if membership["role"] == "cluster_manager"
    }

    assert {lab["cluster"] for lab in LABS.values()} - managed == set()


def test_people_have_one_address_each_and_none_is_real():
    addresses = [person["email"] for person in PEOPLE]

    assert [address for address, count in Counter(addresses).items() if count > 1] == []
    assert [address for address in addresses if not address.endswith(".example")] == []


def test_one_person_stands_for_each_role_on_the_sign_in_page():
    marked = Counter(person["one_click"] for person in PEOPLE if "one_click" in person)

    assert marked == dict.fromkeys(("administrator", "cluster_manager", "partner", "company"), 1)


def test_somebody_holds_two_roles_in_two_organisations():
    roles = [
        {(m["organisation"], m["role"]) for m in person.get("memberships", []) if len(m) == 2}
        for person in PEOPLE
    ]

    assert [pair for pair in roles if len({role for _, role in pair}) == 2] != []


def test_addresses_and_sites_on_the_web_are_examples():
    text = "".join(path.read_text(encoding="utf-8") for path in sorted(DATA.glob("*.toml")))
    hosts = re.findall(r"https?://([^/\"\s]+)|@([\w.-]+\w)", text)

    assert [host for host in map("".join, hosts) if not host.endswith(".example")] == []


@pytest.mark.parametrize("slug", LABS)
def test_lab_can_be_shown_whole(slug):
    lab = LABS[slug]

    assert len(lab["summary"]) <= 160
    assert len(lab["description"].strip().split("\n\n")) in {2, 3, 4}
    assert set(lab["themes"]) - THEME_BY_CODE.keys() == set()
    assert lab["language"] in LANGUAGE_BY_CODE
    assert [
        site["name"]
        for site in lab["site"]
        if not all(
            site[part]
            for part in ("what_can_be_tested", "access", "data_available", "power", "permits")
        )
    ] == []


@pytest.mark.parametrize("slug", CHALLENGES)
def test_challenge_uses_shared_words(slug):
    challenge = CHALLENGES[slug]
    capabilities = challenge["must_have"] + challenge["nice_to_have"]

    assert set(challenge["themes"]) - THEME_BY_CODE.keys() == set()
    assert set(capabilities) - CAPABILITY_BY_CODE.keys() == set()
    assert len(capabilities) == len(set(capabilities))
    assert {challenge["language"], *challenge["languages_of_work"]} - LANGUAGE_BY_CODE.keys() == (
        set()
    )
    assert set(challenge["size_classes"]) - SIZES == set()
    assert challenge["offer_kind"] in OFFERS
    assert challenge["policy"] in {"by_hand", "automatic"}
    assert 1 <= challenge["trl_min"] <= challenge["trl_max"] <= 9
    assert challenge.get("budget_min", 0) <= challenge.get("budget_max", 0)
    assert challenge["time_zone"] in zoneinfo.available_timezones()
    assert len(challenge["title"]) <= 140
    assert len(challenge["question"]) <= 240


@pytest.mark.parametrize(
    "slug", [slug for slug, row in CHALLENGES.items() if row["state"] != "draft"]
)
def test_published_challenge_has_a_full_brief(slug):
    challenge = CHALLENGES[slug]

    assert [part for part in (*BRIEF, "site_access") if not challenge[part].strip()] == []
    assert challenge["question"].strip().endswith("?")


@pytest.mark.parametrize("slug", CHALLENGES)
def test_dates_of_a_challenge_tell_its_state(slug):
    challenge = CHALLENGES[slug]

    if "published" in challenge:
        deadline = challenge["deadline"].date()
        order = [challenge["published"], deadline, challenge["closed"], challenge["decision"]]
        assert challenge["state"] == "closed"
        assert order == sorted(order)
        assert challenge["closed"] - deadline <= dt.timedelta(days=1)
    else:
        assert (challenge["deadline_in_days"] < 0) == (challenge["state"] == "closed")
        assert ("published_days_ago" in challenge) == (challenge["state"] != "draft")


def test_nobody_is_invited_twice_or_applies_twice():
    invited = Counter(pairs(ROUNDS))
    applied = Counter((row["challenge"], row["company"]) for row in APPLICATIONS)

    assert [pair for pair, count in (invited + applied).items() if count > 2] == []
    assert [
        pair for pair, count in itertools.chain(invited.items(), applied.items()) if count > 1
    ] == []


def test_invitations_stay_within_the_maximum():
    too_many = [
        row["challenge"]
        for row in ROUNDS
        if len(row["invited"]) > CHALLENGES[row["challenge"]]["maximum"]
    ]

    assert too_many == []


def test_only_invited_companies_answer_and_a_decline_has_a_reason():
    invited = set(pairs(ROUNDS))

    assert [
        (challenge, answer["company"])
        for challenge, answer in answers()
        if (challenge, answer["company"]) not in invited
    ] == []
    assert [
        answer["company"]
        for _, answer in answers()
        if (answer["answer"] == "declined") != (answer.get("reason") in REASONS)
    ] == []


def test_nothing_is_sent_or_asked_about_a_draft():
    touched = {row["challenge"] for row in ROUNDS + APPLICATIONS}

    assert [slug for slug in touched if CHALLENGES[slug]["state"] == "draft"] == []


def test_no_company_takes_part_before_it_was_founded():
    taking_part = pairs(ROUNDS) + [(row["challenge"], row["company"]) for row in APPLICATIONS]

    assert [
        (challenge, company)
        for challenge, company in taking_part
        if COMPANIES[company]["founded"] > year_of(CHALLENGES[challenge])
    ] == []


def test_companies_applying_are_from_an_eligible_country():
    assert [
        (row["challenge"], row["company"])
        for row in APPLICATIONS
        if CHALLENGES[row["challenge"]]["countries"]
        and COMPANIES[row["company"]]["country"] not in CHALLENGES[row["challenge"]]["countries"]
    ] == []


def test_submitted_applications_are_complete():
    parts = ("pitch", "approach", "pilot_plan", "team", "evidence")

    assert [
        (row["challenge"], row["company"])
        for row in APPLICATIONS
        if row["state"] == "submitted"
        and not (all(row.get(part) for part in parts) and row.get("price_eur"))
    ] == []
    assert {row["state"] for row in APPLICATIONS} == {"draft", "submitted", "withdrawn"}


def test_decided_is_only_what_arrived_for_a_challenge_that_is_over():
    decided = [row for row in APPLICATIONS if "decision" in row]

    assert {row["decision"] for row in decided} == {"shortlisted", "pilot"}
    assert {row["state"] for row in decided} == {"submitted"}
    assert {CHALLENGES[row["challenge"]]["state"] for row in decided} == {"closed"}
