"""A letter says why its company is asked: what is known stays known, and none leaves without."""

from datetime import timedelta

import pytest
from django.utils import timezone

from invitations import actions, tasks
from invitations.choices import Refusal, Status
from invitations.models import Invitation
from mail.choices import LetterState
from mail.delivery import drain
from mail.models import Letter
from matching.models import Match, MatchRun
from tests.factories import ChallengeFactory
from tests.mail.conftest import sink  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db


@pytest.fixture
def proposed(challenge, manager, new_company, scored) -> Invitation:
    company = new_company()
    scored()
    (row,) = actions.propose(challenge=challenge, company_ids=[company.pk], by=manager)
    assert row.reasons
    return row


def numbers_alone(**changes: object) -> None:
    """It was scored anew, and nobody has written down why yet."""
    Match.objects.update(findings=None, conditions=[], **changes)


def nobody_can_say_why() -> None:
    """What the numbers came from is gone until the next scoring."""
    numbers_alone()
    MatchRun.objects.update(snapshot=None)


def test_what_a_proposal_knew_stays_until_more_is_known(challenge, manager, proposed):
    numbers_alone(total=1)

    (row,) = actions.propose(challenge=challenge, company_ids=[proposed.company_id], by=manager)

    assert (row.total, row.reasons) == (proposed.total, proposed.reasons)


def test_a_letter_says_what_holds_when_it_is_written(challenge, manager, proposed, sink):  # noqa: F811
    """Known reasons and their score are those of an earlier look, and both are renewed."""
    Invitation.objects.update(total=1, reasons=proposed.reasons[:1])
    actions.send(challenge=challenge, invitation_ids=[proposed.pk], by=manager)

    drain()

    row = Invitation.objects.get()
    assert (row.total, row.reasons) == (proposed.total, proposed.reasons)


def test_a_letter_whose_reasons_nobody_can_write_yet_waits_for_them(
    challenge,
    manager,
    proposed,
    scored,
    sink,  # noqa: F811
):
    Invitation.objects.update(reasons=[])
    nobody_can_say_why()
    actions.send(challenge=challenge, invitation_ids=[proposed.pk], by=manager)

    drain()

    letter = Letter.objects.get(kind="invite-company")
    soon = timezone.now() + timedelta(minutes=5)
    assert (letter.state, letter.is_written) == (LetterState.QUEUED, False)
    assert letter.next_attempt_at <= soon
    scored()
    Letter.objects.update(next_attempt_at=timezone.now())
    drain()
    letter.refresh_from_db()
    assert (letter.state, "Why we ask you" in letter.text) == (LetterState.SENT, True)


def test_it_does_not_wait_for_ever_and_its_row_says_why(challenge, manager, proposed, sink):  # noqa: F811
    Invitation.objects.update(reasons=[])
    nobody_can_say_why()
    actions.send(challenge=challenge, invitation_ids=[proposed.pk], by=manager)
    Letter.objects.update(attempts=5)

    drain()
    tasks.sweep_fates()

    row = Invitation.objects.get()
    assert (row.status, row.refused_because) == (Status.REFUSED, Refusal.NOT_WRITTEN)
    assert actions.propose_again(invitation=row, by=manager).status == Status.PROPOSED


def test_a_letter_of_several_leaves_out_what_nobody_can_explain_yet(
    challenge, manager, proposed, scored
):
    others = [
        ChallengeFactory(
            open=True, lab=challenge.lab, themes=["sensors_grid"], threshold=10, title=title
        )
        for title in ("Second", "Third")
    ]
    held = [
        Invitation.objects.create(
            challenge=one,
            company=proposed.company,
            status=Status.HELD,
            proposed_by=manager,
            reasons=proposed.reasons,
        )
        for one in others
    ]
    Invitation.objects.filter(pk=proposed.pk).update(status=Status.HELD, reasons=[])
    nobody_can_say_why()

    assert actions.write_next_letters() == 1

    proposed.refresh_from_db()
    assert proposed.status == Status.HELD
    states = [Invitation.objects.get(pk=one.pk).status for one in held]
    assert states == [Status.QUEUED, Status.QUEUED]
