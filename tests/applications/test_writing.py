from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from accounts.models import Notice
from applications import actions
from applications.choices import MOVES, NEEDED, Status
from applications.models import Application
from applications.problems import ApplicationProblem, EditedMeanwhile, Incomplete, TooLate
from applications.signals import application_submitted
from challenges.choices import Status as ChallengeStatus
from challenges.deadlines import deadline_from_local
from challenges.models import Challenge
from mail.models import Letter
from tests.applications.conftest import end, scored
from tests.factories import ReferenceFactory

pytestmark = pytest.mark.django_db


def test_a_draft_is_filled_from_the_profile(challenge, company, freja):
    ReferenceFactory(company=company, title="Twelve substations", place="Varde", year=2025)

    draft = actions.start_draft(challenge=challenge, company=company, by=freja)

    filled = [name for name in NEEDED if getattr(draft, name)]
    assert filled == ["pitch", "approach", "contact_name", "contact_email"]
    assert (draft.solution.name, draft.evidence) == (
        "Cable ear",
        "Twelve substations (Varde, 2025)",
    )


def test_starting_twice_gives_the_same_draft(challenge, company, freja, draft):
    again = actions.start_draft(challenge=challenge, company=company, by=freja)

    assert again == draft


def test_a_closed_challenge_takes_no_new_draft(challenge, company, freja):
    end(challenge)

    with pytest.raises(ApplicationProblem, match="no new application"):
        actions.start_draft(challenge=challenge, company=company, by=freja)


def test_a_started_draft_keeps_its_match(challenge, company, freja):
    match = scored(challenge, company)

    actions.start_draft(challenge=challenge, company=company, by=freja)

    match.refresh_from_db()
    assert match.is_kept


def test_what_was_typed_too_late_becomes_a_draft(challenge, company, freja):
    end(challenge)

    kept = actions.keep_typed(
        challenge=challenge, company=company, content={"pitch": "Ears"}, by=freja
    )

    assert (kept.status, kept.pitch) == (Status.DRAFT, "Ears")


def test_submitting_sends_receipt_and_notice(draft, answers, freja, marta):
    arrived_at = timezone.now()
    heard = []
    application_submitted.connect(
        lambda application_ids, **rest: heard.extend(application_ids), weak=False, dispatch_uid="t"
    )

    sent = actions.submit(application=draft, content=answers, arrived_at=arrived_at, by=freja)

    application_submitted.disconnect(dispatch_uid="t")
    receipt = Letter.objects.get(kind="application-receipt")
    notice = Notice.objects.get()
    assert (sent.status, sent.submitted_at, heard) == (Status.SUBMITTED, arrived_at, [sent.pk])
    assert (receipt.recipient, receipt.language) == ("freja@kabelro.example", "en")
    assert (notice.user, notice.kind) == (marta, "application_arrived")
    assert str(sent.public_id) in notice.url


def test_a_receipt_goes_to_the_contact_and_to_who_sent_it(draft, answers, freja):
    answers["contact_email"] = "tilde@kabelro.example"

    actions.submit(application=draft, content=answers, arrived_at=timezone.now(), by=freja)

    letters = Letter.objects.filter(kind="application-receipt").order_by("recipient")
    assert [letter.recipient for letter in letters] == [
        "freja@kabelro.example",
        "tilde@kabelro.example",
    ]


def test_the_same_text_again_changes_nothing(sent, answers, freja):
    again = actions.submit(
        application=sent,
        content=answers,
        arrived_at=timezone.now() + timedelta(days=400),
        by=freja,
    )

    assert (again.revision, again.submitted_at) == (sent.revision, sent.submitted_at)
    assert Letter.objects.filter(kind="application-receipt").count() == 1


def test_an_edit_keeps_the_earlier_version(sent, answers, freja, marta):
    later = timezone.now()

    edited = actions.submit(
        application=sent, content=answers | {"pitch": "Better ears"}, arrived_at=later, by=freja
    )

    version = edited.versions.get()
    assert (edited.status, edited.pitch, edited.submitted_at) == (
        Status.SUBMITTED,
        "Better ears",
        later,
    )
    assert (version.content["pitch"], version.arrived_at) == (answers["pitch"], sent.submitted_at)
    assert Notice.objects.get().kind == "application_changed"


def test_an_unsent_edit_leaves_what_counts(sent, freja):
    saved = actions.save_draft(application=sent, content={"pitch": "Better ears"}, by=freja)

    assert (saved.pitch, saved.latest["pitch"]) == ("Ears on every cable", "Better ears")


def test_an_unsent_edit_can_be_discarded(sent, freja):
    actions.save_draft(application=sent, content={"pitch": "Better ears"}, by=freja)

    row = actions.discard_edits(application=sent, by=freja)

    assert row.latest["pitch"] == "Ears on every cable"


