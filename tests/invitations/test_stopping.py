"""S8: every letter of the list can be stopped by one click, without a cookie."""

from time import monotonic

import pytest
from django.test import Client
from django.utils import timezone

from challenges.models import Challenge
from invitations import actions
from invitations.choices import Refusal, Status
from invitations.models import Invitation
from invitations.tasks import record_fates
from mail.actions import claim_batch, suppressed_among
from mail.models import Letter, Suppression
from matching.actions import request_runs, score_challenge
from matching.models import MatchRun
from tests.factories import ChallengeFactory
from tests.invitations.conftest import write_queued

pytestmark = pytest.mark.django_db

FIRMS = 5
KINDS = {"invite-company": FIRMS, "invite-digest": FIRMS, "invite-reminder": FIRMS}


@pytest.fixture
def letters(challenge, manager, invited, settings) -> list[Letter]:
    """Five companies get all three kinds: invitations, a reminder, and two invitations in one."""
    rows = [invited(f"Firm {number}") for number in range(FIRMS)]
    Invitation.objects.update(status=Status.SENT, sent_at=timezone.now())
    actions.remind_silent(challenge=challenge, by=manager)
    settings.LETTER_DAYS = 7
    for number in range(2):
        other = ChallengeFactory(
            open=True, lab=challenge.lab, themes=["sensors_grid"], title=f"Call {number}"
        )
        _invite(other, [row.company_id for row in rows], manager)
    settings.LETTER_DAYS = 0
    actions.write_next_letters()
    write_queued()
    return list(Letter.objects.filter(list_name="invitations").order_by("pk"))


def _invite(challenge: Challenge, company_ids: list[int], manager) -> None:
    (run,) = request_runs(challenge_ids=[challenge.pk])
    score_challenge(run=MatchRun.objects.get(pk=run))
    rows = actions.propose(challenge=challenge, company_ids=company_ids, by=manager)
    actions.send(challenge=challenge, invitation_ids=[row.pk for row in rows], by=manager)


def stop_door(letter: Letter) -> str:
    url = letter.headers["List-Unsubscribe"].strip("<>")
    return url[url.index("/letters/") :]


def test_all_letters_of_all_kinds_carry_both_headers(letters):
    found = {kind: sum(letter.kind == kind for letter in letters) for kind in KINDS}

    assert found == KINDS
    for letter in letters:
        assert letter.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert letter.headers["List-Unsubscribe"].startswith("<http")
        assert letter.headers["List-Unsubscribe"].strip("<>") in letter.text


def test_one_click_stops_within_a_second_and_nobody_else(letters):
    program = Client(enforce_csrf_checks=True)
    first = letters[0]
    addresses = {letter.recipient for letter in letters}

    before = monotonic()
    reply = program.post(stop_door(first), {"List-Unsubscribe": "One-Click"})
    stopped = suppressed_among(addresses=addresses, list_name="invitations")

    assert monotonic() - before < 1
    assert (reply.status_code, dict(reply.cookies)) == (200, {})
    assert stopped == {first.recipient}


def test_a_thousand_readings_stop_nothing(letters):
    program = Client(enforce_csrf_checks=True)

    for number in range(1000):
        assert (
            program.get(stop_door(letters[number % len(letters)]), follow=True).status_code == 200
        )

    assert not Suppression.objects.exists()


def test_after_the_stop_no_kind_of_letter_follows(letters, challenge, manager):
    first = letters[0]
    Client().post(stop_door(first), {"List-Unsubscribe": "One-Click"})
    row = Invitation.objects.filter(company__email=first.recipient, challenge=challenge).get()
    other = ChallengeFactory(open=True, lab=challenge.lab, themes=["sensors_grid"])

    _invite(other, [row.company_id], manager)

    refused = Invitation.objects.get(challenge=other)
    assert (refused.status, refused.refused_because) == (Status.REFUSED, Refusal.STOPPED)


def test_who_stops_while_the_letter_waits_does_not_get_it(invited):
    row = invited()
    (letter,) = Letter.objects.filter(pk=row.letter_id)
    Client().post(stop_door(letter), {"List-Unsubscribe": "One-Click"})

    assert claim_batch() == []
    record_fates([row.letter_id])

    row.refresh_from_db()
    assert (row.status, row.refused_because) == (Status.REFUSED, Refusal.STOPPED)
