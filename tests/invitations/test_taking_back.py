"""A cluster organisation takes back that it knows a company."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from challenges.models import Challenge
from clusters.choices import MemberRole
from companies.actions import nominate_company
from companies.choices import GroundKind, Source, Visibility
from companies.models import Company, LawfulGround
from invitations import actions
from invitations.choices import Refusal, RelayFate, Status
from invitations.invariants import contradictions
from invitations.models import Invitation, Relay
from invitations.problems import InvitationProblem
from tests.factories import AccountFactory, MembershipFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def knowing():
    return MembershipFactory(organisation__name="Canary Cluster", user=AccountFactory())


@pytest.fixture
def known(new_company, knowing):
    company = new_company("Kendt", is_member=False, source=Source.IMPORTED, visibility="public")
    nominate_company(
        company=company, cluster=knowing.organisation, proof="A project.", by=knowing.user
    )
    return company


@pytest.fixture
def relay(known, challenge, manager, scored) -> Relay:
    scored()
    (row,) = actions.propose(challenge=challenge, company_ids=[known.pk], by=manager)
    actions.send(challenge=challenge, invitation_ids=[row.pk], by=manager)
    return Relay.objects.get()


def take_back(company, knowing) -> None:
    actions.take_back_nomination(company=company, cluster=knowing.organisation, by=knowing.user)


def press(company, person, **body):
    client = Client()
    client.force_login(person.user)
    url = reverse("invitations:take_back_nomination", args=[company.slug])
    return client.post(url, {"cluster": person.organisation.slug, **body}, follow=True)


def test_it_stands_on_record_and_the_ground_ends(known, knowing, challenge):
    pair = (challenge.lab.cluster_id, known.pk)
    assert actions.may_write([pair])[pair].relay == knowing.organisation_id

    page = press(known, knowing)

    assert "Taken back" in page.text
    assert actions.may_write([pair])[pair].relay is None
    assert not LawfulGround.objects.origins([known.pk]).filter(cluster=knowing.organisation)
    kinds = list(known.grounds.order_by("pk").values_list("kind", flat=True))
    assert kinds[-2:] == [GroundKind.NOMINATED, GroundKind.UNNOMINATED]


@pytest.mark.parametrize("is_taken_back", [True, False])
def test_a_cluster_organisation_that_is_gone_is_no_source_of_an_address(
    known, knowing, is_taken_back
):
    """Nothing tells its nominations from those it took back."""
    if is_taken_back:
        press(known, knowing)
    knowing.organisation.delete()

    assert known.grounds.filter(kind=GroundKind.NOMINATED, cluster=None).exists()
    assert not LawfulGround.objects.origins([known.pk]).filter(kind=GroundKind.NOMINATED)


def test_the_company_page_offers_it_and_then_to_say_it_again(known, knowing):
    client = Client()
    client.force_login(knowing.user)
    url = reverse("invitations:take_back_nomination", args=[known.slug])
    assert url in client.get(known.get_absolute_url()).text

    press(known, knowing)

    page = client.get(known.get_absolute_url()).text
    assert url not in page
    assert reverse("companies:know", args=[known.slug]) in page


def test_said_again_it_holds_again(known, knowing, challenge):
    pair = (challenge.lab.cluster_id, known.pk)
    take_back(known, knowing)

    nominate_company(company=known, cluster=knowing.organisation, proof="Another.", by=knowing.user)

    assert actions.may_write([pair])[pair].relay == knowing.organisation_id
    assert known.grounds.nominations().get().proof == "Another."


def test_what_waits_to_be_passed_on_is_asked_of_nobody_any_more(relay, known, knowing):
    take_back(known, knowing)

    relay.refresh_from_db()
    assert relay.fate == RelayFate.DECLINED
    assert (relay.invitation.status, relay.invitation.refused_because) == (
        Status.REFUSED,
        Refusal.NOT_PASSED_ON,
    )
    assert [name for name, rows in contradictions().items() if rows.exists()] == []


def test_once_it_was_passed_on_it_stays(relay, known, knowing):
    actions.pass_on(relay=relay, by=knowing.user)

    with pytest.raises(InvitationProblem, match="stays on record"):
        take_back(known, knowing)
    page = press(known, knowing)

    assert "Canary Cluster passed an invitation on" in page.text
    assert known.grounds.nominations().exists()


def test_twice_is_once(known, knowing):
    for _time in range(2):
        take_back(known, knowing)

    assert known.grounds.filter(kind=GroundKind.UNNOMINATED).count() == 1


def test_nobody_takes_back_what_another_organisation_said(known, knowing):
    other = MembershipFactory(user=AccountFactory())
    nominate_company(company=known, cluster=other.organisation, proof="We too.", by=other.user)

    assert press(known, other, cluster=knowing.organisation.slug).status_code == 404
    assert press(known, MembershipFactory(user=AccountFactory())).status_code == 404
    assert known.grounds.nominations().count() == 2


@pytest.mark.django_db(transaction=True)
def test_who_passes_it_on_meanwhile_is_waited_for(relay, known, knowing):
    """Nobody unsays what just now let a letter go."""
    passed, asked = Event(), Event()

    def pass_it_on() -> None:
        with transaction.atomic():
            actions.pass_on(relay=relay, by=knowing.user)
            passed.set()
            asked.wait(1)
        connection.close()

    def take_it_back() -> str:
        passed.wait(10)
        try:
            take_back(known, knowing)
        except InvitationProblem as problem:
            return str(problem)
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(2) as pool:
        passing, taking = pool.submit(pass_it_on), pool.submit(take_it_back)
        passing.result()
        told = taking.result()

    assert "stays on record" in told
    assert known.grounds.nominations().exists()


@pytest.mark.parametrize(
    "meanwhile",
    [
        lambda row: Invitation.objects.filter(pk=row.pk).update(status=Status.INTERESTED),
        lambda row: Challenge.objects.filter(pk=row.challenge_id).update(
            status="closed", closed_at=timezone.now()
        ),
    ],
)
def test_what_needs_no_word_any_more_keeps_nothing_from_being_taken_back(
    relay, known, knowing, meanwhile
):
    meanwhile(relay.invitation)

    take_back(known, knowing)

    relay.refresh_from_db()
    assert not known.grounds.nominations().exists()
    assert relay.fate == RelayFate.WAITING


def test_a_partner_takes_it_back_and_declines_nothing(relay, known, knowing):
    """Only who may answer is noted as having answered; the wait ends all the same."""
    partner = MembershipFactory(
        organisation=knowing.organisation, role=MemberRole.PARTNER, user=AccountFactory()
    )

    page = press(known, partner)

    relay.refresh_from_db()
    assert "Taken back" in page.text
    assert (relay.fate, relay.settled_by) == (RelayFate.ENDED, None)
    assert (relay.invitation.status, relay.invitation.refused_because) == (
        Status.REFUSED,
        Refusal.NOT_PASSED_ON,
    )


def test_a_company_that_is_seen_by_fewer_can_still_be_given_back(relay, known, knowing):
    """Its page is closed to whoever knows it; the invitation to pass on still names it."""
    Company.objects.filter(pk=known.pk).update(visibility=Visibility.CLUSTER)
    client = Client()
    client.force_login(knowing.user)
    url = reverse("invitations:take_back_nomination", args=[known.slug])
    assert client.get(known.get_absolute_url()).status_code == 404
    relayed = client.get(relay.get_absolute_url()).text
    assert url in relayed
    assert f'href="{known.get_absolute_url()}"' not in relayed

    page = press(known, knowing)

    assert page.redirect_chain[-1][0] == reverse("invitations:relays")
    assert "Taken back" in page.text
    assert not known.grounds.nominations().exists()
    assert press(known, MembershipFactory(user=AccountFactory())).status_code == 404
