"""One match as data: the page again, for a program."""

import json

import pytest
from django.urls import reverse

from companies.choices import Visibility
from companies.models import Company
from matching import actions
from matching.match_data import data_of
from matching.models import Match
from matching.scoring import PARTS, Condition, Finding, Quote, State
from matching.scoring.eligibility import RULES
from matching.scoring.unnamed import TOLD
from matching.showing import ShownMatch, parts_with_reasons, shown_conditions, shown_findings
from tests.factories import AccountFactory, CompanyMemberFactory, ReferenceFactory, SolutionFactory
from tests.matching.test_wording import CASES

pytestmark = pytest.mark.django_db


@pytest.fixture
def company(new_company):
    company = new_company("Sensorer", city="Vejle", size_class="small")
    SolutionFactory(company=company, name="Watcher", trl=6)
    ReferenceFactory(company=company, title="Faults found in the grid of Vejle")
    return company


@pytest.fixture
def scored(scored, write_reasons):
    """With its reasons, as the worker leaves it."""

    def run():
        run = scored()
        write_reasons()
        return run

    return run


def url_of(match: Match) -> str:
    return reverse("matching:data", args=[match.challenge.slug, match.pk])


def read(client, match: Match) -> dict:
    return json.loads(client.get(url_of(match)).content)


def test_parts_add_up_to_the_total_to_the_last_digit(client, challenge, manager, company, scored):
    challenge.trl_min, challenge.trl_max, challenge.languages_of_work = 5, 7, ["en", "da"]
    challenge.save()
    scored()
    actions.override(
        challenge=challenge, company=company, kind="raise", points=7, reason="Known.", by=manager
    )
    actions.write_wanted(challenge_ids=[challenge.pk], may_go_on=lambda: True)
    client.force_login(manager)
    match = Match.objects.get()

    data = read(client, match)

    tenths = {one["criterion"]: one["tenths"] for one in data["findings"]}
    assert data["total_tenths"] == sum(tenths.values()) == match.total
    assert [tenths.get(code, 0) for code in PARTS] == match.parts
    computed = [one for one in data["findings"] if one["criterion"] != "raised"]
    assert sum(one["weight_tenths"] for one in computed) == 1000
    assert all(one["tenths"] == int(one["share"] * one["weight_tenths"] + 0.5) for one in computed)


def test_it_says_what_the_page_says(client, challenge, manager, company, scored):
    scored()
    client.force_login(manager)
    match = Match.objects.get()
    page = client.get(reverse("matching:detail", args=[challenge.slug, match.pk]))

    data = read(client, match)

    assert url_of(match) in page.content.decode()
    told = [
        (one["label"], one["reason"]["text"], one["missing"]["text"]) for one in data["findings"]
    ]
    assert told == [(one.label, one.text, one.missing) for one in page.context["findings"]]
    assert [quote["text"] for one in data["findings"] for quote in one["quotes"]] == [
        quote.text for one in page.context["findings"] for quote in one.quotes
    ]
    assert [(one["label"], one["state"], one["reason"]["text"]) for one in data["conditions"]] == [
        (one.label, one.state, one.text) for one in page.context["conditions"]
    ]
    assert data["company"] == {"name": "Sensorer", "url": company.get_absolute_url()}
    assert data["versions"]["profile_hash"] == match.profile_hash


def test_the_same_inputs_give_the_same_bytes(client, challenge, manager, company, scored):
    """Explained for a reader, after a run, and scored once more."""
    scored()
    client.force_login(manager)
    match = Match.objects.get()

    explained = client.get(url_of(match)).content
    Match.objects.update(findings=None, conditions=[])
    actions.explain_waiting(may_go_on=lambda: True)
    stored = client.get(url_of(match)).content
    scored()
    scored_again = client.get(url_of(Match.objects.get())).content

    assert json.loads(explained)["findings"][0]["quotes"]
    assert explained == stored == scored_again


def test_what_is_not_there_yet_is_no_error(client, challenge, manager, company, scored):
    scored()
    Match.objects.update(findings=None)
    client.force_login(manager)

    answer = client.get(url_of(Match.objects.get()))

    assert (answer.status_code, answer.headers["Retry-After"]) == (202, "2")
    assert answer.json() == {"waiting": "The reasons are being written."}


def test_it_is_worded_in_the_language_of_the_reader(client, challenge, manager, company, scored):
    scored()
    client.force_login(manager)
    match = Match.objects.get()

    english = read(client, match)
    client.cookies["django_language"] = "da"
    manager.language = "da"
    manager.save()
    danish = read(client, match)

    assert english["findings"][0]["label"] == "Fit of the texts"
    assert danish["findings"][0]["label"] != "Fit of the texts"
    for one in (*english["findings"], *danish["findings"]):
        del one["label"], one["reason"]["text"], one["missing"]["text"]
    assert danish["findings"] == english["findings"]


