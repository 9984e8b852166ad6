"""The buttons of the steps, what they say, and the way back."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from applications import actions
from applications.choices import Status
from applications.models import Application
from challenges.wording import deadline_written_out
from tests.applications.conftest import (
    another,
    door,
    go,
    page_for,
    press,
    signed_in,
    status_of,
    words_of,
)
from tests.factories import ChallengeFactory, CompanyMemberFactory, MembershipFactory

pytestmark = pytest.mark.django_db

DOORS = ("shortlist", "agree_pilot", "take_back_pilot", "take_off_shortlist")
LABELS = (
    "Put on the shortlist",
    "Agree a pilot",
    "Take the pilot back",
    "Take off the shortlist",
)


@pytest.mark.parametrize("page", ["challenge", "read", "compare"])
@pytest.mark.parametrize(
    "steps, labels, status",
    [
        (0, {"Put on the shortlist"}, "Submitted"),
        (1, {"Agree a pilot", "Take off the shortlist"}, "On the shortlist"),
        (2, {"Take the pilot back"}, "Chosen for a pilot"),
    ],
)
def test_a_page_shows_the_step_and_the_buttons_that_make_sense(
    as_marta, at, page, steps, labels, status
):
    text = words_of(as_marta.get(page_for(at(steps), page)))

    assert {label for label in LABELS if f"{label} : Kabelro" in text} == labels
    assert status in text
    assert "The company sees the step on its own page; no letter is sent" in text


@pytest.mark.parametrize("page", ["challenge", "read", "compare"])
def test_before_the_deadline_there_are_no_buttons_and_it_is_said_why(as_marta, sent, page):
    text = words_of(as_marta.get(page_for(sent, page)))

    assert [label for label in LABELS if label in text] == []
    assert "the ticked ones on the shortlist" not in text
    assert "You can put applications on the shortlist once the deadline has passed." in text


def test_the_steps_are_walked_and_each_is_undone(as_marta, over):
    walk = [
        ("shortlist", Status.SHORTLISTED, "On the shortlist now: Kabelro ApS.", Status.SUBMITTED),
        ("agree_pilot", Status.SELECTED, "A pilot is agreed with: Kabelro", Status.SHORTLISTED),
        ("take_back_pilot", Status.SHORTLISTED, "No pilot any more", Status.SELECTED),
    ]
    for name, status, said, before in walk:
        response = press(as_marta, over, name)
        assert (status_of(over), said in words_of(response)) == (status, True)

        undo = response.context["step_back"]
        as_marta.post(undo, {"a": response.context["step_taken"]["ids"]})
        assert status_of(over) == before

        press(as_marta, over, name)


def test_taken_off_it_is_put_on_again_by_undo(as_marta, at):
    row = at(1)

    response = press(as_marta, row, "take_off_shortlist")
    off = status_of(row)
    as_marta.post(response.context["step_back"], {"a": str(row.public_id)})

    assert "Off the shortlist now: Kabelro ApS." in words_of(response)
    assert (off, status_of(row)) == (Status.SUBMITTED, Status.SHORTLISTED)


def test_what_was_done_is_said_once(as_marta, over):
    first = press(as_marta, over, "shortlist")
    again = as_marta.get(page_for(over, "challenge"))

    assert ("Undo" in words_of(first), "Undo" in words_of(again)) == (True, False)


def test_a_colleagues_step_is_not_offered_to_be_undone(as_marta, at):
    response = press(as_marta, at(1), "shortlist")

    assert response.context["step_taken"] == {}
    assert "Had been done already: Kabelro ApS." in words_of(response)


def test_several_with_a_stale_tick(as_marta, challenge, over, answers, marta):
    gone, further, fresh = (another(challenge, answers, name) for name in "ABC")
    actions.withdraw(application=gone, by=None)
    go(actions.agree_pilot, go(actions.shortlist, further, marta), marta)
    ticked = {"a": [str(row.public_id) for row in (gone, over, further, fresh)]}

    response = as_marta.post(door(over, "shortlist"), ticked, follow=True)

    text = words_of(response)
    assert "On the shortlist now: Kabelro ApS, C." in text
    assert "because of their status: A (Withdrawn), B (Chosen for a pilot)." in text
    assert response.context["step_taken"]["ids"] == [str(over.public_id), str(fresh.public_id)]


def test_without_a_tick_it_is_said(as_marta, over):
    response = as_marta.post(door(over, "shortlist"), follow=True)

    assert "Tick at least one application first." in words_of(response)


@pytest.mark.parametrize("name", ["shortlist", "agree_pilot"])
def test_too_early_it_is_said_when(as_marta, sent, name):
    response = press(as_marta, sent, name)

    assert deadline_written_out(sent.challenge, language="en") in words_of(response)
    assert status_of(sent) == Status.SUBMITTED


@pytest.mark.parametrize(
    "bad", ["nonsense", "", "00000000-0000-4000-8000-000000000000", "\x00", "1" * 500]
)
def test_an_id_that_is_none_of_this_challenge_is_refused_whole(as_marta, over, bad):
    response = as_marta.post(door(over, "shortlist"), {"a": [str(over.public_id), bad]})

    assert (response.status_code, status_of(over)) == (404, Status.SUBMITTED)


def test_an_application_of_another_challenge_is_refused(as_marta, over, marta):
    organisation = marta.organisation_memberships.get().organisation
    other = ChallengeFactory(closed=True, lab__cluster=organisation)
    address = reverse("applications:shortlist", args=[other.slug])

    response = as_marta.post(address, {"a": str(over.public_id)})

    assert (response.status_code, status_of(over)) == (404, Status.SUBMITTED)


@pytest.mark.parametrize("name", DOORS)
def test_only_managers_of_the_cluster_decide(client, at, name):
    row = at({"shortlist": 0, "take_back_pilot": 2}.get(name, 1))
    before = status_of(row)
    strangers = [
        MembershipFactory().user,
        MembershipFactory(role="partner", organisation=row.challenge.lab.cluster).user,
        CompanyMemberFactory(company=row.company).user,
    ]

    codes = [press(signed_in(user), row, name).status_code for user in strangers]

    assert codes == [404] * 3
    assert client.post(door(row, name), {"a": str(row.public_id)}).status_code == 302
    assert status_of(row) == before


@pytest.mark.parametrize("name", DOORS)
def test_looking_changes_nothing(as_marta, at, name):
    row = at({"shortlist": 0, "take_back_pilot": 2}.get(name, 1))
    before = status_of(row)

    response = as_marta.get(door(row, name), {"a": str(row.public_id)})

    assert (response.status_code, status_of(row)) == (302, before)


def test_no_other_site_can_press_a_button(marta, over):
    client = Client(enforce_csrf_checks=True)
    client.force_login(marta)

    response = client.post(door(over, "shortlist"), {"a": str(over.public_id)})

    assert (response.status_code, status_of(over)) == (403, Status.SUBMITTED)


def test_the_ticks_go_with_the_token_of_their_button(marta, over):
    """The list compares by GET; only the button that changes something carries the token."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(marta)
    page = client.get(page_for(over, "challenge")).content.decode()
    button = re.search(r'formaction="([^"]+)" name="csrfmiddlewaretoken" value="([^"]+)"', page)
    (form,) = re.findall(r'<form class="stack" method="get".*?</form>', page, re.DOTALL)

    response = client.post(button[1], {"a": str(over.public_id), "csrfmiddlewaretoken": button[2]})

    assert (response.status_code, status_of(over)) == (302, Status.SHORTLISTED)
    assert 'type="hidden"' not in form


