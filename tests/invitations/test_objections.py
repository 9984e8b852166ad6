"""Somebody says to a person that an address wants no letters: the door for that."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.messages import get_messages
from django.db.utils import InternalError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from companies.choices import Source
from config.celery import app
from invitations import actions
from invitations.choices import NominationKind, NominationState, Refusal
from invitations.models import Nomination
from invitations.problems import InvitationProblem
from invitations.recipients import objection_at
from mail.actions import forget, record_objection, suppress
from mail.choices import TAKEN_BACK_WITHIN, LetterState, StopReason
from mail.models import Letter, Objection, Suppression, hash_of
from mail.tasks import drain
from tests.factories import AccountFactory, AdministratorFactory, MembershipFactory

pytestmark = pytest.mark.django_db

BO = "bo@kabelro.example"
PAGE = "/invitations/objections/"


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def spoken(address=BO, **fields):
    return {
        "do": "record",
        "record-address": address,
        "record-said": "Please, no more of these.",
        "record-heard_on": timezone.localdate().isoformat(),
        "record-heard_by": "Freja at the telephone",
        **fields,
    }


@pytest.fixture
def administrator():
    return signed_in(AdministratorFactory())


@pytest.fixture
def nominated(invited, manager):
    """A nomination to a bare address that a manager had written to."""
    row = invited(country="NO")
    found = actions.nominate(
        invitation=row, kind=NominationKind.COLLEAGUE, name="Bo", email="info@kabelro.example",
        by=None,
    )  # fmt: skip
    actions.accept_nomination(nomination=found, by=manager)
    return Nomination.objects.get()


def test_an_administrator_writes_it_down_and_no_letter_of_a_list_goes_there(administrator):
    response = administrator.post(PAGE, spoken(f" {BO.upper()} "), follow=True)

    objection = Objection.objects.get()
    assert (objection.address_hash, objection.said, objection.heard_by) == (
        hash_of(BO),
        "Please, no more of these.",
        "Freja at the telephone",
    )
    assert objection_at(BO) == Refusal.OBJECTED
    assert "gets no invitation, reminder or other letter" in response.content.decode()


def test_the_address_itself_is_kept_nowhere(administrator):
    administrator.post(PAGE, spoken())

    kept = [*Objection.objects.values_list(), *Suppression.objects.values_list()]
    assert len(kept) == 2
    assert BO not in str(kept)


def test_a_letter_to_a_nominee_that_waits_does_not_leave(nominated, administrator):
    letter = Letter.objects.get(related_noun="nomination")

    administrator.post(PAGE, spoken(letter.recipient))
    drain()

    letter.refresh_from_db()
    assert letter.state == LetterState.FAILED


def test_nobody_is_written_to_there_by_a_later_nomination(invited, manager, administrator):
    administrator.post(PAGE, spoken("info@kabelro.example"))
    row = invited(country="NO")
    found = actions.nominate(
        invitation=row, kind=NominationKind.COLLEAGUE, name="Bo", email="info@kabelro.example",
        by=None,
    )  # fmt: skip

    with pytest.raises(InvitationProblem):
        actions.accept_nomination(nomination=found, by=manager)


@contextmanager
def whoever_rings_working() -> Iterator[None]:
    app.conf.task_always_eager = True
    try:
        yield
    finally:
        app.conf.task_always_eager = False


@pytest.mark.django_db(transaction=True)
def test_what_waits_to_be_passed_on_to_a_company_at_the_address_ends(
    challenge, manager, new_company, scored, administrator
):
    company = new_company("Kanarie", is_member=False, source=Source.IMPORTED)
    relayer = MembershipFactory()
    company.cluster_memberships.create(cluster=relayer.organisation)
    scored()
    (row,) = actions.propose(challenge=challenge, company_ids=[company.pk], by=manager)
    actions.send(challenge=challenge, invitation_ids=[row.pk], by=manager)

    with whoever_rings_working():
        administrator.post(PAGE, spoken(company.email))

    row.refresh_from_db()
    assert row.refused_because == Refusal.OBJECTED


def test_a_manager_writes_down_what_her_own_nomination_brought(nominated, manager):
    response = signed_in(manager).post(PAGE, spoken(nominated.email))

    assert response.status_code == 302
    assert objection_at(nominated.email) == Refusal.OBJECTED


def test_a_manager_speaks_of_no_other_address_and_learns_nothing_of_it(nominated, administrator):
    administrator.post(PAGE, spoken())
    elsewhere = signed_in(MembershipFactory().user)

    for address in (BO, nominated.email):
        for fields in (spoken(address), {"do": "look", "look-address": address}):
            response = elsewhere.post(PAGE, fields)

            assert response.status_code == 422
            assert "No letter went to this address" in response.content.decode()
            assert "gets no letters of invitation since" not in response.content.decode()
    assert Objection.objects.count() == 1


def test_an_address_that_was_named_and_not_written_to_is_no_managers(invited, manager):
    row = invited(country="NO")
    actions.nominate(invitation=row, kind=NominationKind.COLLEAGUE, name="Bo", email=BO, by=None)

    response = signed_in(manager).post(PAGE, spoken())

    assert Nomination.objects.get().state == NominationState.WAITING
    assert response.status_code == 422


def test_one_address_is_looked_up_and_no_other_is_shown(administrator):
    administrator.post(PAGE, spoken())
    administrator.post(PAGE, spoken("ib@other.example"))
    administrator.get(PAGE)

    found = administrator.post(PAGE, {"do": "look", "look-address": BO}).content.decode()
    none = administrator.post(PAGE, {"do": "look", "look-address": "al@c.example"})

    assert f"{BO} gets no letters of invitation since" in found
    assert "ib@other.example" not in found
    assert "al@c.example is not on the list." in none.content.decode()


def test_a_stop_by_the_link_is_found_as_well(administrator):
    suppress(address_hash=hash_of(BO), list_name="invitations")

    found = administrator.post(PAGE, {"do": "look", "look-address": BO}).content.decode()

    assert "Asked to stop" in found


def test_twice_says_so_and_keeps_what_was_typed(administrator):
    administrator.post(PAGE, spoken())

    response = administrator.post(PAGE, spoken(**{"record-said": "Once more, in anger."}))

    assert response.status_code == 422
    assert "nothing more is needed" in response.content.decode()
    assert "Once more, in anger." in response.content.decode()
    assert Objection.objects.count() == 1


def test_a_day_to_come_is_refused(administrator):
    tomorrow = timezone.localdate() + timedelta(days=1)

    response = administrator.post(PAGE, spoken(**{"record-heard_on": tomorrow.isoformat()}))

    assert response.status_code == 422
    assert objection_at(BO) == ""


HALF_PAST_MIDNIGHT = datetime(2026, 12, 1, 23, 30, tzinfo=UTC)  # 0:30 in Copenhagen


def test_after_midnight_here_today_is_the_new_day(time_machine):
    time_machine.move_to(HALF_PAST_MIDNIGHT)
    person = signed_in(AdministratorFactory())

    offered = person.get(PAGE).content.decode()
    recorded = person.post(PAGE, spoken(**{"record-heard_on": "2026-12-02"}), follow=True)
    found = person.post(PAGE, {"do": "look", "look-address": BO}).content.decode()

    assert 'value="2026-12-02"' in offered
    assert recorded.status_code == 200
    assert Objection.objects.get().heard_on == date(2026, 12, 2)
    assert "2 Dec 2026, 00:30 CET" in found


def mistake(objection: Objection) -> str:
    return reverse("invitations:objection_mistake", args=[objection.pk])


def test_a_mistake_is_taken_back_and_its_reason_kept(administrator):
    administrator.post(PAGE, spoken())
    objection = Objection.objects.get()

    administrator.post(mistake(objection), {"why": "Mistyped: they said bo@kabel.example."})

    objection.refresh_from_db()
    assert objection_at(BO) == ""
    assert objection.taken_back_why == "Mistyped: they said bo@kabel.example."
    found = administrator.post(PAGE, {"do": "look", "look-address": BO}).content.decode()
    assert "Mistyped: they said bo@kabel.example." in found
    administrator.post(PAGE, spoken())
    assert objection_at(BO) == Refusal.OBJECTED


def test_only_who_wrote_it_down_and_administrators_read_why_it_was_a_mistake(
    nominated, manager, administrator
):
    signed_in(manager).post(PAGE, spoken(nominated.email))
    look = {"do": "look", "look-address": nominated.email}
    before = signed_in(manager).post(PAGE, look).content.decode()
    administrator.post(mistake(Objection.objects.get()), {"why": "Sten misheard the name."})
    colleague = MembershipFactory(
        organisation=nominated.invitation.challenge.lab.cluster, user=AccountFactory()
    ).user

    pages = [
        person.post(PAGE, look).content.decode()
        for person in (administrator, signed_in(manager), signed_in(colleague))
    ]

    assert "an administrator can take this back until" in before
    assert ["Sten misheard the name." in page for page in pages] == [True, True, False]
    assert "Taken back as a mistake on" in pages[2]
    assert [f"{nominated.email} is not on the list." in page for page in pages] == [True] * 3


def test_one_short_sentence_is_the_status(administrator):
    administrator.post(PAGE, spoken())

    page = administrator.post(PAGE, {"do": "look", "look-address": BO}).content.decode()

    (status,) = re.findall(r'<p[^>]* role="status">([^<]*)</p>', page)
    assert status == f"{BO} is on the list."


def test_what_others_said_of_the_address_stays(administrator):
    administrator.post(PAGE, spoken())
    suppress(address_hash=hash_of(BO), reason=StopReason.OBJECTED)

    administrator.post(mistake(Objection.objects.get()), {"why": "Mistyped"})

    assert objection_at(BO) == Refusal.OBJECTED


@pytest.mark.parametrize("why, days", [("", 0), ("Mistyped", TAKEN_BACK_WITHIN.days)])
def test_no_reason_or_too_late_takes_nothing_back(administrator, why, days):
    administrator.post(PAGE, spoken())
    objection = Objection.objects.get()
    Objection.objects.update(recorded_at=timezone.now() - timedelta(days=days))

    response = administrator.post(mistake(objection), {"why": why})

    assert [one.level_tag for one in get_messages(response.wsgi_request)][-1] == "error"
    assert objection_at(BO) == Refusal.OBJECTED


def test_erasing_the_person_takes_the_words_and_leaves_the_stop():
    record_objection(
        address=BO, said="Bo is angry.", heard_on=timezone.localdate(), heard_by="Ib",
        by=AccountFactory(),
    )  # fmt: skip

    forget(address=BO)

    assert list(Objection.objects.values_list("said", "heard_by")) == [("", "")]
    assert objection_at(BO) == Refusal.OBJECTED
    with pytest.raises(InternalError):
        Objection.objects.get().delete()


def test_the_page_has_its_place(administrator, manager, challenge):
    assert PAGE in administrator.get(reverse("dashboard:dashboard"), follow=True).content.decode()
    assert PAGE in signed_in(manager).get("/invitations/").content.decode()
    assert PAGE not in signed_in(AccountFactory()).get("/invitations/").content.decode()
