from datetime import UTC, datetime, timedelta

import pytest
from django.db import InternalError, transaction
from django.utils import timezone

from challenges import actions
from challenges.actions import ChallengeRefused, NotReady
from challenges.choices import MOVES, Status
from challenges.models import Challenge
from challenges.tasks import close_due_challenges
from tests.factories import ChallengeFactory

pytestmark = pytest.mark.django_db


def in_days(days):
    return timezone.now() + timedelta(days=days)


def in_state(status):
    return ChallengeFactory(status=status)


# Publish.


def test_publishing_opens_the_challenge_and_announces_it(marta, announced):
    draft = ChallengeFactory()

    published = actions.publish(challenge=draft, by=marta)

    assert published.status == Status.OPEN
    assert published.published_at is not None
    assert announced == [("published", [draft.pk])]


def test_publishing_an_empty_draft_lists_everything_that_is_missing(lab, marta, announced):
    draft = actions.create_draft(lab=lab, title="Quiet grid", by=marta)

    with pytest.raises(NotReady) as refused:
        actions.publish(challenge=draft, by=marta)

    assert str(refused.value) == (
        "Before publishing, add: the need, the question in one line, the wanted outcome, success "
        "criteria, at least one must-have capability, at least one theme, the kind of offer, "
        "a deadline."
    )
    assert announced == []


def test_publishing_refuses_a_deadline_that_has_passed(marta):
    draft = ChallengeFactory(deadline=in_days(-1))

    with pytest.raises(NotReady) as refused:
        actions.publish(challenge=draft, by=marta)

    assert refused.value.missing == ("deadline_ahead",)


def test_only_a_draft_can_be_published(marta):
    challenge = ChallengeFactory(open=True)

    with pytest.raises(ChallengeRefused, match=r"^Only a draft can be published; .* is open\.$"):
        actions.publish(challenge=challenge, by=marta)


# Close.


def test_closing_by_hand_stops_applications_at_once(marta, announced):
    challenge = ChallengeFactory(open=True)

    closed = actions.close(challenge=challenge, by=marta)

    assert closed.status == Status.CLOSED
    assert closed.closed_at is not None
    assert announced == [("closed", [challenge.pk], "closed")]


def test_clock_may_not_close_before_the_deadline():
    challenge = ChallengeFactory(open=True)

    with pytest.raises(ChallengeRefused, match="has not passed yet"):
        actions.close(challenge=challenge, by=None)


def test_clock_closes_what_is_due_and_nothing_else_also_when_rung_twice(announced):
    due = [ChallengeFactory(open=True, deadline=in_days(-days)) for days in (1, 2)]
    ahead = ChallengeFactory(open=True)
    ChallengeFactory(deadline=in_days(-1))

    close_due_challenges()
    close_due_challenges()

    assert set(Challenge.objects.filter(status=Status.CLOSED)) == set(due)
    assert Challenge.objects.get(status=Status.OPEN) == ahead
    assert [(name, set(ids)) for name, ids, _ in announced] == [
        ("closed", {challenge.pk for challenge in due})
    ]


# Reopen and extend.


def test_reopening_after_the_deadline_asks_for_a_new_one(marta):
    closed = ChallengeFactory(closed=True, closed_at=datetime(2026, 5, 3, 12, tzinfo=UTC))

    with pytest.raises(ChallengeRefused) as refused:
        actions.reopen(challenge=closed, by=marta)

    assert str(refused.value) == (
        "This challenge closed on 3 May 2026; extend the deadline before reopening it."
    )


def test_reopening_with_a_new_deadline(marta, announced):
    closed = ChallengeFactory(closed=True)
    deadline = in_days(10)

    reopened = actions.reopen(challenge=closed, deadline=deadline, by=marta)

    assert (reopened.status, reopened.deadline) == (Status.OPEN, deadline)
    assert reopened.closed_at is None
    assert announced == [("changed", [closed.pk], "reopened")]


def test_challenge_closed_early_reopens_with_the_deadline_it_had(marta):
    challenge = ChallengeFactory(open=True)
    actions.close(challenge=challenge, by=marta)

    reopened = actions.reopen(challenge=challenge, by=marta)

    assert (reopened.status, reopened.deadline) == (Status.OPEN, challenge.deadline)


def test_extending_an_open_challenge_announces_it(marta, announced):
    challenge = ChallengeFactory(open=True)
    deadline = in_days(60)

    extended = actions.extend(challenge=challenge, deadline=deadline, by=marta)

    assert extended.deadline == deadline
    assert announced == [("changed", [challenge.pk], "extended")]


