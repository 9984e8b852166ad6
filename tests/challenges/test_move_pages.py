from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from challenges.choices import Status
from challenges.models import Challenge
from tests.factories import ChallengeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(client, marta):
    client.force_login(marta)
    return client


def move(challenge, name):
    return reverse(f"challenges:{name}", args=[challenge.slug])


def state(challenge):
    return Challenge.objects.get(pk=challenge.pk).status


def day_in(days):
    day = timezone.localdate(timezone.now() + timedelta(days=days))
    return {"deadline_day": day.isoformat(), "deadline_time": "12:00"}


def test_publishing_from_its_page(lab, manager):
    draft = ChallengeFactory(lab=lab)

    response = manager.post(move(draft, "publish"))

    assert response["Location"] == draft.get_absolute_url()
    assert state(draft) == Status.OPEN


def test_publishing_twice_is_answered_kindly(lab, manager):
    draft = ChallengeFactory(lab=lab)

    answers = [manager.post(move(draft, "publish")) for _ in range(2)]

    assert [answer["Location"] for answer in answers] == [draft.get_absolute_url()] * 2


def test_publish_page_links_to_what_is_missing(lab, manager):
    draft = ChallengeFactory(lab=lab, need="", must=[])

    response = manager.get(move(draft, "publish"))

    assert [item["url"] for item in response.context["required"]] == [
        f"/challenges/{draft.slug}/edit/need/#id_need",
        f"/challenges/{draft.slug}/edit/requirements/#id_capabilities",
    ]
    assert "Publish now" not in response.content.decode()


def test_publish_page_says_how_letters_will_leave(lab, manager):
    draft = ChallengeFactory(lab=lab, policy="automatic", threshold=70, maximum=9)

    html = manager.get(move(draft, "publish")).content.decode()

    assert "if they score 70 or more, 9 at most" in html


@pytest.mark.parametrize(
    "name, trait, answer, expected",
    [
        ("close", "open", {}, Status.CLOSED),
        ("extend", "open", day_in(60), Status.OPEN),
        ("reopen", "closed", day_in(10), Status.OPEN),
        ("withdraw", "closed", {"reason": "The pier is rebuilt."}, Status.WITHDRAWN),
    ],
)
def test_each_move_from_its_page(name, trait, answer, expected, lab, manager):
    challenge = ChallengeFactory(lab=lab, **{trait: True})

    response = manager.post(move(challenge, name), answer)

    assert response.status_code == 302
    assert state(challenge) == expected


@pytest.mark.parametrize(
    "name, trait, answer, sentence",
    [
        ("extend", "open", day_in(-3), "This day has passed; choose a later one."),
        ("extend", "open", day_in(10), "an extension must end later than that"),
        ("reopen", "closed", {}, "This field is required."),
        ("withdraw", "closed", {"reason": " "}, "This field is required."),
        ("withdraw", "open", {"reason": "x"}, "close it before withdrawing it"),
        ("reopen", "open", day_in(60), "Only a closed challenge can be reopened"),
    ],
)
def test_refusals_are_said_on_the_page(name, trait, answer, sentence, lab, manager):
    challenge = ChallengeFactory(lab=lab, **{trait: True})
    before = state(challenge)

    response = manager.post(move(challenge, name), answer)

    assert response.status_code == 200
    assert sentence in response.content.decode()
    assert state(challenge) == before


def test_copying_leads_to_the_copy(lab, manager):
    challenge = ChallengeFactory(lab=lab, closed=True, title="Quiet grid")

    response = manager.post(move(challenge, "duplicate"))

    assert response["Location"] == "/challenges/quiet-grid-copy/edit/need/"


@pytest.mark.parametrize("name", ["publish", "close", "reopen", "extend", "withdraw", "duplicate"])
def test_looking_at_a_move_changes_nothing(name, lab, manager):
    challenge = ChallengeFactory(lab=lab)

    manager.get(move(challenge, name))

    assert list(Challenge.objects.values_list("status", "revision")) == [(Status.DRAFT, 1)]
