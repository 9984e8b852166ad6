"""What arrived in time counts, even where a manager took a step before it was processed."""

from datetime import timedelta

import pytest
from django.utils import timezone

from applications import actions
from applications.choices import Status
from applications.invariants import contradictions
from applications.problems import ApplicationProblem, TooLate
from challenges.models import Challenge
from mail.models import Letter
from tests.applications.conftest import PDF, go, pdf, status_of, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def in_time(sent):
    """When an edit began that is processed only after the deadline."""
    return timezone.now()


@pytest.fixture
def listed(challenge, sent, in_time, marta):
    """On the shortlist right after the deadline."""
    last = in_time + timedelta(microseconds=1)
    Challenge.objects.filter(pk=challenge.pk).update(deadline=last)
    return go(actions.shortlist, sent, marta)


def edit(row, answers, at):
    changed = answers | {"pitch": "Better ears"}
    return actions.submit(application=row, content=changed, arrived_at=at, by=None)


def test_an_edit_that_arrived_in_time_counts_on_the_shortlist(listed, in_time, answers):
    letters = Letter.objects.filter(kind="application-receipt")
    before = letters.count()

    row = edit(listed, answers, in_time)

    row.refresh_from_db()
    assert (row.status, row.pitch) == (Status.SHORTLISTED, "Better ears")
    assert (row.submitted_at, row.pending) == (in_time, {})
    assert row.versions.get().content["pitch"] == answers["pitch"]
    assert letters.count() == before + 1


def test_matching_is_told_nothing_by_such_an_edit(listed, in_time, answers):
    edit(listed, answers, in_time)

    assert told() == ["applied", "shortlisted"]
    assert [list(found) for found in contradictions().values()] == [[]] * 4


def test_twice_is_once_on_the_shortlist_too(listed, in_time, answers):
    first = edit(listed, answers, in_time)
    again = edit(listed, answers, in_time)

    assert (again.revision, again.versions.count()) == (first.revision, 1)


def test_files_that_arrived_in_time_count_on_the_shortlist(listed, in_time, freja):
    common = {"arrived_at": in_time, "by": freja}
    first = actions.attach(application=listed, upload=pdf(), **common)
    second = actions.attach(application=listed, upload=pdf("b.pdf", PDF + b"b"), **common)
    actions.detach(attachment=first, **common)

    assert list(listed.attachments.all()) == [second]
    assert listed.versions.count() == 3
    assert status_of(listed) == Status.SHORTLISTED


def test_what_began_too_late_changes_nothing_on_the_shortlist(listed, answers, freja):
    late = timezone.now()

    with pytest.raises(TooLate):
        edit(listed, answers, late)
    with pytest.raises(ApplicationProblem):
        actions.attach(application=listed, upload=pdf(), arrived_at=late, by=freja)

    assert (listed.versions.count(), listed.attachments.count()) == (0, 0)


def test_in_a_reopened_challenge_one_on_the_shortlist_is_changed_by_nobody(
    challenge, listed, answers, freja
):
    later = timezone.now() + timedelta(days=1)
    Challenge.objects.filter(pk=challenge.pk).update(deadline=later)
    now = timezone.now()

    with pytest.raises(ApplicationProblem, match="can no longer be changed"):
        edit(listed, answers, now)
    with pytest.raises(ApplicationProblem, match="files can no longer be changed"):
        actions.attach(application=listed, upload=pdf(), arrived_at=now, by=freja)


def test_a_pilot_is_agreed_on_what_was_read(listed, in_time, answers, marta):
    go(actions.agree_pilot, listed, marta)

    with pytest.raises(ApplicationProblem, match="can no longer be changed"):
        edit(listed, answers, in_time)


@pytest.mark.parametrize("verb", [actions.shortlist, actions.agree_pilot])
def test_the_clock_of_the_database_says_when_it_is_over(sent, marta, monkeypatch, verb):
    """Arrivals are stamped by it; a web host whose clock is fast decides nothing too early."""
    fast = timezone.now() + timedelta(days=400)
    monkeypatch.setattr(timezone, "now", lambda: fast)

    with pytest.raises(ApplicationProblem, match="may still change"):
        verb(applications=[sent], by=marta)

    assert not actions.can_decide(sent.challenge)
