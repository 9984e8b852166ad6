"""Where the law lets only an acquaintance write, the company's cluster organisation is asked."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.actions import notify
from accounts.models import User
from challenges.models import Challenge
from clusters.choices import MemberRole
from clusters.models import Membership
from invitations.actions.gating import may_write, refusals_to_pass_on
from invitations.choices import BY_HAND, Refusal, RelayFate, Status
from invitations.emails import invite_own_member
from invitations.gate import Verdict
from invitations.models import Invitation, InvitationQuerySet, Relay, RelayQuerySet
from invitations.pacing import (
    hold_letters_apart,
    last_letters,
    next_letter_at,
    unwanted_among,
)
from invitations.problems import NOT_OPEN, InvitationProblem
from invitations.reasons import are_being_written, with_reasons
from invitations.tokens import hash_of, relay_token
from mail.actions import postpone
from matching.actions import record_outcome
from matching.choices import Outcome

NOT_WAITING = gettext_lazy("This invitation does not wait to be passed on any more.")
NOT_WRITTEN = gettext_lazy(
    "The reasons in this letter are being written just now. Try again in a moment."
)


@transaction.atomic
def ask_to_relay(
    *, rows: Sequence[Invitation], verdicts: Mapping[int, Verdict], by: User | None
) -> list[Relay]:
    """Proposals that the gate relays go to the cluster organisations that know the companies.

    `rows` are locked, and of one challenge. Their managers are told, once for all of them.
    """
    relayed = [row for row in rows if verdicts[row.pk].is_relayed]
    for row in relayed:
        row.status = Status.RELAYED
        row.refused_because = verdicts[row.pk].reason.code
        row.letter_id = BY_HAND
        row.token_hash = hash_of(relay_token(row.pk, row.attempt))
    fields = ["status", "refused_because", "letter_id", "token_hash"]
    Invitation.objects.bulk_update(relayed, fields, batch_size=500)
    relays = Relay.objects.bulk_create(
        [
            Relay(
                invitation=row,
                cluster_id=cluster_id,
                why=verdicts[row.pk].reason.to_data(),
                asked_by=by,
            )
            for row in relayed
            if (cluster_id := verdicts[row.pk].relay) is not None
        ],
        batch_size=1000,
    )
    _tell(relays, by)
    return relays


def _tell(relays: Sequence[Relay], by: User | None) -> None:
    """One notice to each manager, however many wait; a later one joins it while it is unread."""
    waiting = defaultdict(list)
    for relay in relays:
        waiting[relay.cluster_id].append(relay)
    managers = defaultdict(list)
    held = Membership.objects.filter(organisation__in=waiting, role=MemberRole.MANAGER)
    for cluster_id, user_id in held.values_list("organisation", "user"):
        managers[cluster_id].append(user_id)
    for cluster_id, asked in waiting.items():
        challenge = Challenge.objects.get(pk=asked[0].invitation.challenge_id)
        notify(
            user_ids=managers[cluster_id],
            kind="invitation_to_pass_on",
            data={"challenge": challenge.title},
            url=reverse("invitations:relays"),
            group=f"{reverse('invitations:relays')}?challenge={challenge.slug}",
            by=by,
        )


def pass_on(*, relay: Relay, by: User) -> Relay:
    """The manager sent the text from an own mailbox, handed it over or read it out.

    Raises InvitationProblem, and ends the wait, where the company wants no such letter any more.
    """
    end_unwanted_relays(relays=Relay.objects.filter(pk=relay.pk))
    return _pass_on(relay, by)


@transaction.atomic
def _pass_on(relay: Relay, by: User) -> Relay:
    relay, row = _waiting(relay)
    with_reasons([row])
    _settle(relay, RelayFate.COPIED, by=by)
    _went_out(row, by=by)
    return relay


def send_as_own(*, relay: Relay, by: User) -> Relay:
    """A letter from the cluster organisation to its own member, under its name.

    It leaves when people work there and the company had no letter lately; `leaves_at` of the
    invitation says when. Raises InvitationProblem where the company wants no such letter now.
    """
    end_unwanted_relays(relays=Relay.objects.filter(pk=relay.pk))
    return _send_as_own(relay, by)


@transaction.atomic
def _send_as_own(relay: Relay, by: User) -> Relay:
    hold_letters_apart()
    relay, row = _waiting(relay)
    verdict = may_write([(relay.cluster_id, row.company_id)])[relay.cluster_id, row.company_id]
    if not verdict.is_allowed:
        raise InvitationProblem(
            _("Your cluster organisation may not write to this company by Labmatch either.")
        )
    if unwanted := unwanted_among([row], leaving=()).get(row.pk):
        raise InvitationProblem(
            _("No letter can be sent now: %(why)s") % {"why": Refusal(unwanted).label}
        )
    _say_why(row)
    token = relay_token(row.pk, row.attempt)
    relay.invitation = row
    letter = invite_own_member(relay=relay, token=token, by=by)
    if letter is None:
        raise InvitationProblem(_("No letter can be sent to this address."))
    _settle(relay, RelayFate.LETTER, by=by)
    row.status, row.letter_id, row.refused_because = Status.QUEUED, str(letter.pk), ""
    row.leaves_at = _leaves_at(row)
    postpone(letter_ids=[row.letter_id], until=row.leaves_at)
    row.save(
        update_fields=["status", "letter_id", "refused_because", "leaves_at", "total", "reasons"]
    )
    return relay


def _say_why(row: Invitation) -> None:
    """Nobody is asked without a reason, not even in the moment before the worker has written it."""
    if are_being_written(row):
        raise InvitationProblem(NOT_WRITTEN)
    with_reasons([row])


def _leaves_at(row: Invitation) -> datetime:
    """Asked before the row counts as a letter of its company."""
    company = row.company
    last = last_letters([company.pk]).get(company.pk)
    return next_letter_at(country=str(company.country), last_letter_at=last)


@transaction.atomic
def decline_relay(*, relay: Relay, note: str, by: User) -> Relay:
    """The cluster organisation does not want to ask its member this."""
    relay, row = _waiting(relay)
    _decline(relay, row, note=note, by=by)
    return relay


def decline_locked(*, relays: Sequence[Relay], by: User) -> None:
    """The same for several from `lock_waiting`, without those whose challenge is over."""
    for relay in relays:
        if relay.invitation.challenge.is_open:
            _decline(relay, relay.invitation, note="", by=by)


def _decline(relay: Relay, row: Invitation, *, note: str, by: User) -> None:
    _settle(relay, RelayFate.DECLINED, note=note.strip()[:300], by=by)
    row.status, row.letter_id, row.refused_because = Status.REFUSED, "", Refusal.NOT_PASSED_ON
    row.save(update_fields=["status", "letter_id", "refused_because"])


def lock_waiting(relays: RelayQuerySet) -> list[Relay]:
    """Those that wait, each with its invitation, locked in the order of whoever answers one."""
    asked = list(relays.waiting().values_list("invitation", flat=True))
    rows = Invitation.objects.select_for_update(of=("self",)).select_related("challenge")
    invitations = {row.pk: row for row in rows.filter(pk__in=asked).order_by("pk")}
    waiting = relays.waiting().filter(invitation__in=invitations)
    found = list(waiting.select_for_update(of=("self",)).order_by("pk"))
    for relay in found:
        relay.invitation = invitations[relay.invitation_id]
    return found


def end_relays(*, invitations: InvitationQuerySet, by: User | None) -> None:
    """What was not passed on yet needs no passing on; those invitations count as unwritten."""
    relayed = invitations.filter(status=Status.RELAYED)
    waiting = Relay.objects.filter(fate=RelayFate.WAITING, invitation__in=relayed.values("pk"))
    waiting.update(fate=RelayFate.ENDED, settled_by=by, settled_at=timezone.now())
    relayed.update(letter_id="", refused_because="")


@transaction.atomic
def end_unwanted_relays(*, relays: RelayQuerySet | None = None, by: User | None = None) -> int:
    """What waits to be passed on to companies that want no such letter any more ends.

    Their invitations say why. Returns how many; without `relays`, of all that wait.
    """
    asked = Relay.objects.all() if relays is None else relays
    judged = ("cluster", "invitation__challenge", "invitation__company")
    waiting = list(asked.waiting().select_related("invitation").only(*judged))
    reasons: defaultdict[str, list[int]] = defaultdict(list)
    for pk, reason in refusals_to_pass_on(waiting).items():
        reasons[reason].append(pk)
    refused = ((why, ids) for why, ids in reasons.items() if why)
    return sum(_end_refused(ids, why, by) for why, ids in refused)


def _end_refused(invitation_ids: Sequence[int], why: str, by: User | None) -> int:
    rows = Invitation.objects.filter(pk__one_of=set(invitation_ids), status=Status.RELAYED)
    ids = list(rows.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
    relayed = Invitation.objects.filter(pk__one_of=set(ids))
    end_relays(invitations=relayed, by=by)
    return relayed.update(status=Status.REFUSED, refused_because=why)


def note_arrival(*, invitation: Invitation, at: datetime, by: User | None) -> None:
    """An answer by the link in the text says that the text was passed on."""
    waiting = Relay.objects.filter(fate=RelayFate.WAITING, invitation=invitation)
    waiting.update(fate=RelayFate.COPIED, settled_by=by, settled_at=at)
    Invitation.objects.filter(pk=invitation.pk).update(sent_at=at, refused_because="")


def _waiting(relay: Relay) -> tuple[Relay, Invitation]:
    row = (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("challenge__lab__cluster", "company")
        .get(pk=relay.invitation_id)
    )
    relay = Relay.objects.select_for_update(of=("self",)).select_related("cluster").get(pk=relay.pk)
    if relay.fate == RelayFate.ENDED and row.refused_because:
        raise InvitationProblem(
            _("This is not passed on any more: %(why)s")
            % {"why": Refusal(row.refused_because).label}
        )
    if relay.fate != RelayFate.WAITING or row.status != Status.RELAYED:
        raise InvitationProblem(NOT_WAITING)
    if not row.challenge.is_open:
        raise InvitationProblem(NOT_OPEN)
    return relay, row


def _settle(relay: Relay, fate: RelayFate, *, note: str = "", by: User) -> None:
    relay.fate, relay.note = fate, note
    relay.settled_by, relay.settled_at = by, timezone.now()
    relay.save(update_fields=["fate", "note", "settled_by", "settled_at"])


def _went_out(row: Invitation, *, by: User) -> None:
    row.status, row.sent_at, row.refused_because = Status.SENT, timezone.now(), ""
    row.save(update_fields=["status", "sent_at", "refused_because", "total", "reasons"])
    record_outcome(challenge=row.challenge, company=row.company, outcome=Outcome.INVITED, by=by)
