"""From a proposal to a letter, and what becomes of the letter."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import connection, transaction
from django.db.models import BigIntegerField, F, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from challenges.models import Challenge
from companies.models import Company
from invitations.actions.gating import verdicts_of
from invitations.actions.relaying import ask_to_relay, end_relays
from invitations.actions.stopping import stop_reminders
from invitations.choices import WAITING, WITHDRAWABLE, Refusal, Status
from invitations.emails import KIND, invite_companies
from invitations.models import Invitation, InvitationQuerySet
from invitations.pacing import hold_letters_apart, in_pause, next_letter_at
from invitations.problems import NOT_OPEN, NOTHING_TO_WITHDRAW, InvitationProblem
from invitations.proposals import proposals
from mail.actions import cancel
from mail.sets import in_braces, plan_anew
from matching.actions import record_outcome, record_outcomes
from matching.choices import Outcome

LOSSES = {
    "failed": Refusal.NOT_DELIVERABLE,
    "bounced": Refusal.NOT_DELIVERABLE,
    "stopped": Refusal.STOPPED,
    "unwritten": Refusal.NOT_WRITTEN,
    "complained": Refusal.COMPLAINED,
}


@transaction.atomic
def send(
    *,
    challenge: Challenge,
    invitation_ids: Sequence[int],
    note: str | None = None,
    by: User | None,
) -> list[Invitation]:
    """Queue the letters of proposed invitations. Returns those that will be asked.

    Whom the gate refuses gets none, with the reason on the row; where it wants a relay, the
    company's own cluster organisation is asked to pass the invitation on. The worker writes the
    letters (`write_letters`), so ten thousand cost a page no more than a few statements. A company
    that had a letter lately is held until the next, which `write_next_letters` writes.
    `note` is the personal note in all of them; None keeps what each has. Doing it twice queues
    nothing twice. Raises InvitationProblem when the challenge is not open.
    """
    # With no_key a request may write down its order while the worker is at ten thousand letters.
    challenge = Challenge.objects.select_for_update(no_key=True).get(pk=challenge.pk)
    if not challenge.is_open:
        raise InvitationProblem(NOT_OPEN)
    if note is not None:
        write_note(challenge=challenge, invitation_ids=invitation_ids, note=note, by=by)
    hold_letters_apart()
    rows = proposals(challenge, invitation_ids)
    verdicts = verdicts_of(rows)
    ask_to_relay(rows=rows, verdicts=verdicts, by=by)
    own = [row for row in rows if not verdicts[row.pk].is_relayed]
    refusals = {row.pk: verdicts[row.pk].refusal for row in own}
    _refuse({pk: reason for pk, reason in refusals.items() if reason})
    allowed = [row for row in own if not refusals[row.pk]]
    held = _hold(allowed, by)
    asked = queue_letters([row for row in allowed if row not in held], by=by)
    return [*held, *asked]


@transaction.atomic
def write_note(
    *, challenge: Challenge, invitation_ids: Sequence[int], note: str, by: User | None
) -> None:
    """Put a personal note into letters that are not written yet."""
    rows = Invitation.objects.for_challenge(challenge).filter(pk__one_of=set(invitation_ids))
    words = note.strip()[:600]
    rows.filter(status=Status.PROPOSED).exclude(note=words).update(note=words)


def _refuse(reasons: Mapping[int, str]) -> None:
    """One statement for each reason."""
    ids: defaultdict[str, list[int]] = defaultdict(list)
    for pk, reason in reasons.items():
        ids[reason].append(pk)
    for reason, refused in ids.items():
        plan_anew()
        rows = Invitation.objects.filter(pk__one_of=set(refused))
        rows.update(status=Status.REFUSED, refused_because=reason)


def _hold(rows: Sequence[Invitation], by: User | None) -> set[Invitation]:
    """Those whose company had a letter lately wait for the next, which is from whoever sends now
    where nobody had put them on the list by hand.
    """
    too_soon = in_pause({row.company_id for row in rows})
    held = {row for row in rows if row.company_id in too_soon}
    Invitation.objects.filter(pk__one_of={row.pk for row in held}).update(
        status=Status.HELD,
        proposed_by=Coalesce("proposed_by", Value(by.pk if by else None, BigIntegerField())),
    )
    for row in held:
        row.status = Status.HELD
    return held


def queue_letters(rows: Sequence[Invitation], *, by: User | None) -> list[Invitation]:
    """They leave when people work in the country of the company.

    What is no address gets no letter, although nothing else stands against it.
    """
    if not rows:
        return []
    ids = [row.pk for row in rows]
    companies = Company.objects.filter(pk__one_of={row.company_id for row in rows})
    countries = set(companies.order_by().values_list("country", flat=True).distinct())
    leaves_at = {str(one): next_letter_at(country=str(one)) for one in countries}
    invite_companies(invitation_ids=ids, leaves_at=leaves_at, by=by)
    plan_anew()
    with connection.cursor() as cursor:
        cursor.execute(_QUEUED, [Status.QUEUED, in_braces(ids), f"{KIND}:"])
        letters = dict(cursor.fetchall())
    for row in rows:
        if row.pk in letters:
            row.status, row.letter_id, row.token_hash = Status.QUEUED, letters[row.pk], None
    _refuse({pk: Refusal.NO_ADDRESS for pk in ids if pk not in letters})
    return [row for row in rows if row.pk in letters]


_QUEUED = """
UPDATE invitations_invitation AS invitation
SET status = %s, letter_id = letter.id::text, token_hash = NULL, leaves_at = letter.next_attempt_at
FROM mail_letter AS letter
WHERE invitation.id = ANY(%s::bigint[])
  AND letter.key = %s || invitation.id || ':' || invitation.attempt
