from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from icalendar import Calendar

from challenges import actions
from challenges.choices import Status
from tests.factories import ChallengeFactory, LivingLabFactory, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db


def page(challenge, name="detail", *args):
    return reverse(f"challenges:{name}", args=[challenge.slug, *args])


# Who sees it.


@pytest.mark.parametrize("status", Status.values)
def test_strangers_read_public_challenges_and_no_others(status, client):
    challenge = ChallengeFactory(status=status)
    public = status not in (Status.DRAFT, Status.WITHDRAWN)

    for reader in (None, UserFactory(), MembershipFactory().user):
        if reader:
            client.force_login(reader)
        assert client.get(page(challenge)).status_code == (200 if public else 404)
        assert client.get(page(challenge, "deadline")).status_code == (200 if public else 404)


@pytest.mark.parametrize("status", Status.values)
def test_manager_reads_the_own_challenge_in_every_state(status, client, lab, marta):
    challenge = ChallengeFactory(lab=lab, status=status)
    client.force_login(marta)

    response = client.get(page(challenge))

    assert response.status_code == 200
    assert response.context["manages"] is True


# What it says.


def test_brief_is_marked_with_its_language_and_rendered_from_markdown(client):
    challenge = ChallengeFactory(open=True, language="da", need="**Vigtigt**<script>x</script>")

    html = client.get(page(challenge)).content.decode()

    assert '<div class="prose" lang="da"><p><strong>Vigtigt</strong>&lt;script&gt;' in html
    assert '<h1 lang="da">' in html


def test_closed_page_says_so_and_points_at_similar_open_ones(client):
    closed = ChallengeFactory(closed=True, themes=["smart_home"])
    similar = ChallengeFactory(open=True, themes=["smart_home"], title="Homes that wait")
    ChallengeFactory(open=True, themes=["sensors_grid"], title="Something else")

    html = client.get(page(closed)).content.decode()

    assert "This challenge no longer takes applications" in html
    assert similar.title in html
    assert "Something else" not in html


@pytest.mark.parametrize("open_trait", ["open", "closed"])
def test_public_page_costs_few_queries(open_trait, client):
    challenge = ChallengeFactory(
        **{open_trait: True}, must=["grid_sensors", "heat_pumps", "leak_detection"]
    )
    client.get(page(challenge))

    with CaptureQueriesContext(connection) as queries:
        client.get(page(challenge))

    assert len(queries) == {"open": 2, "closed": 3}[open_trait]


def test_history_names_who_moved_it(client, lab, marta):
    challenge = ChallengeFactory(lab=lab)
    actions.publish(challenge=challenge, by=marta)
    client.force_login(marta)

    moves = client.get(page(challenge)).context["moves"]

    assert [(str(move.label), move.who) for move in moves] == [("Published", "Marta")]


def test_history_is_not_for_strangers(client, lab, marta):
    challenge = ChallengeFactory(lab=lab)
    actions.publish(challenge=challenge, by=marta)

    html = client.get(page(challenge)).content.decode()

    assert "Marta" not in html


# The deadline, with its zone.


def test_deadline_is_shown_in_the_zone_of_the_challenge(client):
    challenge = ChallengeFactory(
        open=True,
        time_zone="Europe/Helsinki",
        deadline=datetime(2031, 6, 4, 20, 59, 59, 999999, tzinfo=UTC),
    )

    assert "4 June 2031, 23:59 EEST" in client.get(page(challenge)).content.decode()


def test_calendar_file_is_the_same_event_after_an_extension(client, lab, marta):
    challenge = ChallengeFactory(
        open=True, lab=lab, deadline=datetime(2031, 6, 4, 21, 59, 59, 999999, tzinfo=UTC)
    )

    before = event(client, challenge)
    actions.extend(challenge=challenge, deadline=datetime(2031, 7, 1, tzinfo=UTC), by=marta)
    after = event(client, challenge)

    assert before["dtstart"].dt == datetime(2031, 6, 4, 21, 59, tzinfo=UTC)
    assert after["dtstart"].dt == datetime(2031, 7, 1, tzinfo=UTC)
    assert before["uid"] == after["uid"]
    assert after["sequence"] >= before["sequence"]


def event(client, challenge):
    response = client.get(page(challenge, "deadline"))
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    return Calendar.from_ical(response.content).walk("VEVENT")[0]


def test_draft_without_a_deadline_has_no_calendar_file(client, lab, marta):
    draft = ChallengeFactory(lab=lab, deadline=None)
    client.force_login(marta)

    assert client.get(page(draft, "deadline")).status_code == 404


# Doors of the manager.

MANAGER_PAGES = [
    ("preview", []),
    ("edit", ["need"]),
    ("edit", ["requirements"]),
    ("publish", []),
    ("close", []),
    ("reopen", []),
    ("extend", []),
    ("withdraw", []),
    ("duplicate", []),
]


@pytest.mark.parametrize("name, args", MANAGER_PAGES)
def test_pages_of_the_manager_refuse_everybody_else(name, args, client, lab, marta):
    challenge = ChallengeFactory(open=True, lab=lab)
    address = page(challenge, name, *args)
    partner = MembershipFactory(organisation=lab.cluster, role="partner").user
    manager_elsewhere = MembershipFactory().user

    assert client.get(address).status_code == 302
    for person in (UserFactory(), partner, manager_elsewhere):
        client.force_login(person)
        assert client.get(address).status_code == 404
        assert client.post(address).status_code in (404, 405)
    client.force_login(marta)
    assert client.get(address).status_code == 200
    challenge.refresh_from_db()
    assert challenge.status == Status.OPEN


def test_preview_shows_the_draft_as_the_public_will_see_it(client, lab, marta):
    draft = ChallengeFactory(lab=lab)
    client.force_login(marta)

    response = client.get(page(draft, "preview"))

    assert response.context["preview"] is True
    assert "Manage" not in response.content.decode()


def test_new_challenge_begins_with_a_title_in_a_lab_of_ones_own(client, lab, marta):
    client.force_login(marta)
    address = reverse("challenges:create")
    answer = {"lab": lab.slug, "title": "Quiet grid", "language": "da"}

    response = client.post(address, answer)
    elsewhere = client.post(address, {**answer, "lab": LivingLabFactory().slug})

    assert response["Location"] == "/challenges/quiet-grid/edit/need/"
    assert elsewhere.status_code == 404


def test_markdown_preview_shows_what_the_page_will_show(client, marta):
    client.force_login(marta)

    response = client.post(reverse("challenges:markdown") + "?field=need", {"need": "**x**"})

    assert response.content.decode() == "<p><strong>x</strong></p>\n"
