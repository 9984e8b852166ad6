"""Where only an acquaintance may write: who is asked, what they can do, and how it ends."""

import html
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Notice
from challenges.actions import close
from challenges.models import Challenge
from companies.actions import (
    end_membership,
    nominate_company,
    record_ground,
    retire_company,
    update_profile,
    write_down,
)
from companies.choices import GroundKind, Source
from companies.models import Company
from invitations import actions, tasks
from invitations.choices import BY_HAND, Refusal, RelayFate, Status
from invitations.invariants import contradictions
from invitations.lastlook import CheckedInvitation
from invitations.models import CountryRule, Invitation, Relay
from invitations.pacing import letters_lately
from invitations.problems import InvitationProblem
from invitations.showing import standings_of
from invitations.tokens import hash_of, relay_token
from invitations.wording import told_reasons
from mail.actions import suppress
from mail.choices import StopReason
from mail.models import Letter
from mail.models import hash_of as hash_of_address
from matching.models import Match, RecordedOutcome
from tests.factories import (
    AdministratorFactory,
    ChallengeFactory,
    ClusterMembershipFactory,
    CompanyFactory,
    MembershipFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def relayer(db):
    """The manager of the cluster organisation that Kanarie ApS is a member of."""
    return MembershipFactory(organisation__name="Canary Cluster", user__name="Kari Lund")


@pytest.fixture
def relayed(challenge, manager, new_company, scored, relayer):
    """An invitation from a foreign city to a Danish company that asked for nothing."""

    def make(name="Kanarie", **fields) -> Relay:
        company = new_company(name, is_member=False, source=Source.IMPORTED, **fields)
        ClusterMembershipFactory(company=company, cluster=relayer.organisation)
        scored()
        (row,) = actions.propose(challenge=challenge, company_ids=[company.pk], by=manager)
        assert actions.send(challenge=challenge, invitation_ids=[row.pk], by=manager) == []
        return Relay.objects.select_related("invitation__company", "cluster").latest("pk")

    return make


def full_this_month(company: Company) -> None:
    Invitation.objects.create(
        challenge=ChallengeFactory(open=True),
        company=company,
        status=Status.SENT,
        letter_id=BY_HAND,
        sent_at=timezone.now(),
    )
    update_profile(company=company, fields={"letters_per_month": 1}, by=None)


def test_its_own_cluster_organisation_is_asked_and_no_letter_leaves(relayed, relayer, manager):
    relay = relayed()

    row = relay.invitation
    assert (row.status, row.refused_because) == (Status.RELAYED, Refusal.NEEDS_REQUEST)
    assert (relay.cluster, relay.fate, relay.asked_by) == (
        relayer.organisation,
        RelayFate.WAITING,
        manager,
    )
    assert not Letter.objects.filter(kind="invite-company").exists()
    assert not Invitation.objects.written().exists()


def test_many_are_one_notice_to_its_managers(challenge, manager, new_company, scored, relayer):
    companies = [
        new_company(f"Firma {n}", is_member=False, source=Source.IMPORTED) for n in range(5)
    ]
    for company in companies:
        ClusterMembershipFactory(company=company, cluster=relayer.organisation)
    scored()
    rows = actions.propose(
        challenge=challenge, company_ids=[company.pk for company in companies], by=manager
    )

    actions.send(challenge=challenge, invitation_ids=[row.pk for row in rows], by=manager)

    (notice,) = Notice.objects.filter(user=relayer.user)
    assert str(notice) == f"“{challenge}” fits companies you know. Please pass the invitation on."
    assert Relay.objects.waiting().count() == 5


def test_nobody_to_pass_it_on_is_a_refusal(challenge, manager, new_company, scored):
    company = new_company("Alene", is_member=False, source=Source.IMPORTED)
    ClusterMembershipFactory(company=company)
    scored()
    (row,) = actions.propose(challenge=challenge, company_ids=[company.pk], by=manager)

    actions.send(challenge=challenge, invitation_ids=[row.pk], by=manager)

    row.refresh_from_db()
    assert (row.status, row.refused_because) == (Status.REFUSED, Refusal.NEEDS_REQUEST)


def test_passed_on_by_hand_counts_as_sent_and_the_link_answers(relayed, relayer):
    relay = relayed()
    row = relay.invitation

    actions.pass_on(relay=relay, by=relayer.user)

    row.refresh_from_db()
    relay.refresh_from_db()
    assert (row.status, row.letter_id) == (Status.SENT, BY_HAND)
    assert (relay.fate, relay.settled_by) == (RelayFate.COPIED, relayer.user)
    assert row.token_hash == hash_of(relay_token(row.pk, row.attempt))
    assert list(Invitation.objects.written()) == [row]
    actions.answer(invitation=row, interested=True, by=None)
    row.refresh_from_db()
    assert row.status == Status.INTERESTED


def test_an_answer_says_that_it_was_passed_on(relayed, reader):
    relay = relayed()
    row = relay.invitation
    url = reverse("invitations:answer", args=[relay_token(row.pk, row.attempt)])

    shown = reader.get(url)
    reader.post(url, {"answer": "interested"})

    row.refresh_from_db()
    relay.refresh_from_db()
    assert shown.context["state"] == "ask"
    assert (row.status, relay.fate) == (Status.INTERESTED, RelayFate.COPIED)
    assert row.sent_at is not None
    assert list(Invitation.objects.written()) == [row]


def test_sent_as_its_own_letter(relayed, relayer):
    relay = relayed()

    actions.send_as_own(relay=relay, by=relayer.user)

    letter = Letter.objects.get(kind="invite-company")
    row = Invitation.objects.get()
    relay.refresh_from_db()
    assert (row.status, row.letter_id, relay.fate) == (
        Status.QUEUED,
        str(letter.pk),
        RelayFate.LETTER,
    )
    assert "Sent for Canary Cluster by Labmatch" in letter.text
    assert letter.reply_to == relayer.user.email
    assert relay_token(row.pk, row.attempt) in letter.text
    actions.record_fates(letters=[(row.letter_id, "sent")])
    row.refresh_from_db()
    assert row.status == Status.SENT


def test_its_own_letter_passes_the_gate_too(relayed, relayer):
    relay = relayed()
    address = hash_of_address(relay.invitation.company.email)
    suppress(address_hash=address, reason=StopReason.UNDELIVERABLE)

    with pytest.raises(InvitationProblem, match="may not write"):
        actions.send_as_own(relay=relay, by=relayer.user)

    assert not Letter.objects.filter(kind="invite-company").exists()
    assert Invitation.objects.get().status == Status.RELAYED


def test_not_passed_on_is_told_and_can_be_tried_again(relayed, relayer, manager, challenge):
    relay = relayed()

    actions.decline_relay(relay=relay, note="They closed last week.", by=relayer.user)

    row = Invitation.objects.get()
    assert (row.status, row.refused_because) == (Status.REFUSED, Refusal.NOT_PASSED_ON)
    actions.propose_again(invitation=row, by=manager)
    actions.send(challenge=challenge, invitation_ids=[row.pk], by=manager)
    assert [one.fate for one in Relay.objects.order_by("pk")] == [
        RelayFate.DECLINED,
        RelayFate.WAITING,
    ]


@pytest.mark.parametrize(
    "verb",
    [
        lambda relay, by: actions.pass_on(relay=relay, by=by),
        lambda relay, by: actions.send_as_own(relay=relay, by=by),
        lambda relay, by: actions.decline_relay(relay=relay, note="", by=by),
    ],
)
def test_what_was_settled_or_is_over_stays_so(verb, relayed, relayer, manager):
    relay = relayed()
    actions.withdraw(invitation=relay.invitation, by=manager)

    with pytest.raises(InvitationProblem, match="not wait"):
        verb(relay, relayer.user)

    relay.refresh_from_db()
    assert relay.fate == RelayFate.ENDED


def test_a_closed_challenge_ends_the_wait_and_a_reopened_one_proposes_anew(relayed, challenge):
    relayed()

    actions.expire(challenge=challenge)

    assert Invitation.objects.get().status == Status.EXPIRED
    assert not Relay.objects.waiting().exists()
    actions.revive(challenge=challenge)
    assert Invitation.objects.get().status == Status.PROPOSED


def test_one_passed_on_expires_and_comes_back_like_any_other(relayed, relayer, challenge):
    actions.pass_on(relay=relayed(), by=relayer.user)

    actions.expire(challenge=challenge)
    assert Invitation.objects.get().status == Status.EXPIRED
    actions.revive(challenge=challenge)

    assert Invitation.objects.get().status == Status.SENT


def test_news_of_the_challenge_does_not_go_around_the_gate(relayed, relayer, challenge):
    actions.pass_on(relay=relayed(), by=relayer.user)

    told = actions.tell_invited(challenge=challenge, event="closed", occasion="once")

    assert told == 0
    assert not Letter.objects.filter(kind="challenge-closed").exists()


def test_a_request_on_record_opens_the_way(relayed, relayer, manager, challenge):
    relay = relayed()
    record_ground(
        company=relay.invitation.company,
        cluster=relayer.organisation,
        kind=GroundKind.REQUESTED,
        since=timezone.localdate(),
        proof="Asked at the spring meeting.",
        by=relayer.user,
    )

    actions.propose_again(invitation=relay.invitation, by=manager)
    (sent,) = actions.send(challenge=challenge, invitation_ids=[relay.invitation_id], by=manager)

    relay.refresh_from_db()
    assert (sent.status, relay.fate) == (Status.QUEUED, RelayFate.ENDED)


# The pages.


def test_the_list_shows_what_waits_and_what_became_of_it(relayed, relayer, client):
    first, second = relayed("Første"), relayed("Anden")
    actions.decline_relay(relay=second, note="Closed.", by=relayer.user)
    client.force_login(relayer.user)

    page = client.get(reverse("invitations:relays"))

    assert list(page.context["relays"]) == [first]
    assert list(page.context["settled"]) == [second]
    assert "Closed." in page.text


def test_a_manager_elsewhere_sees_none(relayed, manager, client):
    relay = relayed()
    client.force_login(manager)

    assert list(client.get(reverse("invitations:relays")).context["relays"]) == []
    assert client.get(relay.get_absolute_url()).status_code == 404


def test_a_company_that_left_the_cluster_organisation_is_not_shown(relayed, relayer, client):
    relay = relayed(visibility="cluster")
    relay.invitation.company.cluster_memberships.all().delete()
    client.force_login(relayer.user)

    assert client.get(relay.get_absolute_url()).status_code == 404
    assert "Kanarie" not in client.get(reverse("invitations:relays")).text


def test_the_text_is_ready_and_reading_it_changes_nothing(relayed, relayer, client):
    relay = relayed()
    client.force_login(relayer.user)
    before = Invitation.objects.values().get()

    page = client.get(relay.get_absolute_url())
    again = client.get(relay.get_absolute_url())

    link = reverse("invitations:answer", args=[relay_token(before["id"], before["attempt"])])
    assert link in page.context["text"]
    assert page.context["text"] == again.context["text"]
    assert "Kari Lund\nCanary Cluster" in page.context["text"]
    assert page.context["mailto"].startswith("mailto:post%40kanarie.example?subject=A%20challenge")
    assert Invitation.objects.values().get() == before


@pytest.mark.parametrize(
    "do, fate",
    [
        ("passed_on", RelayFate.COPIED),
        ("letter", RelayFate.LETTER),
        ("decline", RelayFate.DECLINED),
    ],
)
def test_each_button_does_what_it_says(do, fate, relayed, relayer, client):
    relay = relayed()
    client.force_login(relayer.user)

    look = client.get(relay.get_absolute_url()).text
    for _ in range(2):
        client.post(relay.get_absolute_url(), {"do": do, "note": "Not now."})

    assert "One letter leaves to Kanarie" in look
    assert "It cannot be called back." in look
    relay.refresh_from_db()
    assert (relay.fate, relay.settled_by) == (fate, relayer.user)
    assert Letter.objects.filter(kind="invite-company").count() == (do == "letter")


def shown_in(look) -> list[CheckedInvitation]:
    groups = (look.to_write, look.held, look.passed_on, look.not_written)
    return [one for group in groups for one in group.shown]


def test_before_sending_the_manager_reads_who_is_passed_on_and_why(
    challenge, manager, new_company, scored, relayer, client
):
    own = new_company("Egen", source=Source.IMPORTED)
    known = new_company("Kendt", is_member=False, source=Source.IMPORTED)
    ClusterMembershipFactory(company=known, cluster=relayer.organisation)
    alone = new_company("Alene", is_member=False, source=Source.IMPORTED)
    scored()
    ids = [own.pk, known.pk, alone.pk]
    rows = actions.propose(challenge=challenge, company_ids=ids, by=manager)
    client.force_login(manager)

    page = client.get(
        reverse("invitations:send", args=[challenge.slug]), {"i": [row.pk for row in rows]}
    )
    tab = client.get(reverse("invitations:challenge", args=[challenge.slug]))

    found = {one.invitation.company_id: one for one in shown_in(page.context["look"])}
    law = "The law of its country wants a request first."
    assert (found[own.pk].refusal, found[own.pk].ground) == ("", "Own member.")
    assert (found[known.pk].refusal, found[known.pk].relay) == (law, "Canary Cluster")
    assert (found[alone.pk].refusal, found[alone.pk].relay) == (law, "")
    standings = {row.one.match.company_id: row.standing for row in tab.context["rows"]}
    assert law in standings[known.pk]
    assert "Gets no letter" in standings[alone.pk]
    assert law not in standings[own.pk]


def test_passing_on_is_told_to_matching(relayed, relayer):
    actions.pass_on(relay=relayed(), by=relayer.user)

    assert RecordedOutcome.objects.filter(outcome="invited").exists()


# The table of rules.


def test_an_administrator_changes_a_rule_and_the_old_one_stays_readable(client):
    administrator = AdministratorFactory()
    client.force_login(administrator)
    url = reverse("invitations:rule", args=["DK", "generic"])

    client.post(url, {"rule": "free", "since": timezone.localdate(), "source": "New law of 2026"})

    rows = list(CountryRule.objects.filter(country="DK", kind="generic"))
    assert [(row.rule, row.recorded_by) for row in rows] == [
        ("free", administrator),
        ("request", None),
    ]
    assert "New law of 2026" in client.get(url).text
    assert "New law of 2026" in client.get(reverse("invitations:rules")).text


def test_the_changed_rule_holds_at_once(challenge, new_company):
    company = new_company("Fri", is_member=False, source=Source.IMPORTED)
    pair = (challenge.lab.cluster_id, company.pk)
    before = actions.may_write([pair])[pair].is_allowed

    actions.set_rule(
        country="DK",
        kind="generic",
        rule="free",
        since=timezone.localdate(),
        source="New law",
        by=AdministratorFactory(),
    )

    assert (before, actions.may_write([pair])[pair].is_allowed) == (False, True)


def test_a_rule_of_tomorrow_waits_and_the_same_again_adds_nothing(client):
    client.force_login(AdministratorFactory())
    url = reverse("invitations:rule", args=["US", "generic"])
    today = timezone.localdate()

    late = client.post(url, {"rule": "free", "since": today + timedelta(days=1), "source": "A law"})
    for _ in range(2):
        client.post(url, {"rule": "request", "since": today, "source": "A law"})

    assert late.status_code == 422
    assert list(CountryRule.objects.filter(country="US").values_list("rule", flat=True)) == [
        "request"
    ]


@pytest.mark.parametrize("country, kind", [("XX", "generic"), ("DK", "odd")])
def test_no_such_rule(client, country, kind):
    client.force_login(AdministratorFactory())

    assert client.get(reverse("invitations:rule", args=[country, kind])).status_code == 404


def test_a_country_without_a_rule_can_be_added(client):
    client.force_login(AdministratorFactory())

    response = client.get(reverse("invitations:rules"), {"country": "US"})

    assert response.url == reverse("invitations:rule", args=["US", "personal"])


# What the gate is told, for many at once.


def test_a_hundred_cost_as_many_queries_as_one(challenge, django_assert_num_queries):
    companies = [CompanyFactory(asked=False, email=f"info@c{n}.example") for n in range(100)]
    asking = challenge.lab.cluster_id

    with django_assert_num_queries(5):
        actions.may_write({(asking, companies[0].pk)})
    with django_assert_num_queries(5):
        verdicts = actions.may_write({(asking, company.pk) for company in companies})

    assert len(verdicts) == 100


@pytest.mark.parametrize(
    "fields, kinds, code",
    [
        ({}, [], "needs_request"),
        ({}, [GroundKind.REGISTERED], "asked"),
        ({}, [GroundKind.IMPORTED, GroundKind.CLAIMED], "asked"),
        ({}, [GroundKind.IMPORTED, GroundKind.CONSENTED], "asked"),
        ({}, [GroundKind.IMPORTED], "needs_request"),
        ({}, [GroundKind.PUBLIC], "needs_request"),
        ({}, [GroundKind.REGISTERED, GroundKind.OBJECTED, GroundKind.REQUESTED], "objected"),
        ({"wants_invitations": False}, [GroundKind.REGISTERED], "opted_out"),
        ({"email": ""}, [GroundKind.REGISTERED], "no_address"),
        ({"country": "NL"}, [], "needs_proof"),
        ({"country": "NL"}, [GroundKind.PUBLISHED], "published"),
        ({"country": "SE", "staff": 1, "email": "eva@c.example"}, [], "one_person"),
        ({"country": "SE", "staff": 9, "email": "eva@c.example"}, [], "free"),
        ({"country": "NO"}, [], "free"),
        ({"country": "US"}, [], "no_rule"),
        ({"country": ""}, [], "no_rule"),
    ],
)
def test_what_is_on_record_reaches_the_gate(fields, kinds, code, challenge):
    company = CompanyFactory(asked=False, **{"email": "info@c.example", **fields})
    for kind in kinds:
        write_down(company_ids=[company.pk], kind=kind, by=None)
    pair = (challenge.lab.cluster_id, company.pk)

    assert actions.may_write([pair])[pair].reason.code == code


@pytest.mark.parametrize(
    "country, kind, code",
    [
        ("DK", GroundKind.REQUESTED, "needs_request"),
        ("DK", GroundKind.CONSENTED, "needs_request"),
        ("NL", GroundKind.PUBLISHED, "needs_proof"),
        ("DK", GroundKind.REGISTERED, "asked"),
        ("DK", GroundKind.OBJECTED, "objected"),
    ],
)
def test_what_was_said_of_one_address_says_nothing_of_the_next(country, kind, code, challenge):
    company = CompanyFactory(asked=False, country=country, email="anna@c.example")
    write_down(company_ids=[company.pk], kind=kind, by=None)
    pair = (challenge.lab.cluster_id, company.pk)

    update_profile(company=company, fields={"email": "bo@c.example"}, by=None)

    assert actions.may_write([pair])[pair].reason.code == code


def test_a_consent_for_one_address_counts_again_when_that_is_back_however_it_is_written(challenge):
    company = CompanyFactory(asked=False, email="anna@c.example")
    write_down(company_ids=[company.pk], kind=GroundKind.CONSENTED, by=None)
    pair = (challenge.lab.cluster_id, company.pk)

    for address in ("bo@c.example", "Anna@C.example"):
        company = update_profile(company=company, fields={"email": address}, by=None)

    assert actions.may_write([pair])[pair].reason.code == "asked"


def test_what_was_said_while_no_address_was_on_file_holds_for_none_that_comes(challenge):
    company = CompanyFactory(asked=False, email="")
    write_down(company_ids=[company.pk], kind=GroundKind.CONSENTED, by=None)
    pair = (challenge.lab.cluster_id, company.pk)

    update_profile(company=company, fields={"email": "bo@c.example"}, by=None)

    assert actions.may_write([pair])[pair].reason.code == "needs_request"


def test_a_nominating_cluster_organisation_passes_on(challenge, relayer):
    company = CompanyFactory(asked=False, email="info@c.example", source=Source.IMPORTED)
    company.grounds.create(kind=GroundKind.NOMINATED, cluster=relayer.organisation)
    pair = (challenge.lab.cluster_id, company.pk)

    assert actions.may_write([pair])[pair].relay == relayer.organisation_id


def test_who_asks_and_knows_the_company_finds_the_text_itself(
    challenge, manager, new_company, relayer, scored, client
):
    """Whoever else knows it need not be troubled."""
    company = new_company("Kendt", is_member=False, source=Source.IMPORTED)
    for cluster in (relayer.organisation, challenge.lab.cluster):
        nominate_company(company=company, cluster=cluster, proof="A project.", by=manager)
    scored()
    (row,) = actions.propose(challenge=challenge, company_ids=[company.pk], by=manager)
    actions.send(challenge=challenge, invitation_ids=[row.pk], by=manager)
    relay = Relay.objects.get()
    client.force_login(manager)

    page = client.get(relay.get_absolute_url())
    client.post(relay.get_absolute_url(), {"do": "passed_on"})

    assert relay.cluster == challenge.lab.cluster
    assert "tell you that it wants no such letters?" in page.text
    assert "tell you that it wants such letters?" not in page.text
    assert "We know each other, and this fits what you do." in page.text
    assert "asked us" not in page.text
    assert "may not write to this company first" in page.text
    row.refresh_from_db()
    assert row.status == Status.SENT
    assert not Letter.objects.exists()
    assert not any(rows.exists() for rows in contradictions().values())


@pytest.mark.parametrize(
    "is_own, said", [(True, "pass it on yourselves"), (False, "own cluster organisation would")]
)
def test_before_sending_it_is_said_who_would_pass_it_on(
    is_own, said, challenge, manager, new_company, relayer, scored
):
    company = new_company("Kendt", is_member=False, source=Source.IMPORTED)
    knowing = challenge.lab.cluster if is_own else relayer.organisation
    nominate_company(company=company, cluster=knowing, proof="A project.", by=manager)
    scored()
    match = Match.objects.get(company=company)

    assert said in standings_of(challenge, [company.pk]).sentence(match, None, anonymous=True)


def test_who_asks_and_does_not_know_the_company_passes_nothing_on(challenge, manager):
    company = CompanyFactory(asked=False, email="info@c.example", source=Source.IMPORTED)
    company.grounds.create(kind=GroundKind.PUBLIC, cluster=challenge.lab.cluster)
    pair = (challenge.lab.cluster_id, company.pk)

    assert actions.may_write([pair])[pair].refusal == "needs_request"
    assert not actions.may_write([pair])[pair].is_relayed


def test_another_that_knows_it_passes_on_where_nobody_manages_the_one_that_asks(challenge, relayer):
    company = CompanyFactory(asked=False, email="info@c.example", source=Source.IMPORTED)
    for cluster in (challenge.lab.cluster, relayer.organisation):
        nominate_company(company=company, cluster=cluster, proof="A project.", by=relayer.user)
    pair = (challenge.lab.cluster_id, company.pk)

    assert actions.may_write([pair])[pair].relay == relayer.organisation_id


def test_the_text_for_a_company_that_is_known_does_not_call_it_a_member(
    challenge, manager, new_company, relayer, scored, client
):
    company = new_company("Kendt", is_member=False, source=Source.IMPORTED)
    nominate_company(
        company=company, cluster=relayer.organisation, proof="A project.", by=relayer.user
    )
    scored()
    (row,) = actions.propose(challenge=challenge, company_ids=[company.pk], by=manager)
    actions.send(challenge=challenge, invitation_ids=[row.pk], by=manager)
    client.force_login(relayer.user)

    page = client.get(Relay.objects.get().get_absolute_url())

    assert "because we know each other and it fits" in page.text
    assert "member of ours" not in page.text


# As its own letter: it passes what every letter passes.


def test_its_own_letter_waits_for_the_days_between_two_and_for_working_hours(
    relayed, relayer, settings, client, time_machine, challenge
):
    relay = relayed()
    settings.LETTER_DAYS, settings.WORKING_HOURS = 7, True
    time_machine.move_to(datetime(2030, 11, 30, 1, tzinfo=UTC), tick=False)  # a Saturday
    Challenge.objects.update(deadline=datetime(2031, 1, 1, tzinfo=UTC))
    Invitation.objects.create(
        challenge=ChallengeFactory(open=True, lab=challenge.lab),
        company=relay.invitation.company,
        status=Status.SENT,
        letter_id=str(uuid4()),
        sent_at=timezone.now() - timedelta(hours=5),
    )
    client.force_login(relayer.user)

    page = client.post(relay.get_absolute_url(), {"do": "letter"}, follow=True).content.decode()

    monday_after_next = datetime(2030, 12, 9, 7, tzinfo=UTC)
    relay.invitation.refresh_from_db()
    assert Letter.objects.get(kind="invite-company").next_attempt_at == monday_after_next
    assert relay.invitation.leaves_at == monday_after_next
    assert "The letter waits: it leaves on 9 Dec 2030, 08:00 CET" in page


def test_no_letter_of_its_own_reaches_a_company_that_had_enough_this_month(relayed, relayer):
    relay = relayed()
    full_this_month(relay.invitation.company)

    with pytest.raises(InvitationProblem, match="as many letters this month as it wants"):
        actions.send_as_own(relay=relay, by=relayer.user)

    relay.refresh_from_db()
    assert relay.fate == RelayFate.WAITING
    assert not Letter.objects.filter(kind="invite-company").exists()


def test_its_own_letter_in_doubt_is_sent_again(relayed, relayer, manager):
    relay = relayed()
    actions.send_as_own(relay=relay, by=relayer.user)
    letters = Letter.objects.filter(kind="invite-company")
    letters.update(state="claimed", claim=letters.get().pk, claimed_at=timezone.now())
    letters.update(state="sending")
    letters.update(state="in_doubt")

    actions.send_again(invitation=relay.invitation, by=manager)

    assert letters.get().state == "queued"


def test_its_own_letter_that_waits_is_judged_as_its_own(relayed, relayer):
    relay = relayed()
    actions.send_as_own(relay=relay, by=relayer.user)
    Letter.objects.update(created_at=timezone.now() - timedelta(hours=12))

    stopped = actions.look_again(company_ids=[relay.invitation.company_id])

    assert stopped == 0
    assert actions.letters_not_allowed(list(Letter.objects.all())) == set()


def test_each_text_passed_on_by_hand_is_a_letter_of_the_month(relayed, relayer, challenge):
    relay = relayed()
    actions.pass_on(relay=relay, by=relayer.user)
    company = relay.invitation.company
    Invitation.objects.create(
        challenge=ChallengeFactory(open=True, lab=challenge.lab),
        company=company,
        status=Status.SENT,
        letter_id=BY_HAND,
        sent_at=timezone.now(),
    )

    assert letters_lately([company.pk]) == {company.pk: 2}


# What was passed on, when the challenge is over.


def test_the_closed_page_promises_no_letter_to_whom_others_wrote(relayed, relayer, reader):
    relay = relayed()
    row = relay.invitation
    actions.pass_on(relay=relay, by=relayer.user)
    close(challenge=row.challenge, by=relayer.user)

    page = reader.get(reverse("invitations:answer", args=[relay_token(row.pk, row.attempt)]))

    assert "we write to you" not in page.text
    assert "If it opens again, its page says so." in page.text


def test_who_said_interested_hears_what_becomes_of_the_challenge(relayed, relayer, challenge):
    keen, silent = relayed("Keen"), relayed("Silent")
    for relay in (keen, silent):
        actions.pass_on(relay=relay, by=relayer.user)
    actions.answer(invitation=keen.invitation, interested=True, by=None)

    told = actions.tell_invited(challenge=challenge, event="extended", occasion="then")

    assert told == 1
    letter = Letter.objects.get(kind="challenge-extended")
    assert letter.related_id == str(keen.invitation.pk)
    keen.invitation.company.grounds.create(kind=GroundKind.OBJECTED)
    assert actions.tell_invited(challenge=challenge, event="extended", occasion="again") == 0


def test_the_text_to_pass_on_says_why_with_the_quoted_words(relayed, relayer, client):
    relay = relayed()
    reasons = told_reasons(relay.invitation, "en")
    client.force_login(relayer.user)

    page = client.get(relay.get_absolute_url())

    text = page.context["text"]
    quoted = [one.words for one in reasons if one.words.asked and one.words.offered]
    assert len(reasons) == 3
    assert quoted
    for one in reasons:
        assert f"- {one.text}" in text
    for words in quoted:
        assert f"The challenge: “{words.asked}”" in text
        assert f"Your profile: “{words.offered}”" in text


# Who objects, or wants none any more, while a text waits to be passed on.


def against(relay: Relay, what: str) -> None:
    company = relay.invitation.company
    if what == "objected":
        cluster = relay.cluster
        words = {"since": timezone.localdate(), "proof": "By telephone.", "by": None}
        record_ground(company=company, cluster=cluster, kind=GroundKind.OBJECTED, **words)
    elif what == "stopped":
        suppress(address_hash=hash_of_address(company.email), list_name="invitations")
    elif what == "gone":
        retire_company(company=company, by=None)
    else:
        soon = timezone.localdate() + timedelta(days=60)
        fields = {"opted_out": {"wants_invitations": False}, "paused": {"no_letters_until": soon}}
        update_profile(company=company, fields=fields[what], by=None)


EVERY_WAY = pytest.mark.parametrize("what", ["objected", "stopped", "opted_out", "paused", "gone"])


@EVERY_WAY
@pytest.mark.parametrize("ring", ["the bell", "the clock"])
def test_whoever_wants_no_letter_ends_the_relay_that_waits(ring, what, relayed, relayer):
    relay, other = relayed(), relayed("Andre")
    against(relay, what)

    if ring == "the bell":
        tasks.look_again([relay.invitation.company_id])
    else:
        tasks.sweep_fates()

    relay.refresh_from_db()
    row = Invitation.objects.get(pk=relay.invitation_id)
    assert (row.status, row.refused_because, row.letter_id) == (Status.REFUSED, what, "")
    assert (relay.fate, relay.settled_by) == (RelayFate.ENDED, None)
    assert list(Relay.objects.waiting()) == [other]


@EVERY_WAY
@pytest.mark.parametrize("verb", [actions.pass_on, actions.send_as_own])
def test_nobody_passes_on_what_is_not_wanted(verb, what, relayed, relayer):
    """Whatever was offered a moment ago, and whether or not a bell rang since."""
    relay = relayed()
    against(relay, what)

    with pytest.raises(InvitationProblem, match="not passed on"):
        verb(relay=relay, by=relayer.user)

    relay.refresh_from_db()
    row = Invitation.objects.get()
    assert (row.status, row.refused_because, row.sent_at) == (Status.REFUSED, what, None)
    assert relay.fate == RelayFate.ENDED
    assert not Letter.objects.filter(kind="invite-company").exists()


@pytest.mark.parametrize("what", ["objected", "stopped", "opted_out", "paused"])
def test_no_text_is_offered_after_an_objection(what, relayed, relayer, client):
    relay, other = relayed(), relayed("Andre")
    against(relay, what)
    client.force_login(relayer.user)

    page = client.get(relay.get_absolute_url())
    listed = client.get(reverse("invitations:relays"))

    secret = relay_token(relay.invitation_id, relay.invitation.attempt)
    assert page.status_code == 200
    assert "mailto:" not in page.text
    assert secret not in page.text
    assert str(Refusal(what).label) in html.unescape(page.text)
    assert list(listed.context["relays"]) == [other]
    relay.refresh_from_db()
    assert relay.fate == RelayFate.WAITING  # reading changes nothing


def test_the_page_of_an_ended_one_says_why(relayed, relayer, client):
    relay = relayed()
    against(relay, "objected")
    tasks.sweep_fates()
    client.force_login(relayer.user)

    page = client.get(relay.get_absolute_url())

    assert "The company objected to such letters." in page.text
    assert "mailto:" not in page.text


def test_a_month_that_is_full_or_an_address_that_is_dead_ends_no_relay(relayed, relayer):
    """Next month has other letters; and an acquaintance may know another address."""
    relay = relayed()
    full_this_month(relay.invitation.company)
    address = hash_of_address(relay.invitation.company.email)
    suppress(address_hash=address, reason=StopReason.UNDELIVERABLE)

    tasks.sweep_fates()

    relay.refresh_from_db()
    assert relay.fate == RelayFate.WAITING


def test_a_hundred_relays_are_judged_by_as_many_queries_as_one(
    relayed, django_assert_max_num_queries
):
    for number in range(3):
        relayed(f"Firma {number}")

    with django_assert_max_num_queries(15):
        assert actions.end_unwanted_relays() == 0


def test_who_vouches_no_longer_is_not_asked_to_pass_on(relayed, relayer):
    """A cluster organisation that is no acquaintance may not write first either."""
    relay = relayed(visibility="public")
    company = relay.invitation.company
    end_membership(company=company, cluster=relayer.organisation, by=None)

    with pytest.raises(InvitationProblem):
        actions.pass_on(relay=relay, by=relayer.user)

    relay.refresh_from_db()
    row = Invitation.objects.get(pk=relay.invitation_id)
    assert relay.fate == RelayFate.ENDED
    assert (row.status, row.refused_because) == (Status.REFUSED, Refusal.NOT_PASSED_ON)
    assert contradictions_found() == []


def contradictions_found() -> list[str]:
    return [name for name, rows in contradictions().items() if rows.exists()]
