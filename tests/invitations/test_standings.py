"""Who is suggested and who waits, in words; and the shares a network sets."""

from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from challenges.models import Challenge
from invitations import actions
from invitations.choices import Status
from invitations.models import Invitation, NetworkShares
from invitations.wording import STANDINGS, standing
from mail.models import Letter
from matching.models import Match
from matching.scoring import Reason
from tests.factories import ChallengeFactory, NetworkFactory

pytestmark = pytest.mark.django_db

SENTENCES = [
    (
        Reason("chosen", rank=2, of=14, is_newcomer=False),
        "Number 2 of 14 by score.",
    ),
    (
        Reason("chosen", rank=2, of=14, is_newcomer=True),
        "Number 2 of 14 by score; never invited before.",
    ),
    (
        Reason("asked_enough", times=1, days=30, next_on="2026-03-03"),
        "Not now: already asked 1 time in 30 days; may be asked again from 3 March 2026.",
    ),
    (
        Reason("asked_enough", times=2, days=30, next_on="2026-03-03", rank=3, of=14),
        (
            "Not now: already asked 2 times in 30 days; may be asked again from 3 March 2026. "
            "Number 3 of 14 by score."
        ),
    ),
    (
        Reason("asked_elsewhere"),
        (
            "Not now: suggested to other challenges that need it more this time; "
            "if they do not ask it, it is in line here again."
        ),
    ),
    (
        Reason("cluster_full", most=1),
        "Not now: members of its cluster organisation have the 1 place they may have here.",
    ),
    (
        Reason("cluster_full", most=4),
        "Not now: members of its cluster organisation have the 4 places they may have here.",
    ),
    (
        Reason("places_taken", line=3),
        "Not now: the places go to others; number 3 in line.",
    ),
    (
        Reason("paused", until="2026-03-03"),
        "Not now: it wants no letters until 3 March 2026.",
    ),
    (
        Reason("theme_unwanted"),
        "Not suggested: it wants letters about other themes only.",
    ),
    (
        Reason("country_unwanted"),
        "Not suggested: it wants letters about other countries only.",
    ),
    (
        Reason("enough", most=1),
        "Not now: it wants 1 letter a month at most, and had it.",
    ),
    (
        Reason("enough", most=3),
        "Not now: it wants 3 letters a month at most, and had them.",
    ),
    (
        Reason("reader_paused"),
        "Not now: the person who receives its letters wants none for a while.",
    ),
    (
        Reason("reader_theme_unwanted"),
        "Not suggested: the person who receives its letters wants none about this theme.",
    ),
    (
        Reason("reader_country_unwanted"),
        "Not suggested: the person who receives its letters wants none about this country.",
    ),
    (
        Reason("reader_enough"),
        "Not now: the person who receives its letters had as many this month as they want.",
    ),
    (
        Reason("below_threshold", threshold=55),
        "Below the lowest score to invite, 55.",
    ),
]


@pytest.mark.parametrize("reason, sentence", SENTENCES)
def test_every_reason_is_a_sentence(reason, sentence):
    assert standing(reason) == sentence


def test_no_reason_is_without_its_sentence():
    assert {reason.code for reason, _sentence in SENTENCES} == set(STANDINGS)


# The tab.


@pytest.fixture
def tab(challenge):
    return reverse("invitations:challenge", args=[challenge.slug])


@pytest.fixture
def as_manager(client, manager):
    client.force_login(manager)
    return client


def rows_of(page) -> dict[str, str]:
    return {row.one.name: row.standing for row in page.context["rows"]}


def asked_elsewhere(company, *, days: int) -> None:
    Invitation.objects.create(
        challenge=ChallengeFactory(open=True),
        company=company,
        status=Status.SENT,
        letter_id="there",
        sent_at=timezone.now() - timedelta(days=days),
    )


def test_the_tab_says_of_everybody_where_they_stand(
    as_manager, challenge, tab, new_company, scored, share_out
):
    """All score the same but one, so they stand in the order they came."""
    busy = new_company("Busy")
    for name in ("Best", "Good", "Next"):
        new_company(name)
    new_company("Weak", description="We bake bread.", themes=[], capabilities=[])
    Challenge.objects.filter(pk=challenge.pk).update(maximum=2, threshold=50)
    challenge.refresh_from_db()
    scored()
    for days in (3, 20):
        asked_elsewhere(busy, days=days)
    share_out()

    page = as_manager.get(tab)

    again = timezone.localdate() + timedelta(days=10)
    assert rows_of(page) == {
        "Busy": "Not now: already asked 2 times in 30 days; may be asked again from "
        f"{again.day} {again:%B %Y}. Number 1 of 4 by score.",
        "Best": "Number 2 of 4 by score; never invited before.",
        "Good": "Number 3 of 4 by score; never invited before.",
        "Next": "Not now: the places go to others; number 1 in line.",
        "Weak": "Below the lowest score to invite, 50.",
    }
    assert page.content.decode().count(">Suggested<") == 2
    assert "Continue with all 2 suggested" in page.content.decode()