def test_back_to_where_it_was_pressed(as_marta, over):
    slug, one = over.challenge.slug, str(over.public_id)
    tab = f"/applications/challenge/{slug}/"
    pressed = [
        (f"{door(over, 'shortlist')}?order=company", "list", f"{tab}?order=company"),
        (door(over, "agree_pilot"), "read", f"{tab}{one}/"),
        (f"{door(over, 'take_back_pilot')}?a={one}", "compare", f"{tab}compare/?a={one}"),
        (door(over, "take_off_shortlist"), "//evil.example", tab),
    ]

    found = [as_marta.post(url, {"a": one, "on": on}).url for url, on, _back in pressed]

    assert found == [back for _url, _on, back in pressed]


def test_one_that_was_withdrawn_leads_back_to_the_list(as_marta, over, freja):
    actions.withdraw(application=over, by=freja)

    response = press(as_marta, over, "shortlist", on="read")

    assert response.redirect_chain[-1][0] == page_for(over, "challenge")
    assert "Kabelro ApS (Withdrawn)" in words_of(response)


def test_the_list_counts_the_steps_and_filters_by_them(as_marta, challenge, over, answers, marta):
    go(actions.shortlist, another(challenge, answers, "A"), marta)
    go(actions.shortlist, another(challenge, answers, "B"), marta)

    page = as_marta.get(page_for(over, "challenge"))
    shortlisted = as_marta.get(page_for(over, "challenge") + "?step=shortlisted&order=company")
    nobody = as_marta.get(page_for(over, "challenge") + "?step=selected")

    assert [(one["label"], one["count"]) for one in page.context["tallies"]] == [
        ("All", 3),
        ("Submitted", 1),
        ("On the shortlist", 2),
    ]
    names = [one.application.company.name for one in shortlisted.context["arrived"]]
    assert names == ["A", "B"]
    assert "3 applications have arrived." in words_of(shortlisted)
    assert len(nobody.context["arrived"]) == 3


