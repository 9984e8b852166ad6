"""After the deadline: on the shortlist, chosen for a pilot, and back; matching hears of it."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, DataError, transaction
from django.utils import timezone

from accounts.models import Notice
from applications import actions
from applications.choices import Status
from applications.invariants import contradictions
from applications.models import Application
from applications.problems import ApplicationProblem
from challenges.actions import reopen
from challenges.models import Challenge
from challenges.wording import deadline_written_out
from mail.models import Letter
from matching.models import RecordedOutcome
from tests.applications.conftest import another, end, go, status_of, told
from tests.factories import ChallengeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def listed(over, marta):
    return go(actions.shortlist, over, marta)


@pytest.fixture
def chosen(listed, marta):
    return go(actions.agree_pilot, listed, marta)


def test_from_the_shortlist_to_a_pilot(over, marta):
    listed = go(actions.shortlist, over, marta)
    chosen = go(actions.agree_pilot, listed, marta)

    assert (listed.status, chosen.status) == (Status.SHORTLISTED, Status.SELECTED)
    assert status_of(over) == Status.SELECTED
    assert told() == ["applied", "shortlisted", "piloted"]


def test_each_step_back_tells_what_is_true_again(chosen, marta):
    back = go(actions.take_back_pilot, chosen, marta)
    go(actions.take_off_shortlist, back, marta)

    assert status_of(chosen) == Status.SUBMITTED
    assert told() == ["applied", "shortlisted", "piloted", "shortlisted", "applied"]


@pytest.mark.parametrize(
    "before, verb",
    [
        ([], actions.shortlist),
        ([actions.shortlist], actions.take_off_shortlist),
        ([actions.shortlist], actions.agree_pilot),
        ([actions.shortlist, actions.agree_pilot], actions.take_back_pilot),
    ],
)
def test_twice_is_once(over, marta, before, verb):
    for step in before:
        go(step, over, marta)
    moved = go(verb, over, marta)
    heard = told()

    again = verb(applications=[over], by=marta)

    assert (again.moved, again.there, again.left_out) == ([], [moved], [])
    assert told() == heard


def test_nobody_is_written_to_or_told(over, marta):
    letters, notices = Letter.objects.count(), Notice.objects.count()

    go(actions.agree_pilot, go(actions.shortlist, over, marta), marta)

    assert (Letter.objects.count(), Notice.objects.count()) == (letters, notices)


@pytest.mark.parametrize("verb", [actions.shortlist, actions.agree_pilot])
def test_before_the_deadline_it_is_said_when(sent, marta, verb):
    last = deadline_written_out(sent.challenge, language="en")

    with pytest.raises(ApplicationProblem, match=f"may still change .* passed: {last}"):
        verb(applications=[sent], by=marta)

    assert (status_of(sent), told()) == (Status.SUBMITTED, ["applied"])


def test_once_the_deadline_has_passed_the_clock_need_not_have_closed(challenge, sent, marta):
    end(challenge)

    go(actions.shortlist, sent, marta)

    assert status_of(sent) == Status.SHORTLISTED


def test_closed_by_hand_is_over_too(challenge, sent, marta):
    """Nothing may be changed any more, whenever the deadline would have been."""
    Challenge.objects.filter(pk=challenge.pk).update(status="closed", closed_at=timezone.now())

    go(actions.shortlist, sent, marta)

    assert status_of(sent) == Status.SHORTLISTED


def test_a_withdrawn_challenge_chooses_nobody_and_lets_go(challenge, listed, marta):
    Challenge.objects.filter(pk=challenge.pk).update(status="withdrawn")

    with pytest.raises(ApplicationProblem, match="was withdrawn"):
        actions.agree_pilot(applications=[listed], by=marta)
    go(actions.take_off_shortlist, listed, marta)

    assert status_of(listed) == Status.SUBMITTED


def test_off_the_shortlist_of_a_reopened_challenge_it_can_be_edited(
    challenge, listed, answers, freja, marta
):
    reopen(challenge=challenge, deadline=timezone.now() + timedelta(days=3), by=marta)
    changed = {"content": answers | {"pitch": "Better ears"}, "arrived_at": timezone.now()}

    with pytest.raises(ApplicationProblem, match="being decided on"):
        actions.submit(application=listed, by=freja, **changed)
    go(actions.take_off_shortlist, listed, marta)
    edited = actions.submit(application=listed, by=freja, **changed)

    assert (edited.status, edited.pitch) == (Status.SUBMITTED, "Better ears")


def test_several_at_once_and_none_is_lost(challenge, over, answers, marta):
    gone, there, further = (another(challenge, answers, name) for name in "ABC")
    actions.withdraw(application=gone, by=None)
    go(actions.shortlist, there, marta)
    go(actions.agree_pilot, go(actions.shortlist, further, marta), marta)

    done = actions.shortlist(applications=[further, there, gone, over], by=marta)

    assert (done.moved, done.there, done.left_out) == ([over], [there], [gone, further])
    assert [status_of(row) for row in (over, there, gone, further)] == [
        Status.SHORTLISTED,
        Status.SHORTLISTED,
        Status.WITHDRAWN,
        Status.SELECTED,
    ]


def test_applications_of_two_challenges_are_a_mistake_of_ours(over, answers, marta):
    elsewhere = another(ChallengeFactory(open=True), answers)

    with pytest.raises(ValueError, match="unpack"):
        actions.shortlist(applications=[over, elsewhere], by=marta)


@pytest.mark.parametrize(
    "verb", [actions.agree_pilot, actions.take_back_pilot, actions.take_off_shortlist]
)
def test_no_step_is_skipped(over, marta, verb):
    step = verb(applications=[over], by=marta)

    expected = ([over], []) if verb is actions.take_off_shortlist else ([], [over])
    assert (step.there, step.left_out) == expected
    assert (status_of(over), told()) == (Status.SUBMITTED, ["applied"])


def test_a_withdrawn_one_stays_withdrawn(over, freja, marta):
    actions.withdraw(application=over, by=freja)

    for verb in (actions.shortlist, actions.take_off_shortlist, actions.take_back_pilot):
        assert verb(applications=[over], by=marta).left_out == [over]

    assert (status_of(over), told()) == (Status.WITHDRAWN, ["applied", "withdrawn"])


@pytest.mark.parametrize("steps", [1, 2])
def test_a_company_may_withdraw_until_the_end(over, freja, marta, steps):
    for verb in (actions.shortlist, actions.agree_pilot)[:steps]:
        go(verb, over, marta)

    withdrawn = actions.withdraw(application=over, by=freja)

    assert withdrawn.status == Status.WITHDRAWN
    assert Notice.objects.get(user=marta).kind == "application_withdrawn"
    assert told()[-1] == "withdrawn"
    assert withdrawn.versions.count() == 1


def test_a_step_that_matching_cannot_hear_of_is_not_taken(over, marta):
    """There is no number after the last."""
    RecordedOutcome.objects.create(
        challenge=over.challenge,
        company=over.company,
        number=32767,
        outcome="invited",
        at=timezone.now(),
    )

    with pytest.raises(DataError):
        actions.shortlist(applications=[over], by=marta)

    assert status_of(over) == Status.SUBMITTED


@pytest.mark.parametrize(
    "path",
    [
        [Status.SELECTED],
        [Status.SHORTLISTED, Status.DRAFT],
        [Status.SHORTLISTED, Status.SELECTED, Status.SUBMITTED],
        [Status.SHORTLISTED, Status.SELECTED, Status.DECLINED],
    ],
)
def test_the_database_refuses_other_steps(over, path):
    *first, last = path
    for status in first:
        Application.objects.filter(pk=over.pk).update(status=status)

    with pytest.raises(DatabaseError), transaction.atomic():
        Application.objects.filter(pk=over.pk).update(status=last)


def test_the_history_keeps_every_step(chosen, marta):
    go(actions.take_back_pilot, chosen, marta)

    events = chosen.status_events.order_by("pk").values_list("status", flat=True)
    assert list(events)[-3:] == [Status.SHORTLISTED, Status.SELECTED, Status.SHORTLISTED]


def test_statements_do_not_grow_with_the_applications(
    challenge, over, answers, marta, django_assert_num_queries
):
    several = [another(challenge, answers, name) for name in "ABCDEFGH"]
    with django_assert_num_queries(15):
        actions.shortlist(applications=[over], by=marta)

    with django_assert_num_queries(15):
        actions.shortlist(applications=several, by=marta)


CONTRADICTION = "What matching was told last of an application is not where it stands"


def contradicted() -> list[int]:
    return [row.pk for row in contradictions()[CONTRADICTION]]


def test_wherever_an_application_goes_matching_was_told(challenge, over, answers, marta):
    for verb in (
        actions.shortlist,
        actions.agree_pilot,
        actions.take_back_pilot,
        actions.take_off_shortlist,
    ):
        assert contradicted() == []
        go(verb, over, marta)
    another(challenge, answers)
    actions.withdraw(application=over, by=None)
    Challenge.objects.update(status="open", deadline=timezone.now() + timedelta(days=1))
    actions.take_up_again(application=over, by=None)

    assert contradicted() == []


@pytest.mark.parametrize("status", [Status.SHORTLISTED, Status.WITHDRAWN])
def test_what_matching_was_not_told_is_found(over, status):
    Application.objects.filter(pk=over.pk).update(status=status)

    assert contradicted() == [over.pk]


def test_an_arrival_that_matching_never_heard_of_is_found(over):
    RecordedOutcome.objects.all().delete()

    assert contradicted() == [over.pk]
