"""Many letters at once: few statements, written later, each with a secret of its own."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from companies.models import Company
from invitations import actions
from invitations.choices import Refusal, Status
from invitations.emails import language_of, recipient_of
from invitations.models import Invitation
from invitations.tokens import hash_of
from mail.actions import write_late
from mail.choices import Priority
from mail.models import Letter
from tests.factories import CompanyMemberFactory
from tests.invitations.conftest import write_queued
from tests.invitations.test_letters import LINK

pytestmark = pytest.mark.django_db


@pytest.fixture
def proposed(challenge, manager, new_company, scored):
    """Proposals of as many companies."""

    def make(number: int) -> list[Invitation]:
        known = Company.objects.count()
        companies = [new_company(f"Firma {known + n}") for n in range(number)]
        scored()
        ids = [company.pk for company in companies]
        return actions.propose(challenge=challenge, company_ids=ids, by=manager)

    return make


def send(challenge, rows, by):
    return actions.send(challenge=challenge, invitation_ids=[row.pk for row in rows], by=by)


def test_one_and_thirty_take_the_same_statements(challenge, manager, proposed):
    counts = []
    for number in (1, 30):
        rows = proposed(number)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert len(send(challenge, rows, manager)) == number
        counts.append(len(asked))

    assert counts[0] == counts[1] <= 25


def test_letters_wait_unwritten_and_in_no_hurry(challenge, manager, proposed):
    (row,) = send(challenge, proposed(1), manager)

    letter = Letter.objects.get(pk=row.letter_id)
    assert (row.status, row.token_hash, letter.is_written) == (Status.QUEUED, None, False)
    assert (letter.priority, letter.caused_by) == (Priority.BULK, manager)
    assert (letter.key, letter.related_id) == (f"invite-company:{row.pk}:1", str(row.pk))


def test_the_database_finds_the_address_and_the_language_that_python_finds(
    challenge, manager, proposed
):
    rows = proposed(4)
    for row, language in zip(rows, ("da", "nb", "de", "en"), strict=True):
        Company.objects.filter(pk=row.company_id).update(language=language)
    without = Company.objects.filter(pk__in=[row.company_id for row in rows[:2]])
    without.update(email="")
    for _ in range(2):
        CompanyMemberFactory(company_id=rows[0].company_id)

    sent = send(challenge, rows, manager)

    companies = Company.objects.filter(pk__in=[row.company_id for row in sent]).order_by("pk")
    letters = Letter.objects.order_by("related_id").values_list("recipient", "language")
    told = {(recipient_of(company), language_of(company)) for company in companies}
    assert (len(sent), set(letters)) == (3, told)
    assert Invitation.objects.get(pk=rows[1].pk).refused_because == Refusal.NO_ADDRESS


def test_what_is_no_address_is_refused(challenge, manager, proposed):
    (row,) = proposed(1)
    Company.objects.update(email="nobody")

    assert send(challenge, [row], manager) == []

    row.refresh_from_db()
    assert (row.status, row.refused_because) == (Status.REFUSED, Refusal.NO_ADDRESS)


def test_each_reason_refuses_its_own_and_the_others_are_written_to(challenge, manager, proposed):
    gone, unwilling, willing = proposed(3)
    Company.objects.filter(pk=gone.company_id).update(is_active=False)
    Company.objects.filter(pk=unwilling.company_id).update(wants_invitations=False)

    sent = send(challenge, [gone, unwilling, willing], manager)

    assert [row.pk for row in sent] == [willing.pk]
    assert dict(Invitation.objects.values_list("pk", "refused_because")) == {
        gone.pk: Refusal.GONE,
        unwilling.pk: Refusal.OPTED_OUT,
        willing.pk: "",
    }


def test_a_letter_written_once_more_has_another_secret(challenge, manager, proposed):
    (row,) = send(challenge, proposed(1), manager)
    write_queued()
    first = LINK.findall(Letter.objects.get().text)
    Letter.objects.update(subject="")

    write_queued()

    second = LINK.findall(Letter.objects.get().text)
    row.refresh_from_db()
    assert first != second
    assert row.token_hash == hash_of(second[0])


def test_a_secret_is_kept_only_with_the_words_that_carry_it(
    challenge, manager, proposed, monkeypatch
):
    (row,) = send(challenge, proposed(1), manager)

    def fail(drafts):
        raise ValueError("no room")

    monkeypatch.setattr("mail.actions.writing._store", fail)

    assert write_late(letters=list(Letter.objects.all())) == [Letter.objects.get()]
    row.refresh_from_db()
    assert row.token_hash is None
    assert Letter.objects.get().text == ""


def test_letters_are_written_with_the_same_statements_however_many(challenge, manager, proposed):
    counts = []
    for number in (1, 20):
        send(challenge, proposed(number), manager)
        letters = list(Letter.objects.filter(subject=""))
        with CaptureQueriesContext(connection) as asked:
            assert write_late(letters=letters) == []
        counts.append(len(asked))

    assert counts[0] == counts[1] <= 12
