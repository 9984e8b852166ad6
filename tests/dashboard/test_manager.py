"""What a cluster manager finds on the first page."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from companies.actions import write_down
from companies.choices import GroundKind, Source, Visibility
from companies.models import Claim, Company
from invitations.models import Relay
from mail.actions import queue_ready_made, suppress
from mail.choices import StopReason
from mail.models import Letter, hash_of
from tests.dashboard.conftest import Seen, applied, invited, matched, ran
from tests.factories import (
    AccountFactory,
    ChallengeFactory,
    ClusterMembershipFactory,
    ClusterOrganisationFactory,
    CompanyFactory,
    LivingLabFactory,
    MembershipFactory,
)


def test_the_funnel_counts_open_challenges_and_all_so_far_with_a_table_beside_the_picture(
    client, world
):
    ran(world.soon, scored=7, eligible=1)
    ran(world.soon, scored=40, eligible=30)
    ran(world.soon, scored=99, eligible=99, state="running")
    ran(world.later, scored=60, eligible=20)
    ran(world.closed, scored=100, eligible=50)
    ran(ChallengeFactory(open=True), scored=1000, eligible=1000)
    companies = [world.member(f"Kabelro {n}") for n in range(9)]
    for company, status in zip(
        companies,
        ["sent", "queued", "interested", "declined", "expired", "withdrawn", "proposed", "refused"],
        strict=False,
    ):
        invited(world.soon, company, status)
    for company in companies[:4]:
        invited(world.closed, company, "interested")
    for company, status in zip(companies[4:], ["expired", "withdrawn"], strict=False):
        invited(world.closed, company, status, letter_id="")
    applied(world.soon, companies[0], "submitted")
    applied(world.soon, companies[1], "draft")
    applied(world.soon, companies[2], "withdrawn")
    applied(world.closed, companies[0], "submitted", days_ago=9)

    seen = Seen(client, world.manager())

    assert seen.funnels == [
        [
            ("Companies scored", "100", "first step"),
            ("Eligible", "50", "50 % of those"),
            ("Invited", "6", "12 % of those"),
            ("Answered", "2", "33 % of those"),
            ("Applied", "1", "50 % of those"),
        ],
        [
            ("Companies scored", "200", "first step"),
            ("Eligible", "100", "50 % of those"),
            ("Invited", "10", "10 % of those"),
            ("Answered", "6", "60 % of those"),
            ("Applied", "2", "33 % of those"),
        ],
    ]
    assert seen.pictures == [[1000, 500, 60, 20, 10], [1000, 500, 50, 30, 10]]
    assert seen.stats == {
        "Open challenges": "2",
        "Member companies": "9",
        "Applications arrived": "2",
        "Answers to invitations": "6",
    }


def test_what_needs_a_manager_now_is_listed_with_the_urgent_first(client, world):
    one, two, three = (world.member(f"Kabelro {n}") for n in range(3))
    now = timezone.now()
    applied(world.later, one, "submitted", days_ago=1)
    applied(world.later, two, "submitted", days_ago=2)
    applied(world.later, three, "submitted", days_ago=4)
    invited(world.later, one, "interested", answered_at=now - timedelta(days=1))
    invited(world.later, two, "declined", answered_at=now - timedelta(days=5))
    invited(world.later, three, "proposed")

    seen = Seen(client, world.manager())

    later, soon = world.later, world.soon
    assert seen.needs == [
        ("Closes within a week", "Closing soon", soon.get_absolute_url()),
        (
            "2 applications arrived",
            "Closing later",
            f"/applications/challenge/{later.slug}/",
        ),
        ("1 new answer", "Closing later", f"/invitations/challenge/{later.slug}/"),
        ("1 proposal waits for you", "Closing later", f"/invitations/challenge/{later.slug}/"),
        ("Finish the draft", "Half written", world.draft.get_absolute_url()),
    ]
    assert seen.urgent == 2


def test_a_letter_that_did_not_arrive_for_sure_is_urgent(client, world):
    company = world.member("Kabelro")
    invitation = invited(world.later, company, "sent")
    letter = queue_ready_made(kind="code", to="post@kabelro.example", title="Code", blocks=[])
    Letter.objects.update(related_noun="invitation", related_id=str(invitation.pk))
    for state in ("claimed", "sending", "in_doubt"):
        Letter.objects.update(state=state, claim=uuid4(), claimed_at=timezone.now())
    invitation.letter_id = letter.pk
    invitation.save()

    seen = Seen(client, world.manager())

    assert seen.needs[1] == (
        "A letter did not arrive for sure",
        "Closing later",
        f"/invitations/challenge/{world.later.slug}/",
    )
    assert seen.urgent == 2


def test_claims_to_confirm_are_named_whichever_way_was_tried_before(client, world):
    company = CompanyFactory(name="Kabelkig", source=Source.IMPORTED)
    elsewhere = CompanyFactory(name="Elsewhere", source=Source.IMPORTED)
    by_letter = CompanyFactory(name="By letter", source=Source.IMPORTED)
    ClusterMembershipFactory(company=company, cluster=world.cluster)
    ClusterMembershipFactory(company=by_letter, cluster=world.cluster)
    ClusterMembershipFactory(company=elsewhere)
    until = timezone.now() + timedelta(days=3)
    for claimed, asks, token in (
        (company, True, "first a letter"),
        (elsewhere, True, None),
        (by_letter, False, "only a letter"),
    ):
        Claim.objects.create(
            company=claimed,
            user=AccountFactory(),
            asks_manager=asks,
            token_hash=token,
            expires_at=until,
        )

    seen = Seen(client, world.manager())

    claims = [need for need in seen.needs if need[0] == "Confirm a claim"]
    assert claims == [("Confirm a claim", "Kabelkig", "/companies/claims/")]


def test_nobody_is_asked_to_confirm_the_own_claim(client, world):
    company = CompanyFactory(name="Kabelkig", source=Source.IMPORTED)
    ClusterMembershipFactory(company=company, cluster=world.cluster)
    manager = world.manager()
    Claim.objects.create(
        company=company, user=manager, asks_manager=True, expires_at=timezone.now()
    )

    assert "Confirm a claim" not in Seen(client, manager).text


def test_a_new_cluster_sees_what_will_stand_here(client, db):
    manager = MembershipFactory(
        organisation=ClusterOrganisationFactory(name="New Cluster"), user=AccountFactory()
    ).user

    seen = Seen(client, manager)

    assert seen.heading == "New Cluster"
    assert seen.needs == []
    assert "Nothing waits for you" in seen.text
    assert "None of your challenges is open." in seen.text
    assert [[number for _step, number, _share in funnel] for funnel in seen.funnels] == [
        ["0"] * 5,
        ["0"] * 5,
    ]


def test_a_manager_of_two_clusters_sees_one_at_a_time(client, world):
    manager = world.manager()
    other = LivingLabFactory(cluster__name="Second Cluster")
    ChallengeFactory(open=True, lab=other, title="Elsewhere")
    MembershipFactory(organisation=other.cluster, user=manager)
    matched(world.soon, world.member("Kabelro"), 400)

    first = Seen(client, manager)
    client.post("/accounts/act-as/", {"key": f"organisation:{other.cluster.pk}:cluster_manager"})
    second = Seen(client, manager)

    assert (first.heading, second.heading) == ("Fjord Cluster", "Second Cluster")
    assert (first.stats["Open challenges"], second.stats["Open challenges"]) == ("2", "1")


def relayed(world, company, **fields):
    row = invited(world.soon, company, "relayed", letter_id="relayed", **fields)
    return Relay.objects.create(invitation=row, cluster=world.cluster)


def to_pass_on(client, world) -> bool:
    return "invitation to pass on" in Seen(client, world.manager()).reply.content.decode()


@pytest.mark.parametrize(
    "said_no",
    [
        lambda one: suppress(address_hash=hash_of(one.email), reason=StopReason.OBJECTED),
        lambda one: suppress(address_hash=hash_of(one.email), list_name="invitations"),
        lambda one: write_down(company_ids=[one.pk], kind=GroundKind.OBJECTED, by=None),
        lambda one: Company.objects.filter(pk=one.pk).update(wants_invitations=False),
        lambda one: Company.objects.filter(pk=one.pk).update(is_active=False),
        lambda one: Company.objects.filter(pk=one.pk).update(letter_themes=["hydrogen"]),
        lambda one: Company.objects.filter(pk=one.pk).update(
            no_letters_until=timezone.localdate() + timedelta(days=9)
        ),
        lambda one: one.cluster_memberships.all().delete(),
    ],
)
def test_what_is_to_be_passed_on_is_counted_as_of_this_moment(client, world, said_no):
    """Not when the next sweep has ended it: the page it leads to shows nothing by then."""
    company = CompanyFactory(email="post@kabelro.example", visibility=Visibility.CLUSTER)
    company.cluster_memberships.create(cluster=world.cluster)
    relayed(world, company)
    assert to_pass_on(client, world)

    said_no(company)

    assert not to_pass_on(client, world)
    assert list(client.get("/invitations/relays/").context["relays"]) == []


def test_an_address_that_takes_no_letters_keeps_nobody_from_passing_it_on(client, world):
    company = CompanyFactory(email="post@kabelro.example")
    company.cluster_memberships.create(cluster=world.cluster)
    relayed(world, company)

    suppress(address_hash=hash_of(company.email), reason=StopReason.UNDELIVERABLE)

    assert to_pass_on(client, world)