def test_a_company_without_a_name_has_none_as_data_either(
    client, challenge, manager, partner, company, scored
):
    Company.objects.update(visibility=Visibility.CLUSTER)
    challenge.trl_min, challenge.trl_is_must = 5, True
    challenge.save()
    scored()
    match = Match.objects.get()
    client.force_login(manager)
    known = read(client, match)
    client.force_login(partner)

    response = client.get(url_of(match))

    data = json.loads(response.content)
    assert data["company"] == {
        "name": f"A company of {challenge.lab.cluster.name}",
        "url": None,
    }
    assert [one["quotes"] for one in data["findings"]] == [[]] * len(data["findings"])
    text = response.content.decode().lower()
    assert not [said for said in ("sensorer", "vejle", "watcher", "trls") if said in text]
    assert known["versions"]["profile_hash"] not in text
    assert data["total_tenths"] == known["total_tenths"]


OF_ANY = [case for case in CASES if case[0].code in TOLD]


def anonymous(match: Match) -> ShownMatch:
    return ShownMatch(match, None, "A company of Vejle", "", "Vejle", False, [], [], [], [])


@pytest.mark.parametrize("reason, text", OF_ANY, ids=[text for _, text in OF_ANY])
def test_without_a_name_nothing_is_said_of_a_finding_that_its_page_does_not_say(reason, text):
    quote = Quote("profile", "description", 0, "We watch the grid of Vejle.", ("watch",))
    found = Finding("trl", 300, 123, 0.4123456, reason, (quote,))
    match = Match(findings=[found.to_data()], conditions=[])
    (part,) = parts_with_reasons(match, anonymous=True)
    (told,) = shown_findings(match, anonymous=True)

    (data,) = data_of(anonymous(match), challenge={})["findings"]

    assert data == {
        "criterion": part["criterion"],
        "label": part["label"],
        "weight_tenths": part["weight_tenths"],
        "tenths": part["tenths"],
        "share": None,
        "reason": {"code": reason.anonymous.code, "data": {}, "text": part["reason"]},
        "missing": {"codes": [*reason.data.get("missing", ())], "text": told.missing},
        "quotes": [],
    }


@pytest.mark.parametrize("code", RULES)
def test_without_a_name_nothing_is_said_of_a_condition_that_its_page_does_not_say(code):
    for reason in (reason for reason, _ in OF_ANY if reason.code.startswith(f"{code}_")):
        state = State(reason.code.removeprefix(f"{code}_"))
        match = Match(findings=[], conditions=[Condition(code, state, reason).to_data()])
        (told,) = shown_conditions(match, anonymous=True)

        (data,) = data_of(anonymous(match), challenge={})["conditions"]

        assert data == {
            "code": code,
            "label": told.label,
            "state": told.state,
            "reason": {"code": reason.anonymous.code, "data": {}, "text": told.text},
        }


def test_companies_whose_pages_say_the_same_are_the_same_as_data(
    client, challenge, partner, new_company, scored
):
    """Where they are and how far away is what their pages keep to themselves."""
    for country, lat, lon in (("SE", 55.7043, 13.1910), ("NO", 55.7041, 13.1912)):
        new_company("One", country=country, countries_served=["DK"], lat=lat, lon=lon)
    challenge.lab.country, challenge.lab.lat, challenge.lab.lon = "DK", 55.0, 12.0
    challenge.lab.save()
    challenge.needs_presence = True
    challenge.save()
    Company.objects.update(visibility=Visibility.CLUSTER)
    scored()
    client.force_login(partner)

    one, other = (client.get(url_of(match)).content for match in Match.objects.order_by("pk"))

    assert one == other


def test_the_company_reads_the_same_as_the_manager(client, challenge, manager, company, scored):
    owner = CompanyMemberFactory(company=company, user=AccountFactory()).user
    scored()
    client.force_login(manager)
    managers = read(client, Match.objects.get())
    client.force_login(owner)
    url = reverse("matching:company_data", args=[company.slug, challenge.slug])

    page = client.get(reverse("matching:company_match", args=[company.slug, challenge.slug]))
    own = json.loads(client.get(url).content)

    assert url in page.content.decode()
    assert own == managers


def test_it_changes_nothing(client, challenge, manager, company, scored):
    scored()
    Match.objects.update(findings=None)
    client.force_login(manager)
    match = Match.objects.get()

    read(client, match)

    assert client.post(url_of(match)).status_code == 405
    assert Match.objects.get().findings is None
