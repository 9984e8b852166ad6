"""Proposing, sending, answering, ending: what each verb does and refuses."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import Error, IntegrityError, connection, transaction
from django.utils import timezone, translation

from accounts.models import Notice
from challenges.choices import Policy
from challenges.choices import Status as ChallengeStatus
from challenges.models import Challenge
from companies.choices import Source
from companies.models import Company
from invitations import actions
from invitations.choices import MOVES, DeclineReason, Refusal, Status
from invitations.models import Invitation
from invitations.problems import InvitationProblem
from mail.actions import suppress
from mail.choices import LetterState
from mail.models import Letter, hash_of
from matching.models import Match
from tests.factories import MembershipFactory
from tests.invitations.conftest import write_queued

pytestmark = pytest.mark.django_db


def pass_through(letter: Letter, *states: str) -> None:
    for state in states:
        letter.state, letter.claim, letter.claimed_at = state, letter.pk, timezone.now()
        letter.sent_at = timezone.now()
        letter.save()


def test_a_proposal_carries_the_score_and_three_reasons(challenge, manager, new_company, scored):
    company = new_company()
    scored()

    (row,) = actions.propose(challenge=challenge, company_ids=[company.pk], by=manager)

    match = Match.objects.get()
    assert (row.status, row.total, len(row.reasons)) == (Status.PROPOSED, match.total, 3)
    assert match.is_kept


def test_proposing_twice_gives_the_same_row(challenge, manager, new_company, scored):
    company = new_company()
    scored()

    first = actions.propose(challenge=challenge, company_ids=[company.pk], by=manager)
    second = actions.propose(challenge=challenge, company_ids=[company.pk], by=manager)

    assert first == second == list(Invitation.objects.all())


def test_a_company_without_a_score_cannot_be_proposed(challenge, manager, new_company):
    company = new_company()

    with pytest.raises(InvitationProblem, match="have no score"):
        actions.propose(challenge=challenge, company_ids=[company.pk], by=manager)


def test_nobody_is_proposed_for_a_closed_challenge(challenge, manager, new_company, scored):
    company = new_company()
    scored()
    Challenge.objects.update(status=ChallengeStatus.CLOSED)
    challenge.refresh_from_db()

    with pytest.raises(InvitationProblem, match="not open"):
        actions.propose(challenge=challenge, company_ids=[company.pk], by=manager)


def test_sending_writes_one_letter(invited):
    row = invited()

    letter = Letter.objects.get(kind="invite-company")
    assert (row.status, row.letter_id) == (Status.QUEUED, str(letter.pk))
    assert (letter.recipient, letter.reply_to) == (
        "post@sensorvaerket.example",
        "marta@fjord.example",
    )


def test_sending_twice_writes_nothing_twice(invited, challenge, manager):
    row = invited()

    again = actions.send(challenge=challenge, invitation_ids=[row.pk], by=manager)

    assert again == []
    assert Letter.objects.filter(kind="invite-company").count() == 1


@pytest.mark.parametrize(
    "fields, because",
    [
        ({"wants_invitations": False}, Refusal.OPTED_OUT),
        ({"email": ""}, Refusal.NO_ADDRESS),
        ({"is_active": False}, Refusal.GONE),
    ],
)
def test_who_may_not_be_written_to_is_refused_with_the_reason(
    fields, because, challenge, manager, new_company, scored
):
    company = new_company()
    scored()
    (row,) = actions.propose(challenge=challenge, company_ids=[company.pk], by=manager)
    Company.objects.filter(pk=company.pk).update(**fields)

    sent = actions.send(challenge=challenge, invitation_ids=[row.pk], by=manager)

    row.refresh_from_db()
    assert (sent, row.status, row.refused_because) == ([], Status.REFUSED, because)
    assert not Letter.objects.filter(kind="invite-company").exists()


def test_who_stopped_such_letters_gets_none(challenge, manager, new_company, scored):
    company = new_company()
    suppress(address_hash=hash_of(company.email), list_name="invitations")
    scored()
    (row,) = actions.propose(challenge=challenge, company_ids=[company.pk], by=manager)

    actions.send(challenge=challenge, invitation_ids=[row.pk], by=manager)

    row.refresh_from_db()
    assert row.refused_because == Refusal.STOPPED


def test_a_letter_that_failed_can_be_tried_again_with_a_new_letter(invited, challenge, manager):
    row = invited()
    actions.record_fates(letters=[(row.letter_id, "failed")])
    row.refresh_from_db()
    assert (row.status, row.refused_because) == (Status.REFUSED, Refusal.NOT_DELIVERABLE)

    actions.propose_again(invitation=row, by=manager)
    (sent,) = actions.send(challenge=challenge, invitation_ids=[row.pk], by=manager)

    write_queued()
    assert sent.letter_id != row.letter_id
    sent.refresh_from_db(fields=["token_hash"])
    assert sent.token_hash not in {None, row.token_hash}
    assert Letter.objects.filter(kind="invite-company").count() == 2


def test_a_letter_that_came_back_says_so(invited):
    row = invited()
    actions.record_fates(letters=[(row.letter_id, "sent")])

    actions.record_fates(letters=[(row.letter_id, "bounced")])

    row.refresh_from_db()
    assert (row.status, row.refused_because) == (Status.REFUSED, Refusal.NOT_DELIVERABLE)


def test_an_answer_before_the_letters_fate_was_known_stays(invited):
    row = invited()
    actions.answer(invitation=row, interested=True, by=None)

    actions.record_fates(letters=[(row.letter_id, "sent")])

    row.refresh_from_db()
    assert row.status == Status.INTERESTED
    assert row.sent_at is not None


def test_interested_tells_the_managers_once(invited, manager):
    row = invited()

    actions.answer(invitation=row, interested=True, note="Call us", by=None)
    actions.answer(invitation=row, interested=True, note="Call us", by=None)

    row.refresh_from_db()
    assert (row.status, row.answer_note) == (Status.INTERESTED, "Call us")
    (notice,) = Notice.objects.all()
    assert (notice.user, notice.kind) == (manager, "invitation_interested")
    assert str(notice).startswith("Sensorværket is interested in")


def test_a_manager_who_may_not_name_the_company_reads_no_name(invited, manager):
    row = invited("Hemmelig Kanarie", is_member=False)

    actions.answer(invitation=row, interested=False, reason="fit", by=None)

    (notice,) = Notice.objects.filter(user=manager)
    assert str(notice).startswith("A company of no cluster organisation declined")
    notices = Letter.objects.filter(kind="notice").values_list("subject", "text", "html")
    assert not [words for words in notices if "Kanarie" in "".join(words)]


def test_answers_to_one_challenge_are_one_line_until_it_is_read(invited, manager):
    for name in ("Første", "Anden", "Tredje"):
        actions.answer(invitation=invited(name), interested=True, by=None)

    (notice,) = Notice.objects.filter(user=manager)

    assert str(notice).startswith("3 invited companies are interested in")


def test_a_notice_names_the_company_as_its_reader_may_know_it_when_reading(invited, manager):
    row = invited("Hemmelig Kanarie", is_member=False)
    actions.answer(invitation=row, interested=True, by=None)
    notice = Notice.objects.get(user=manager)
    with translation.override("da"):
        before = str(notice)

    Company.objects.update(visibility="public")

    assert before.startswith("En virksomhed uden klyngeorganisation")
    assert str(notice).startswith("Hemmelig Kanarie")


def test_declining_keeps_the_reason_and_minds_may_change(invited):
    row = invited()

    actions.answer(invitation=row, interested=False, reason=DeclineReason.CAPACITY, by=None)
    row.refresh_from_db()
    assert (row.status, row.decline_reason) == (Status.DECLINED, DeclineReason.CAPACITY)

    actions.answer(invitation=row, interested=True, reason=DeclineReason.CAPACITY, by=None)
    row.refresh_from_db()
    assert (row.status, row.decline_reason) == (Status.INTERESTED, "")


def test_an_answer_can_be_taken_back(invited):
    row = invited()
    actions.answer(invitation=row, interested=False, reason="fit", by=None)

    actions.take_back_answer(invitation=row, by=None)

    row.refresh_from_db()
    assert (row.status, row.decline_reason, row.answered_at) == (Status.SENT, "", None)


def test_the_deadline_is_compared_with_the_moment_the_answer_arrived(invited, challenge):
    row = invited()
    late = challenge.deadline + timedelta(milliseconds=1)

    with pytest.raises(InvitationProblem, match="has closed"):
        actions.answer(invitation=row, interested=True, arrived_at=late, by=None)
    actions.answer(invitation=row, interested=True, arrived_at=challenge.deadline, by=None)

    row.refresh_from_db()
    assert row.status == Status.INTERESTED


def test_a_withdrawn_invitation_cannot_be_answered(invited, manager):
    row = actions.withdraw(invitation=invited(), by=manager)

    with pytest.raises(InvitationProblem, match="no longer be answered"):
        actions.answer(invitation=row, interested=True, by=None)


def test_an_answered_invitation_cannot_be_withdrawn(invited, manager):
    row = actions.answer(invitation=invited(), interested=True, by=None)

    with pytest.raises(InvitationProblem, match="nothing to withdraw"):
        actions.withdraw(invitation=row, by=manager)


def test_a_company_that_got_a_letter_gets_no_second_one(invited, manager):
    row = invited()
    pass_through(Letter.objects.get(pk=row.letter_id), "claimed", "sending", "sent")
    actions.withdraw(invitation=row, by=manager)

    with pytest.raises(InvitationProblem, match="got no letter"):
        actions.propose_again(invitation=row, by=manager)


def test_closing_ends_what_waits_and_reopening_revives_it(challenge, manager, new_company, scored):
    waiting, sent, answered, proposed = [new_company(f"Firma {n}") for n in range(4)]
    scored()
    ids = [company.pk for company in (waiting, sent, answered, proposed)]
    rows = actions.propose(challenge=challenge, company_ids=ids, by=manager)
    by_company = {row.company_id: row for row in rows}
    letters = actions.send(
        challenge=challenge,
        invitation_ids=[by_company[c.pk].pk for c in (waiting, sent, answered)],
        by=manager,
    )
    letter_of = {row.company_id: row.letter_id for row in letters}
    actions.record_fates(letters=[(letter_of[c.pk], "sent") for c in (sent, answered)])
    actions.answer(invitation=by_company[answered.pk], interested=True, by=None)

    actions.expire(challenge=challenge)
    ended = dict(Invitation.objects.values_list("company", "status"))
    actions.revive(challenge=challenge)
    revived = dict(Invitation.objects.values_list("company", "status"))

    assert ended == {
        waiting.pk: "expired",
        sent.pk: "expired",
        answered.pk: "interested",
        proposed.pk: "expired",
    }
    assert revived == {
        waiting.pk: "proposed",
        sent.pk: "sent",
        answered.pk: "interested",
        proposed.pk: "proposed",
    }


def test_a_letter_that_left_while_the_challenge_was_closed_counts_as_sent(invited, challenge):
    row = invited()
    letter = Letter.objects.get(pk=row.letter_id)
    pass_through(letter, LetterState.CLAIMED)
    actions.expire(challenge=challenge)
    pass_through(letter, LetterState.SENDING, LetterState.SENT)

    actions.revive(challenge=challenge)

    row.refresh_from_db()
    assert row.status == Status.SENT


def test_the_clock_ends_what_was_missed(invited, challenge):
    row = invited()
    Challenge.objects.update(status=ChallengeStatus.CLOSED)

    first, second = actions.expire_due(), actions.expire_due()

    row.refresh_from_db()
    assert (first, second, row.status) == (1, 0, Status.EXPIRED)


# Letters that have not left.


def test_withdrawing_stops_a_letter_that_waits(invited, manager):
    row = invited()
    letter = Letter.objects.get(pk=row.letter_id)

    row = actions.withdraw(invitation=row, by=manager)

    letter.refresh_from_db()
    assert (row.status, row.letter_id, letter.state) == ("withdrawn", "", "cancelled")


def test_a_letter_a_worker_has_taken_up_is_not_called_back(invited, manager):
    row = invited()
    letter = Letter.objects.get(pk=row.letter_id)
    pass_through(letter, LetterState.CLAIMED)

    withdrawn = actions.withdraw(invitation=row, by=manager)

    letter.refresh_from_db()
    assert (withdrawn.letter_id, letter.state) == (row.letter_id, "claimed")


def test_an_invitation_whose_letter_was_stopped_can_be_written_anew(invited, challenge, manager):
    row = actions.withdraw(invitation=invited(), by=manager)

    actions.propose_again(invitation=row, by=manager)
    actions.send(challenge=challenge, invitation_ids=[row.pk], by=manager)

    states = Letter.objects.order_by("created_at").values_list("state", flat=True)
    assert list(states) == ["cancelled", "queued"]


def test_closing_stops_letters_that_wait(invited, challenge):
    row = invited()

    actions.expire(challenge=challenge)

    letter = Letter.objects.get(pk=row.letter_id)
    row.refresh_from_db()
    assert (row.status, letter.state) == ("expired", "cancelled")
    assert list(Invitation.objects.concerned()) == []


# Proposals by themselves.


def test_the_best_are_proposed_up_to_the_maximum(challenge, new_company, scored, share_out):
    for n in range(5):
        new_company(f"Firma {n}")
    scored()

    share_out()

    best = Match.objects.best_first().values_list("company_id", flat=True)[:3]
    assert list(Invitation.objects.values_list("company_id", flat=True)) == list(best)
    assert set(Invitation.objects.values_list("status", flat=True)) == {Status.PROPOSED}


def test_proposals_nobody_touched_follow_the_scores(
    challenge, manager, new_company, scored, share_out
):
    weak, strong = new_company("Weak"), new_company("Strong")
    scored()
    challenge.maximum = 1
    challenge.save()
    Match.objects.filter(company=weak).update(total=900)
    Match.objects.filter(company=strong).update(total=800)
    share_out()
    assert list(Invitation.objects.values_list("company", "total")) == [(weak.pk, 900)]
    Match.objects.filter(company=strong).update(total=950)

    share_out()

    assert list(Invitation.objects.values_list("company", "total")) == [(strong.pk, 950)]


def test_a_managers_choice_stays_on_the_list(challenge, manager, new_company, scored, share_out):
    company = new_company()
    scored()
    actions.propose(challenge=challenge, company_ids=[company.pk], by=manager)
    Match.objects.update(total=0)

    share_out()

    (row,) = Invitation.objects.all()
    assert (row.company, row.total) == (company, 0)


@pytest.fixture
def automatic(challenge):
    challenge.policy = Policy.AUTOMATIC
    challenge.save()
    return challenge


def test_automatic_letters_go_to_whom_the_gate_allows_only(
    automatic, new_company, scored, share_out
):
    own, asked = new_company("Own"), new_company("Asked", is_member=False)
    stranger = new_company("Stranger", is_member=False, source=Source.IMPORTED)
    scored()

    share_out()

    assert dict(Invitation.objects.values_list("company", "status")) == {
        own.pk: Status.QUEUED,
        asked.pk: Status.QUEUED,
        stranger.pk: Status.PROPOSED,
    }


def test_automatic_letters_stop_at_the_maximum_and_at_the_threshold(
    automatic, new_company, scored, share_out
):
    for n in range(5):
        new_company(f"Firma {n}")
    scored()
    below = Match.objects.best_first().first()
    Match.objects.filter(pk=below.pk).update(total=99)

    share_out()
    share_out()

    assert Letter.objects.filter(kind="invite-company").count() == 3
    assert not Invitation.objects.filter(company=below.company_id).exists()


def test_a_later_riser_is_written_to_while_places_remain(automatic, new_company, scored, share_out):
    new_company("Early")
    scored()
    share_out()
    late = new_company("Late")
    scored()

    share_out()

    assert Invitation.objects.get(company=late).status == Status.QUEUED


def test_whom_the_gate_refuses_leaves_its_place_to_the_next(
    automatic, new_company, scored, share_out
):
    automatic.maximum = 1
    automatic.save()
    mute, other = new_company("Mute", email=""), new_company("Other")
    scored()
    Match.objects.filter(company=mute).update(total=990)

    share_out()

    assert dict(Invitation.objects.values_list("company", "status")) == {other.pk: Status.QUEUED}
    assert not Invitation.objects.filter(company=mute).exists()


# What the database refuses.


def test_every_move_of_the_table_is_possible_and_no_other(challenge, new_company):
    company = new_company()
    row = Invitation.objects.create(challenge=challenge, company=company)
    every = [(before, after) for before in Status for after in Status if before != after]
    done = []
    for before, after in every:
        Invitation.objects.all().delete()
        row = Invitation.objects.create(challenge=challenge, company=company, status=before)
        try:
            with transaction.atomic():
                Invitation.objects.filter(pk=row.pk).update(status=after)
            done.append((before, after))
        except Error:
            continue

    assert sorted(done) == sorted(MOVES)


def test_the_database_refuses_a_second_invitation(challenge, new_company):
    company = new_company()
    Invitation.objects.create(challenge=challenge, company=company)

    with pytest.raises(IntegrityError), transaction.atomic():
        Invitation.objects.create(challenge=challenge, company=company)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_make_one_invitation_and_one_letter(challenge, manager, new_company, scored):
    companies = [new_company(f"Firma {n}") for n in range(4)]
    scored()
    ids = [company.pk for company in companies]

    def invite(_: int) -> None:
        rows = actions.propose(challenge=challenge, company_ids=ids, by=manager)
        actions.send(challenge=challenge, invitation_ids=[row.pk for row in rows], by=manager)
        connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(invite, range(2)))

    assert Invitation.objects.count() == 4
    assert Letter.objects.filter(kind="invite-company").count() == 4


def test_only_managers_of_the_challenge_are_told(invited, manager):
    MembershipFactory()
    row = invited()

    actions.answer(invitation=row, interested=True, by=None)

    assert list(Notice.objects.values_list("user", flat=True)) == [manager.pk]
