"""What somebody who speaks for a company finds on the first page."""

from datetime import timedelta

import pytest
from django.utils import timezone

from challenges.models import Challenge
from tests.dashboard.conftest import Seen, applied, invited, matched
from tests.factories import (
    AccountFactory,
    CompanyFactory,
    CompanyMemberFactory,
    ReferenceFactory,
    SolutionFactory,
)


@pytest.fixture
def company(db):
    return CompanyFactory(name="Kabelro ApS", email="post@kabelro.example")


@pytest.fixture
def owner(company):
    return CompanyMemberFactory(company=company, user=AccountFactory()).user


def test_invitations_to_answer_and_drafts_to_send_need_a_company(client, world, company, owner):
    other = CompanyFactory()
    invited(world.later, company, "sent")
    invited(world.closed, company, "sent")
    invited(world.soon, other, "sent")
    applied(world.soon, company, "draft")
    applied(world.later, company, "draft")
    applied(world.closed, company, "draft")

    seen = Seen(client, owner)

    assert seen.needs == [
        (
            "Send the application",
            "Closing soon",
            f"/applications/new/{world.soon.slug}/",
        ),
        ("Answer the invitation", "Closing later", "/invitations/"),
        (
            "Send the application",
            "Closing later",
            f"/applications/new/{world.later.slug}/",
        ),
    ]
    assert seen.urgent == 1


@pytest.mark.parametrize("status", ["proposed", "interested", "declined", "withdrawn", "expired"])
def test_an_invitation_that_is_not_to_answer_does_not_need_it(
    client, world, company, owner, status
):
    invited(world.later, company, status)

    assert Seen(client, owner).needs == []


def test_the_best_three_open_challenges_are_shown_with_their_scores(client, world, company, owner):
    fourth = world.draft
    Challenge.objects.filter(pk=fourth.pk).update(
        status="open", published_at=timezone.now(), deadline=timezone.now() + timedelta(days=9)
    )
    matched(world.soon, company, 400)
    matched(world.later, company, 640)
    matched(fourth, company, 720, is_eligible=False)
    matched(world.closed, company, 800)
    matched(world.soon, CompanyFactory(), 880)

    seen = Seen(client, owner)

    shown = [one.match.total for one in seen.reply.context["shown"]]
    assert shown == [640, 400]
    assert "Score 64.0" in seen.text
    assert f"/matches/for/{company.slug}/{world.later.slug}/" in seen.html


def test_the_meter_says_how_complete_the_profile_is_and_what_comes_next(client, company, owner):
    half = Seen(client, owner)
    SolutionFactory(company=company)
    ReferenceFactory(company=company)
    more = Seen(client, owner)

    assert "Complete 39 % Add next: A solution you offer" in half.text
    assert "Complete 73 % Add next: A description of what you do" in more.text


def test_a_company_alone_sees_what_will_stand_here(client, company, owner):
    seen = Seen(client, owner)

    assert seen.heading == "Kabelro ApS"
    assert "Nothing waits for you" in seen.text
    assert "No scores yet" in seen.text