def test_missing_answers_are_named(draft, freja):
    with pytest.raises(Incomplete) as refusal:
        actions.submit(
            application=draft,
            content={"pitch": " ", "contact_email": ""},
            arrived_at=timezone.now(),
            by=freja,
        )

    assert refusal.value.fields == ["pitch", "pilot_plan", "contact_email"]


def test_a_field_that_is_no_answer_is_a_mistake_of_ours(draft, freja):
    with pytest.raises(TypeError):
        actions.save_draft(application=draft, content={"status": "selected"}, by=freja)


def test_a_colleague_in_between_is_noticed(draft, freja):
    actions.save_draft(
        application=draft, content={"pitch": "Theirs"}, revision=draft.revision, page="b", by=freja
    )

    with pytest.raises(EditedMeanwhile):
        actions.save_draft(
            application=draft,
            content={"pitch": "Mine"},
            revision=draft.revision,
            page="a",
            by=freja,
        )


def test_the_own_autosave_is_nobody_else(draft, freja):
    common = {"application": draft, "revision": draft.revision, "page": "a", "by": freja}
    actions.save_draft(content={"pitch": "Ea"}, **common)

    row = actions.save_draft(content={"pitch": "Ears"}, **common)

    assert row.pitch == "Ears"


DEADLINES = {
    season: deadline_from_local(day=day, minute=time(12), zone="Europe/Copenhagen")
    for season, day in {"CET": date(2027, 1, 15), "CEST": date(2027, 7, 15)}.items()
}
STEP = timedelta(milliseconds=1)


@pytest.mark.parametrize("season", DEADLINES)
@pytest.mark.parametrize("away, in_time", [(-STEP, True), (0 * STEP, True), (STEP, False)])
def test_the_deadline_is_the_last_moment(draft, answers, freja, season, away, in_time):
    Challenge.objects.update(deadline=DEADLINES[season])
    arrived_at = (DEADLINES[season] + away).astimezone(ZoneInfo("Europe/Helsinki"))
    tried = {"application": draft, "content": answers, "arrived_at": arrived_at, "by": freja}

    if in_time:
        assert actions.submit(**tried).submitted_at == arrived_at
    else:
        with pytest.raises(TooLate) as late:
            actions.submit(**tried)
        assert late.value.ended_at == DEADLINES[season]


def test_what_arrived_in_time_counts_although_the_clock_has_closed(
    challenge, draft, answers, freja
):
    end(challenge, closed=True)
    in_time = challenge.deadline - timedelta(seconds=5)

    row = actions.submit(application=draft, content=answers, arrived_at=in_time, by=freja)

    assert (row.status, row.submitted_at) == (Status.SUBMITTED, in_time)


def test_a_challenge_closed_by_hand_ends_then(challenge, draft, answers, freja):
    closed_at = timezone.now() - timedelta(minutes=5)
    Challenge.objects.update(status=ChallengeStatus.CLOSED, closed_at=closed_at)

    with pytest.raises(TooLate) as late:
        actions.submit(application=draft, content=answers, arrived_at=timezone.now(), by=freja)

    assert late.value.ended_at == closed_at


def test_withdrawing_and_taking_up_again(sent, answers, freja, marta):
    withdrawn = actions.withdraw(application=sent, by=freja)
    again = actions.take_up_again(application=withdrawn, by=freja)

    assert (withdrawn.status, again.status, again.submitted_at) == (
        Status.WITHDRAWN,
        Status.DRAFT,
        None,
    )
    assert again.versions.get().content["pitch"] == answers["pitch"]
    assert [notice.kind for notice in Notice.objects.all()] == ["application_withdrawn"]


def test_a_withdrawn_application_cannot_be_sent(sent, answers, freja):
    actions.withdraw(application=sent, by=freja)

    with pytest.raises(ApplicationProblem, match="Take it up again"):
        actions.submit(
            application=sent,
            content=answers | {"pitch": "Again"},
            arrived_at=timezone.now(),
            by=freja,
        )


def test_nothing_is_taken_up_after_the_end(challenge, sent, freja):
    actions.withdraw(application=sent, by=freja)
    end(challenge)

    with pytest.raises(ApplicationProblem, match="stays withdrawn"):
        actions.take_up_again(application=sent, by=freja)


def test_the_database_takes_one_application_per_pair(draft):
    with pytest.raises(IntegrityError), transaction.atomic():
        Application.objects.create(challenge=draft.challenge, company=draft.company)


@pytest.mark.parametrize("target", [s for s in Status if (Status.DRAFT, s) not in MOVES][1:])
def test_the_database_refuses_other_moves(draft, target):
    with pytest.raises(DatabaseError), transaction.atomic():
        Application.objects.filter(pk=draft.pk).update(status=target, submitted_at=timezone.now())