@pytest.mark.parametrize(
    "steps, words",
    [
        (1, "Your application is on the shortlist"),
        (2, "Your application is chosen for a pilot"),
    ],
)
def test_the_company_reads_where_it_stands(as_freja, at, steps, words):
    row = at(steps)

    own = words_of(as_freja.get(row.get_absolute_url()))
    listed = words_of(as_freja.get(reverse("applications:list")))

    assert words in own
    assert "Withdraw …" in own
    status = {1: "On the shortlist", 2: "Chosen for a pilot"}[steps]
    assert (status in own, status in listed) == (True, True)


def test_the_form_of_one_that_is_decided_on_leads_to_its_page(as_freja, at):
    row = at(1)

    response = as_freja.get(reverse("applications:edit", args=[row.public_id]))

    assert response.url == row.get_absolute_url()


def test_what_was_typed_while_it_was_decided_on_is_kept(as_freja, at, answers):
    row = at(1)
    typed = {**answers, "pitch": "Better ears", "revision": row.revision, "writer": "a", "send": 1}

    response = as_freja.post(reverse("applications:edit", args=[row.public_id]), typed)

    row.refresh_from_db()
    assert (response.status_code, row.pending) == (409, {"pitch": "Better ears"})
    assert "what you sent before counts" in words_of(response)


def test_the_company_withdraws_from_the_shortlist_by_its_page(as_freja, at):
    row = at(1)
    address = reverse("applications:withdraw", args=[row.public_id])

    asked = words_of(as_freja.get(address))
    as_freja.post(address)

    assert "is told that it was withdrawn" in asked
    assert "it cannot be sent unless the challenge opens again" in asked
    assert status_of(row) == Status.WITHDRAWN


@pytest.mark.parametrize("steps, said", [(1, "On the shortlist"), (2, "Chosen for a pilot")])
def test_the_sheet_says_where_it_stands(as_marta, at, steps, said):
    row = at(steps)
    address = reverse("applications:export", args=[row.challenge.slug, "csv"])

    assert f",{said}," in as_marta.get(address).content.decode("utf-8-sig")


@pytest.mark.parametrize("page", ["challenge", "compare"])
def test_a_page_costs_the_same_with_many(
    as_marta, challenge, over, answers, page, django_assert_max_num_queries
):
    def address():
        ids = "&".join(f"a={row.public_id}" for row in Application.objects.all()[:4])
        return f"{door(over, page)}?{ids}"

    as_marta.get(address())
    with django_assert_max_num_queries(40) as few:
        as_marta.get(address())
    for number in range(3):
        another(challenge, answers, f"Company {number}")

    with django_assert_max_num_queries(len(few)):
        as_marta.get(address())
