"""Much may have changed since a letter was queued: what still waits is judged once more."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from invitations.actions.gating import may_tell, may_write_to, refusals_of_letters
from invitations.actions.nominating import country_of, reason_against
from invitations.actions.relaying import end_unwanted_relays
from invitations.actions.stopping import stop_reminders
from invitations.choices import Status
from invitations.emails import REMINDER
from invitations.models import Invitation, InvitationQuerySet, Nomination, Relay, Reminder
from mail.actions import cancel
from mail.choices import LetterState
from mail.models import Letter

# Who was judged so lately need not be once more, or ten thousand letters would leave later.
LATELY = timedelta(minutes=10)
FIRST_LETTERS = ("invite-company", "invite-digest")


@transaction.atomic
def look_again(*, company_ids: Collection[int], by: None = None) -> int:
    """Companies changed: letters to them that wait and may not leave any more are stopped.

    So is what waits to be passed on. Returns how many letters. Twice is safe.
    """
    queued = Invitation.objects.filter(status=Status.QUEUED).whose_letter_is(LetterState.QUEUED)
    rows = _locked(queued.filter(company__pk__one_of=set(company_ids)))
    refusals = refusals_of_letters(rows)
    forbidden = {row.letter_id for row in rows if refusals[row.pk]}
    stopped = cancel(letter_ids=forbidden, by=by)
    _settle(rows, refusals, stopped)
    _stop_reminders(company_ids)
    concerned = Relay.objects.filter(invitation__company__pk__one_of=set(company_ids))
    end_unwanted_relays(relays=concerned, by=by)
    return len(stopped)


@transaction.atomic
def take_back(*, letter_ids: Iterable[str], by: None = None) -> None:
    """These letters were not allowed to leave when their turn came (`letters_not_allowed`)."""
    ids = list(letter_ids)
    rows = _locked(Invitation.objects.filter(status=Status.QUEUED, letter_id__in=ids))
    _settle(rows, refusals_of_letters(rows), ids)
    Reminder.objects.filter(letter_id__in=ids, sent_at=None).delete()


def _locked(rows: InvitationQuerySet) -> list[Invitation]:
    return list(rows.order_by("pk").select_for_update(of=("self",)))


def _settle(rows: Sequence[Invitation], refusals: dict[int, str], stopped: Collection[str]) -> None:
    """Refused with the reason; what a stopped letter carried besides goes into the next one."""
    unsent = [row for row in rows if row.letter_id in set(stopped)]
    ids: defaultdict[str, list[int]] = defaultdict(list)
    for row in unsent:
        ids[refusals[row.pk]].append(row.pk)
    for reason, settled in ids.items():
        status = Status.REFUSED if reason else Status.HELD
        Invitation.objects.filter(pk__in=settled).update(
            status=status, refused_because=reason, letter_id="", attempt=F("attempt") + 1
        )


def _stop_reminders(company_ids: Collection[int]) -> None:
    waiting = Reminder.objects.filter(sent_at=None)
    concerned = Invitation.objects.filter(company__pk__one_of=set(company_ids))
    rows = list(concerned.filter(pk__in=waiting.values("invitation")))
    refused = [pk for pk, reason in refusals_of_letters(rows).items() if reason]
    stop_reminders(invitation_ids=refused)


def letters_not_allowed(letters: Sequence[Letter]) -> set[UUID]:
    """Those of the letters about to leave that may not any more. Reads only.

    A letter waits for working hours, over weekends and while a mail server is away; and while a
    worker had it, nobody could call it back. As many queries for one as for all, but for letters
    to somebody nominated.
    """
    since = timezone.now() - LATELY
    waited = [one for one in letters if one.created_at < since or one.claimed_at is not None]
    return _first_letters(waited) | _reminders(waited) | _news(waited) | _to_nominees(waited)


def _first_letters(letters: Sequence[Letter]) -> set[UUID]:
    """One that no invitation waits for, because it was taken back, does not leave either."""
    ids = {str(one.pk) for one in letters if one.kind in FIRST_LETTERS}
    rows = list(Invitation.objects.filter(letter_id__in=ids, status=Status.QUEUED)) if ids else []
    refusals = refusals_of_letters(rows) if rows else {}
    refused = {row.letter_id for row in rows if refusals[row.pk]}
    may_leave = {row.letter_id for row in rows} - refused
    return {UUID(one) for one in ids - may_leave}


def _reminders(letters: Sequence[Letter]) -> set[UUID]:
    """One of somebody who has answered since does not leave either."""
    ids = {str(one.pk) for one in letters if one.kind == REMINDER}
    unheard_of = Invitation.objects.reminded_by(ids).select_related("reminder")
    rows = list(unheard_of) if ids else []
    refusals = refusals_of_letters(rows) if rows else {}
    may_leave = {row.reminder.letter_id for row in rows if not refusals[row.pk]}
    return {UUID(one) for one in ids - may_leave}


def _news(letters: Sequence[Letter]) -> set[UUID]:
    """It comes whatever a company wishes of invitations, as long as the gate lets it."""
    about = {
        one.pk: int(one.related_id)
        for one in letters
        if one.related_noun == "invitation" and one.kind not in (*FIRST_LETTERS, REMINDER)
    }
    rows = list(Invitation.objects.filter(pk__in=about.values())) if about else []
    told = may_tell(rows) if rows else {}
    return {letter for letter, row in about.items() if not told.get(row, True)}


def _to_nominees(letters: Sequence[Letter]) -> set[UUID]:
    """One about a challenge that is over, or that a manager decides about anew, does not leave.

    There are few of these, so each is judged by itself.
    """
    about = {one.pk: int(one.related_id) for one in letters if one.related_noun == "nomination"}
    related = ("invitation__challenge__lab", "invitation__company")
    rows = Nomination.objects.select_related(*related).in_bulk(set(about.values())) if about else {}
    waiting = {row.letter_id: row for row in rows.values() if row.letter_id}
    may_leave = {pk for pk, row in waiting.items() if not _why_not(row)}
    return {letter for letter in about if str(letter) not in may_leave}


def _why_not(row: Nomination) -> str:
    verdict = may_write_to(address=row.email, country=country_of(row))
    return reason_against(row, verdict, is_queued=True)
