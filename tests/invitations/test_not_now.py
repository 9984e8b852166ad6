"""*Not now*: an answer of its own, with a day before which nobody asks again."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Notice
from challenges.actions import close
from invitations import actions
from invitations.choices import Status
from invitations.models import Invitation
from invitations.problems import InvitationProblem
from invitations.tasks import wake_due_invitations
from mail.models import Letter
from matching.models import RecordedOutcome
from matching.stories import lessons_of, stories_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def tomorrow():
    return timezone.localdate() + timedelta(days=1)


@pytest.fixture
def postponed(invited, tomorrow) -> Invitation:
    return actions.postpone(invitation=invited(), until=tomorrow, note="Busy", by=None)


def outcomes() -> list[str]:
    return list(RecordedOutcome.objects.order_by("number").values_list("outcome", flat=True))


def the_day_has_come(row: Invitation) -> None:
    Invitation.objects.filter(pk=row.pk).update(not_before=timezone.localdate())


def test_it_is_recorded_told_to_the_manager_and_to_matching(postponed, tomorrow, manager):
    assert (postponed.status, postponed.not_before) == (Status.LATER, tomorrow)
    assert [notice.kind for notice in Notice.objects.of(manager)] == ["invitation_later"]
    assert outcomes() == ["postponed"]


def test_it_says_nothing_about_the_fit(postponed, challenge, manager):
    network = challenge.lab.cluster.networks.create(name="North Sea", slug="north-sea")

    stories = stories_of(network)

    assert [story.answer for story in stories] == ["postponed"]
    assert lessons_of(stories) == []


@pytest.mark.parametrize("days", [0, -1])
def test_only_a_day_to_come_can_be_named(invited, days):
    row = invited()
    day = timezone.localdate() + timedelta(days=days)

    with pytest.raises(InvitationProblem, match="still to come"):
        actions.postpone(invitation=row, until=day, by=None)


def test_the_same_twice_is_told_once(postponed, tomorrow, manager):
    actions.postpone(invitation=postponed, until=tomorrow, note="Busy", by=None)

    assert Notice.objects.of(manager).count() == 1
    assert outcomes() == ["postponed"]


def test_another_answer_forgets_the_day(postponed):
    row = actions.answer(invitation=postponed, interested=True, by=None)

    assert (row.status, row.not_before) == (Status.INTERESTED, None)


def test_taking_it_back_forgets_the_day(postponed):
    row = actions.take_back_answer(invitation=postponed, by=None)

    assert (row.status, row.not_before) == (Status.SENT, None)


def test_before_the_day_nobody_asks_again(postponed, challenge, manager):
    actions.propose(challenge=challenge, company_ids=[postponed.company_id], by=manager)
    actions.send(challenge=challenge, invitation_ids=[postponed.pk], by=manager)
    actions.tell_invited(challenge=challenge, event="extended", occasion="now")
    wake_due_invitations()
    with pytest.raises(InvitationProblem):
        actions.propose_again(invitation=postponed, by=manager)

    postponed.refresh_from_db()
    assert postponed.status == Status.LATER
    assert Letter.objects.exclude(kind="notice").count() == 1
    assert postponed not in Invitation.objects.waiting()


def test_on_the_day_it_waits_for_an_answer_again(postponed):
    the_day_has_come(postponed)

    first, second = actions.wake_due(), actions.wake_due()

    postponed.refresh_from_db()
    assert (first, second) == (1, 0)
    assert (postponed.status, postponed.answered_at) == (Status.SENT, None)


def test_a_closed_challenge_wakes_nobody(postponed, challenge, manager):
    the_day_has_come(postponed)
    close(challenge=challenge, by=manager)

    assert actions.wake_due() == 0


def test_who_said_not_now_and_then_nothing_is_not_counted_as_silent(postponed, challenge, manager):
    the_day_has_come(postponed)
    actions.wake_due()

    actions.expire(challenge=challenge, by=None)

    assert outcomes() == ["postponed"]
