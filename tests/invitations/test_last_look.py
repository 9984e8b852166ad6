"""The last look: who gets a letter, who waits for the next one, who gets none and why."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from companies.choices import Source
from companies.models import Company
from invitations import actions
from invitations.choices import Status
from invitations.lastlook import SHOWN, last_look
from invitations.models import Invitation
from tests.factories import ChallengeFactory, ClusterMembershipFactory, MembershipFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def proposed(challenge, manager, new_company, scored):
    def make(*names: str, **fields) -> list[Invitation]:
        companies = [new_company(name, **fields) for name in names]
        scored()
        ids = [company.pk for company in companies]
        return actions.propose(challenge=challenge, company_ids=ids, by=manager)

    return make


@pytest.fixture
def look(client, challenge, manager):
    def ask(rows) -> str:
        client.force_login(manager)
        address = reverse("invitations:send", args=[challenge.slug])
        page = client.get(address, {"i": [row.pk for row in rows]}).content.decode()
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))

    return ask


def had_a_letter(row: Invitation, *, days: int) -> None:
    """The company of the row was written to about another challenge."""
    Invitation.objects.create(
        challenge=ChallengeFactory(open=True),
        company_id=row.company_id,
        status=Status.SENT,
        letter_id="x",
        sent_at=timezone.now() - timedelta(days=days),
    )


def test_who_had_a_letter_lately_is_named_with_the_day_of_the_next(look, proposed, settings):
    settings.LETTER_DAYS = 7
    fresh, written = proposed("Ny", "Gammel")
    had_a_letter(written, days=3)

    page = look([fresh, written])

    day = timezone.localdate() + timedelta(days=4)
    assert "Invite 1 company" in page
    assert "These wait for their next letter (1)" in page
    assert "At most one letter of invitation reaches a company in 7 days" in page
    assert f"Gammel On {day.day} {day:%B %Y} at the earliest" in page
    assert "Send 1 invitation" in page


def test_where_all_wait_the_button_says_so(look, proposed, settings):
    settings.LETTER_DAYS = 7
    rows = proposed("Gammel")
    had_a_letter(rows[0], days=3)

    page = look(rows)

    assert "These get a letter" not in page
    assert "Put 1 invitation into the next letter" in page


def test_the_monthly_wish_is_told(look, proposed, settings):
    settings.LETTER_DAYS = 0
    rows = proposed("Travl")
    had_a_letter(rows[0], days=10)
    Company.objects.update(letters_per_month=1)

    page = look(rows)

    assert "These get none (1)" in page
    assert "Travl : The company had as many letters this month as it wants." in page


def test_letters_that_wait_for_working_hours_are_told_by_country(
    look, proposed, settings, time_machine
):
    settings.WORKING_HOURS = True
    time_machine.move_to(datetime(2027, 1, 20, 20, tzinfo=UTC))
    rows = [*proposed("Ni", "Ti"), *proposed("Elf", country="DE")]

    page = look(rows)

    assert "2 letters to Denmark wait until people work there: 21 January 2027, 08:00." in page
    assert "1 letter to Germany waits until people work there: 21 January 2027" in page


def test_what_was_looked_at_is_what_happens(look, challenge, manager, proposed, settings):
    """Every group of the page holds whom sending then treats so."""
    settings.LETTER_DAYS = 7
    relayer = MembershipFactory(organisation__name="Canary Cluster")
    written, held = proposed("Skrives", "Venter")
    had_a_letter(held, days=1)
    relayed, refused = proposed("Kendt", "Alene", is_member=False, source=Source.IMPORTED)
    ClusterMembershipFactory(company_id=relayed.company_id, cluster=relayer.organisation)
    rows = [written, held, relayed, refused]

    seen = last_look(challenge, [row.pk for row in rows], reader=manager)
    actions.send(challenge=challenge, invitation_ids=[row.pk for row in rows], by=manager)

    groups = {
        Status.QUEUED: seen.to_write,
        Status.HELD: seen.held,
        Status.RELAYED: seen.passed_on,
        Status.REFUSED: seen.not_written,
    }
    for status, group in groups.items():
        found = Invitation.objects.filter(challenge=challenge, status=status)
        assert [one.invitation.pk for one in group.shown] == [row.pk for row in found]
        assert group.count == 1


def test_names_end_where_nobody_reads_on_and_the_count_goes_on(challenge, manager, proposed):
    rows = proposed(*(f"Firma {n}" for n in range(SHOWN + 3)))
    Company.objects.update(wants_invitations=False)

    seen = last_look(challenge, [row.pk for row in rows], reader=manager)

    assert (len(seen.not_written.shown), seen.not_written.more) == (SHOWN, 3)
    assert seen.not_written.reasons == [("The company wants no invitations by e-mail.", SHOWN + 3)]


@pytest.mark.parametrize("number", [1, 30])
def test_the_look_asks_the_same_however_many(
    challenge, manager, proposed, number, django_assert_num_queries
):
    ids = [row.pk for row in proposed(*(f"Firma {n}" for n in range(number)))]

    with django_assert_num_queries(21):
        last_look(challenge, ids, reader=manager)


def test_what_was_decided_meanwhile_has_a_kind_page(look, challenge, manager, proposed, client):
    gone, sent = rows = proposed("Tilbage", "Sendt")
    actions.withdraw(invitation=gone, by=manager)
    half = look(rows)
    actions.send(challenge=challenge, invitation_ids=[sent.pk], by=manager)

    page = look(rows)

    assert "Decided meanwhile (1) Tilbage Withdrawn" in half
    assert "Send 1 invitation" in half
    assert "Nothing waits to be sent" in page
    assert "Tilbage Withdrawn" in page
    assert "Sendt In the post" in page
    assert "Send 1" not in page


def test_the_tab_tells_what_became_of_a_relay(client, challenge, manager, new_company, scored):
    relayer = MembershipFactory(organisation__name="Canary Cluster")
    company = new_company("Kendt", is_member=False, source=Source.IMPORTED)
    ClusterMembershipFactory(company=company, cluster=relayer.organisation)
    scored()
    (row,) = actions.propose(challenge=challenge, company_ids=[company.pk], by=manager)
    actions.send(challenge=challenge, invitation_ids=[row.pk], by=manager)
    client.force_login(manager)
    tab = reverse("invitations:challenge", args=[challenge.slug])

    asked = client.get(tab).content.decode()
    actions.decline_relay(relay=row.relays.get(), note="They are on leave.", by=relayer.user)
    declined = client.get(tab).content.decode()

    assert "Canary Cluster was asked on" in asked
    assert '<span class="strong">Waiting</span>' in asked
    assert '<span class="strong">Not passed on</span>' in declined
    assert "They are on leave." in declined


def test_nobody_waits_where_letters_leave_at_any_hour(challenge, manager, proposed, settings):
    settings.WORKING_HOURS = False
    rows = proposed("Ny")

    assert last_look(challenge, [row.pk for row in rows], reader=manager).later == []