def test_what_happened_since_the_round_is_told_first(
    as_manager, tab, new_company, scored, share_out
):
    company = new_company("Busy")
    scored()
    share_out()
    Invitation.objects.all().delete()
    for days in (0, 1):
        asked_elsewhere(company, days=days)

    sentences = rows_of(as_manager.get(tab))

    assert sentences["Busy"].startswith("Not now: already asked 2 times in 30 days")


def test_all_suggested_are_chosen_by_one_button(
    as_manager, challenge, manager, new_company, scored, share_out
):
    for number in range(3):
        new_company(f"Firma {number}")
    scored()
    Challenge.objects.filter(pk=challenge.pk).update(maximum=2)
    share_out()

    page = as_manager.post(
        reverse("invitations:choose", args=[challenge.slug]), {"suggested": "1"}, follow=True
    )

    assert "Invite 2 companies" in page.content.decode()
    assert set(Invitation.objects.values_list("proposed_by", flat=True)) == {manager.pk}


def test_a_manager_is_told_and_never_blocked(as_manager, challenge, tab, new_company, scored):
    company = new_company("Busy")
    scored()
    for days in (3, 20):
        asked_elsewhere(company, days=days)

    chosen = as_manager.post(
        reverse("invitations:choose", args=[challenge.slug]),
        {"match": [Match.objects.get(challenge=challenge, company=company).pk]},
        follow=True,
    )
    listed = rows_of(as_manager.get(tab))
    row = Invitation.objects.get(challenge=challenge)
    as_manager.post(
        reverse("invitations:send", args=[challenge.slug]),
        {"i": [row.pk], "note": "", "send": "1"},
    )

    assert "Already asked 2 times in 30 days." in chosen.content.decode()
    assert listed == {"Busy": "Already asked 2 times in 30 days."}
    assert Letter.objects.filter(kind="invite-company").count() == 1


def test_hands_fill_places_that_would_be_suggested(
    challenge, manager, new_company, scored, share_out
):
    weak, _strong = new_company("Weak"), new_company("Strong")
    scored()
    Challenge.objects.filter(pk=challenge.pk).update(maximum=1)
    actions.propose(challenge=challenge, company_ids=[weak.pk], by=manager)

    share_out()

    assert list(Invitation.objects.values_list("company", flat=True)) == [weak.pk]


def test_a_fewest_that_cannot_be_had_is_told(
    as_manager, challenge, tab, new_company, scored, share_out
):
    new_company()
    scored()
    Challenge.objects.filter(pk=challenge.pk).update(minimum=3)
    share_out()

    page = as_manager.get(tab).content.decode()

    assert "2 invitations are missing to the fewest you want" in page


@pytest.mark.parametrize("door", ["withdraw", "propose_again"])
def test_a_hand_that_frees_or_fills_a_place_asks_for_a_round(
    as_manager, challenge, invited, door, django_capture_on_commit_callbacks
):
    row = invited()
    if door == "propose_again":
        actions.withdraw(invitation=row, by=None)
    connection.run_on_commit.clear()

    with django_capture_on_commit_callbacks() as rings:
        as_manager.post(reverse(f"invitations:{door}", args=[row.pk]))

    assert "invitations.tasks.share_places" in [getattr(ring, "name", "") for ring in rings]


# Shares.


@pytest.fixture
def network(challenge):
    found = NetworkFactory(name="Nordic Energy Network")
    challenge.lab.cluster.networks.add(found)
    return found


@pytest.fixture
def shares(network):
    return reverse("invitations:shares", args=[network.slug])


def test_a_manager_sets_the_shares_and_the_tab_tells_them(as_manager, tab, network, shares):
    page = as_manager.post(
        shares, {"newcomers": 20, "cluster": 40, "revision": 0}, follow=True
    ).content.decode()

    assert "Saved." in page
    stored = NetworkShares.objects.get(network=network)
    assert (stored.newcomers, stored.cluster) == (20, 40)
    told = as_manager.get(tab).content.decode()
    assert "20 % of the places are kept for companies that were never invited." in told
    assert "40 % at most go to members of one cluster organisation." in told


def test_reading_the_shares_stores_nothing(as_manager, shares):
    page = as_manager.get(shares)

    assert page.status_code == 200
    assert not NetworkShares.objects.exists()


@pytest.mark.parametrize("posted", [{"newcomers": 101}, {"cluster": 0}, {"newcomers": ""}])
def test_shares_are_percent(as_manager, shares, posted):
    page = as_manager.post(shares, {"newcomers": 0, "cluster": 100, "revision": 0, **posted})

    assert page.status_code == 422
    assert not NetworkShares.objects.exists()


def test_who_comes_second_sees_both(as_manager, network, shares):
    actions.set_shares(network=network, fields={"newcomers": 30, "cluster": 100}, by=None)

    page = as_manager.post(shares, {"newcomers": 10, "cluster": 100, "revision": 0})

    assert page.status_code == 409
    assert NetworkShares.objects.get().newcomers == 30


def test_the_fewest_cannot_be_more_than_the_most(as_manager, challenge):
    page = as_manager.post(
        reverse("challenges:edit", args=[challenge.slug, "invitations"]),
        {"policy": "by_hand", "threshold": 10, "minimum": 4, "maximum": 3},
    )

    assert "The fewest invitations are more than the most." in page.content.decode()