def test_extending_a_closed_challenge_keeps_it_closed_and_quiet(marta, announced):
    challenge = ChallengeFactory(closed=True)

    extended = actions.extend(challenge=challenge, deadline=in_days(5), by=marta)

    assert extended.status == Status.CLOSED
    assert announced == []
    assert actions.reopen(challenge=challenge, by=marta).status == Status.OPEN


@pytest.mark.parametrize(
    "days, sentence",
    [(-1, "already passed; choose a later one"), (10, "an extension must end later than that")],
)
def test_an_extension_gives_time_and_never_takes_it(days, sentence, marta):
    challenge = ChallengeFactory(open=True)

    with pytest.raises(ChallengeRefused, match=sentence):
        actions.extend(challenge=challenge, deadline=in_days(days), by=marta)


# Withdraw.


@pytest.mark.parametrize("trait", [{}, {"closed": True}], ids=["draft", "closed"])
def test_withdrawing_keeps_the_reason(trait, marta, announced):
    challenge = ChallengeFactory(**trait)

    withdrawn = actions.withdraw(challenge=challenge, reason=" The pier is rebuilt. ", by=marta)

    assert withdrawn.status == Status.WITHDRAWN
    assert withdrawn.withdrawn_reason == "The pier is rebuilt."
    assert announced == [("closed", [challenge.pk], "withdrawn")]


def test_withdrawing_asks_for_a_reason(marta):
    with pytest.raises(ChallengeRefused, match="Say why"):
        actions.withdraw(challenge=ChallengeFactory(), reason="  ", by=marta)


def test_open_challenge_must_be_closed_before_it_is_withdrawn(marta):
    with pytest.raises(ChallengeRefused, match="close it before withdrawing it"):
        actions.withdraw(challenge=ChallengeFactory(open=True), reason="No", by=marta)


# The table of moves, in the verbs and in the database.

VERBS = {
    "publish": lambda challenge, by: actions.publish(challenge=challenge, by=by),
    "close": lambda challenge, by: actions.close(challenge=challenge, by=by),
    "reopen": lambda challenge, by: actions.reopen(challenge=challenge, by=by),
    "withdraw": lambda challenge, by: actions.withdraw(challenge=challenge, reason="x", by=by),
}
REACHED = {
    ("draft", "publish"): "open",
    ("draft", "withdraw"): "withdrawn",
    ("open", "close"): "closed",
    ("closed", "reopen"): "open",
    ("closed", "withdraw"): "withdrawn",
}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("status", Status.values)
def test_each_verb_moves_only_along_the_table(status, verb, marta):
    challenge = in_state(status)
    target = REACHED.get((status, verb))

    if target is None:
        with pytest.raises(ChallengeRefused):
            VERBS[verb](challenge, marta)
    else:
        VERBS[verb](challenge, marta)

    challenge.refresh_from_db()
    assert challenge.status == (target or status)
    assert target is None or (status, target) in MOVES


@pytest.mark.parametrize("target", Status.values)
@pytest.mark.parametrize("status", Status.values)
def test_database_refuses_every_move_outside_the_table(status, target):
    challenge = in_state(status)
    allowed = status == target or (status, target) in MOVES

    try:
        with transaction.atomic():
            Challenge.objects.filter(pk=challenge.pk).update(status=target)
        moved = True
    except InternalError:
        moved = False

    assert moved == allowed


# The history.


def test_history_keeps_each_move_and_who_made_it(marta):
    challenge = ChallengeFactory()

    actions.publish(challenge=challenge, by=marta)
    actions.close(challenge=challenge, by=marta)

    kept = challenge.events.order_by("pgh_id").values_list("status", "pgh_context__metadata")
    assert [(status, context) for status, context in kept][-2:] == [
        ("open", {"verb": "publish", "user": marta.pk}),
        ("closed", {"verb": "close", "user": marta.pk}),
    ]


# Dates of the demonstration.


def test_demonstration_challenge_takes_the_dates_of_its_story(marta):
    challenge = ChallengeFactory(closed=True, is_demonstration=True)
    then = in_days(-2900)

    actions.backdate(
        challenge=challenge, published_at=then, deadline=then, closed_at=then, by=marta
    )

    challenge.refresh_from_db()
    assert (challenge.published_at, challenge.deadline, challenge.closed_at) == (then,) * 3


def test_real_challenge_keeps_its_dates(marta):
    with pytest.raises(ChallengeRefused, match="Only demonstration challenges"):
        actions.backdate(challenge=ChallengeFactory(), published_at=in_days(-9), by=marta)
