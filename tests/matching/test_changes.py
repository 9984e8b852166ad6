"""What would change a score most, in words, for both sides."""

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils.translation import override

from companies.actions import confirm_reference, save_solution
from matching import actions
from matching.actions import explain_waiting, rescore_companies
from matching.models import Match
from matching.scoring import Reason
from matching.scoring.changes import Gain
from matching.wording import CHANGES, advice
from tests.factories import AccountFactory, CompanyMemberFactory, ReferenceFactory

CASES = [
    (Reason("write_text"), False, "Describe what the company does: up to 10.0 points more"),
    (
        Reason("add_capability", capability="grid_sensors", must=True),
        True,
        "State the must-have capability “Grid sensors”, if you have it: 10.0 points more",
    ),
    (
        Reason("add_capability", capability="drones", must=False),
        True,
        "State the capability “Drones and inspection robots”, if you have it: 10.0 points more",
    ),
    (
        Reason("add_theme", theme="applied_ai"),
        True,
        "State the theme “Applied AI and data”, if you work in it: 10.0 points more",
    ),
    (
        Reason("state_trl", low=6, high=8),
        True,
        "State the TRL of a solution, if it is within 6–8: 10.0 points more",
    ),
    (
        Reason("state_trl", low=6, high=6),
        True,
        "State the TRL of a solution, if it is 6: 10.0 points more",
    ),
    (
        Reason("reach_trl", low=6, high=8),
        True,
        "Add a solution that has reached TRL 6–8: 10.0 points more",
    ),
    (
        Reason("serve_country", country="NO"),
        True,
        "State that you deliver to Norway, if you do: 10.0 points more",
    ),
    (Reason("state_place"), False, "State where the company is: up to 10.0 points more"),
    (Reason("add_reference"), True, "Add a reference: 10.0 points more"),
    (
        Reason("have_reference_confirmed"),
        True,
        "Have the client confirm a reference: 10.0 points more",
    ),
    (
        Reason("state_language", languages=["da", "nb"]),
        True,
        "Name a language of work of this challenge: Danish, Norwegian Bokmål: 10.0 points more",
    ),
    (Reason("state_size"), False, "State the size of the company: up to 10.0 points more"),
]


@pytest.mark.parametrize("reason, is_certain, text", CASES, ids=[text for *_, text in CASES])
def test_advice_in_words(reason, is_certain, text):
    with override("en"):
        assert advice(Gain("any", reason, 100, is_certain)) == text


def test_every_change_is_in_the_table():
    assert {reason.code for reason, *_ in CASES} == set(CHANGES)


@pytest.mark.django_db
def test_both_sides_read_the_same_and_following_it_brings_what_it_says(
    client, challenge, manager, new_company, scored, write_reasons
):
    challenge.trl_min, challenge.trl_max = 6, 8
    challenge.save()
    company = new_company("Sensorer")
    scored()
    write_reasons()
    owner = CompanyMemberFactory(company=company, user=AccountFactory()).user
    match = Match.objects.get()
    pages = {
        manager: reverse("matching:detail", args=[challenge.slug, match.pk]),
        owner: reverse("matching:company_match", args=[company.slug, challenge.slug]),
    }

    told = []
    for user, url in pages.items():
        client.force_login(user)
        told.append(client.get(url).context["changes"])
    solution = save_solution(company=company, fields={"name": "", "trl": 6}, by=None)
    rescore_companies(company_ids=[company.pk])

    assert told[0] == told[1]
    assert solution.trl == 6
    more = Match.objects.get().total - match.total
    assert told[0][0] == (
        f"State the TRL of a solution, if it is within 6–8: {more / 10} points more"
    )


@pytest.mark.django_db
def test_a_claim_that_its_client_confirms_brings_what_was_said(
    client, challenge, manager, new_company, scored, write_reasons
):
    company = new_company("Sensorer")
    claims = [ReferenceFactory(company=company, title=f"Harbour {n}") for n in range(2)]
    scored()
    write_reasons()
    match = Match.objects.get()
    client.force_login(manager)
    page = client.get(reverse("matching:detail", args=[challenge.slug, match.pk]))

    for claim in claims:
        confirm_reference(reference=claim, organisation=challenge.lab.cluster, by=None)
        if claim == claims[0]:
            rescore_companies(company_ids=[company.pk])
            more = Match.objects.get().total - match.total
    rescore_companies(company_ids=[company.pk])
    write_reasons()
    both = client.get(reverse("matching:detail", args=[challenge.slug, match.pk]))

    assert page.context["changes"] == [
        f"Have the client confirm a reference: {more / 10} points more"
    ]
    assert both.context["changes"] == ["Add a reference: 0.9 points more"]


@pytest.mark.django_db
def test_changes_are_found_by_the_worker_once_and_again_after_a_decision(
    client, challenge, manager, new_company, scored, write_reasons
):
    company = new_company("Sensorer", description="")
    scored()
    explain_waiting(may_go_on=lambda: True)
    match = Match.objects.get()
    client.force_login(manager)
    url = reverse("matching:detail", args=[challenge.slug, match.pk])

    before = client.get(url)
    write_reasons()
    found = client.get(url)
    actions.override(
        challenge=challenge, company=company, kind="raise", points=5, reason="Seen it.", by=manager
    )
    after_decision = client.get(url)
    write_reasons()
    anew = client.get(url)

    told = [page.context["changes"] for page in (before, found, after_decision, anew)]
    assert [one is None for one in told] == [True, False, True, False]
    assert "Changes of the profile are being tried" in before.content.decode()
    assert found.context["changes"]


@pytest.mark.django_db
def test_nobody_waits_for_advice_about_a_profile_that_has_changed(
    client, challenge, manager, new_company, scored, write_reasons
):
    company = new_company("Sensorer")
    scored()
    write_reasons()
    challenge.__class__.objects.update(status="closed")
    save_solution(company=company, fields={"name": "", "trl": 6}, by=None)
    cache.clear()

    write_reasons()
    client.force_login(manager)
    page = client.get(reverse("matching:detail", args=[challenge.slug, Match.objects.get().pk]))

    assert page.context["changes"] == []
    assert "What would change it most" not in page.content.decode()