RETURNING invitation.id, invitation.letter_id
"""


@transaction.atomic
def record_fates(
    *, letters: Sequence[tuple[str, str]], at: datetime | None = None, by: User | None = None
) -> None:
    """Letters were sent, failed, came back, were reported or were stopped before they left.

    `letters` are pairs of letter id and its state, or `stopped`, or `unwritten`.
    """
    sent = [letter for letter, state in letters if state == "sent"]
    rows = Invitation.objects.filter(letter_id__one_of=set(sent))
    plan_anew()
    rows.filter(sent_at=None).update(sent_at=at or timezone.now())
    _move(rows.filter(status=Status.QUEUED), Outcome.INVITED, at=at, by=by, status=Status.SENT)
    for why, ids in losses_among(letters).items():
        rows = Invitation.objects.filter(letter_id__one_of=set(ids), status__in=WAITING)
        lose(rows, why, at=at, by=by)


def losses_among(letters: Sequence[tuple[str, str]]) -> dict[Refusal, list[str]]:
    """Ids of letters that nobody reads, by what that says of the invitation."""
    found: defaultdict[Refusal, list[str]] = defaultdict(list)
    for letter, state in letters:
        if state in LOSSES:
            found[LOSSES[state]].append(letter)
    return found


def lose(
    rows: InvitationQuerySet, why: Refusal, *, at: datetime | None = None, by: User | None
) -> None:
    """Their place is free again."""
    fields = {"status": Status.REFUSED, "refused_because": why}
    _move(rows, Outcome.UNINVITED, at=at, by=by, **fields)


def _move(
    rows: InvitationQuerySet,
    outcome: Outcome,
    *,
    at: datetime | None = None,
    by: User | None,
    **fields: str,
) -> None:
    """Change these rows, and tell matching what that means."""
    locked = rows.select_for_update(of=("self",)).order_by("pk")
    moved = list(locked.values_list("pk", "challenge", "company"))
    companies: defaultdict[int, list[int]] = defaultdict(list)
    for _pk, challenge_id, company_id in moved:
        companies[challenge_id].append(company_id)
    plan_anew()
    Invitation.objects.filter(pk__one_of={pk for pk, *_pair in moved}).update(**fields)
    for challenge in Challenge.objects.filter(pk__in=companies).order_by("pk"):
        record_outcomes(
            challenge=challenge, company_ids=companies[challenge.pk], outcome=outcome, at=at, by=by
        )


@transaction.atomic
def withdraw(*, invitation: Invitation, by: User | None) -> Invitation:
    """Take an unanswered invitation back; its link says so from then on."""
    row = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if row.status == Status.WITHDRAWN:
        return row
    if row.status not in WITHDRAWABLE:
        raise InvitationProblem(NOTHING_TO_WITHDRAW)
    stop_letters(invitations=Invitation.objects.filter(pk=row.pk), by=by)
    row.refresh_from_db()
    was_sent = row.status == Status.SENT
    row.status = Status.WITHDRAWN
    row.save(update_fields=["status"])
    if was_sent:
        record_outcome(
            challenge=row.challenge, company=row.company, outcome=Outcome.UNINVITED, by=by
        )
    return row


def stop_letters(*, invitations: InvitationQuerySet, by: User | None) -> None:
    """What waits in the outbox or to be passed on does not leave; it counts as unwritten.

    Others that a stopped letter carried too are held for the next one.
    """
    end_relays(invitations=invitations, by=by)
    queued = invitations.filter(status=Status.QUEUED).exclude(letter_id="")
    own = list(queued.values_list("pk", flat=True))
    stopped = cancel(letter_ids=queued.values_list("letter_id", flat=True), by=by)
    carried = Invitation.objects.filter(letter_id__in=stopped)
    carried.exclude(pk__in=own).filter(status=Status.QUEUED).update(status=Status.HELD)
    carried.update(letter_id="", attempt=F("attempt") + 1)
    stop_reminders(invitation_ids=invitations.values_list("pk", flat=True), by=by)


@transaction.atomic
def propose_again(*, invitation: Invitation, by: User | None) -> Invitation:
    """Give a refused invitation another try, or put a proposal taken back on the list again."""
    row = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if row.status == Status.PROPOSED:
        return row
    was_never_sent = row.status == Status.WITHDRAWN and not row.letter_id
    if row.status not in (Status.REFUSED, Status.RELAYED) and not was_never_sent:
        raise InvitationProblem(
            _("Only a company that got no letter for this challenge can be proposed again.")
        )
    end_relays(invitations=Invitation.objects.filter(pk=row.pk), by=by)
    row.status = Status.PROPOSED
    row.refused_because = ""
    row.letter_id = ""
    row.sent_at = None
    row.attempt += 1
    row.proposed_by = by
    row.save(
        update_fields=[
            "status",
            "refused_because",
            "letter_id",
            "sent_at",
            "attempt",
            "proposed_by",
        ]
    )
    return row
