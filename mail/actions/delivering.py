"""Letters leave the outbox; each verb is one allowed move, guarded by state and claim."""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pghistory
from django.conf import settings
from django.db import connection, transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from mail.actions.stopping import is_suppressed, suppress, suppressed_among
from mail.choices import (
    AFTERWARDS,
    BACK_OFF,
    FATES,
    STOPPED,
    UNWANTED,
    LetterState,
    Priority,
    StopReason,
    states_before,
)
from mail.lists import About, not_allowed, not_before
from mail.models import Letter, hash_of
from mail.signals import letter_fate_known, letters_queued

BATCH = 50
SILENT_FOR = timedelta(seconds=90)
TOLD_AT_ONCE = 500


class CannotSendAgain(Exception):
    """The letter's state does not allow it; the text says why."""


@transaction.atomic
def claim_batch(*, size: int = BATCH, by: Any = None) -> list[Letter]:
    """Take letters that are due, past those other workers hold.

    A letter may have waited for days: whoever has stopped its list meanwhile does not get it, nor
    does anybody to whom its list may not write any more, and whoever is asleep now gets it later.
    """
    due = Letter.objects.due().most_urgent_first().select_for_update(skip_locked=True)
    letters: list[Letter] = []
    while not letters and (found := list(due[:size])):
        letters = _in_hours(_wanted(found))
    claim, at = uuid4(), now()
    Letter.objects.filter(pk__in=[letter.pk for letter in letters]).update(
        state=LetterState.CLAIMED, claim=claim, claimed_at=at
    )
    for letter in letters:
        letter.state, letter.claim, letter.claimed_at = LetterState.CLAIMED, claim, at
    return letters


def _wanted(letters: list[Letter]) -> list[Letter]:
    addresses = defaultdict(set)
    for letter in letters:
        if letter.list_name:
            addresses[letter.list_name].add(letter.recipient)
    stopped = {
        (name, address)
        for name, group in addresses.items()
        for address in suppressed_among(addresses=group, list_name=name)
    }
    unwanted = {one.pk for one in letters if (one.list_name, one.recipient) in stopped}
    _stop(unwanted, STOPPED)
    others = [letter for letter in letters if letter.pk not in unwanted]
    forbidden = not_allowed(others)
    _stop(forbidden, UNWANTED)
    return [letter for letter in others if letter.pk not in forbidden]


def _stop(letter_ids: set[UUID], why: str) -> None:
    if letter_ids:
        Letter.objects.filter(pk__in=letter_ids).update(
            state=LetterState.FAILED, last_error=why, fate_told=False
        )


def _in_hours(letters: list[Letter]) -> list[Letter]:
    """Without those of a list whose hours are over; they wait, and no attempt is counted."""
    groups: defaultdict[str, list[Letter]] = defaultdict(list)
    for letter in letters:
        groups[letter.list_name].append(letter)
    later: defaultdict[datetime, list[Letter]] = defaultdict(list)
    for name, group in groups.items():
        moments = not_before(name, {_about(letter) for letter in group})
        for letter in group:
            if _about(letter) in moments:
                later[moments[_about(letter)]].append(letter)
    for at, group in later.items():
        Letter.objects.filter(pk__in=[letter.pk for letter in group]).update(next_attempt_at=at)
    closed = {letter.pk for group in later.values() for letter in group}
    return [letter for letter in letters if letter.pk not in closed]


def _about(letter: Letter) -> About:
    return letter.related_noun, letter.related_id


def begin_sending(*, letter: Letter, by: Any = None) -> bool:
    """Committed before the final dot: from here on nobody sends this letter by itself again.

    False means that the claim was lost and the letter must not leave. Asking twice is safe,
    so it may be asked again when the database went away in between.
    """
    with connection.cursor() as cursor:
        cursor.execute(_BEGIN, [now(), letter.pk, letter.claim])
        return bool(cursor.rowcount)


# Asked for each letter while the mail server waits: written out it costs half.
_BEGIN = """
UPDATE mail_letter SET state = 'sending', claimed_at = %s
WHERE id = %s AND claim = %s AND state IN ('claimed', 'sending')
"""


def record_fate(*, letter: Letter, fate: str, error: str = "", by: Any = None) -> bool:
    """One of `FATES`. False if somebody else has decided otherwise."""
    if fate not in FATES:
        raise ValueError(f"{fate!r} is no fate of a letter.")
    if fate == LetterState.SENT and not letter.secret:
        return _record_sent(letter)
    changes: dict[str, Any] = {"state": fate, "last_error": error, "fate_told": False}
    if fate == LetterState.SENT:
        changes["sent_at"] = now()
    if fate not in AFTERWARDS:
        changes["attempts"] = letter.attempts + 1
    if letter.secret and not settings.OUTBOX_OPEN:
        changes |= {"subject": "", "text": "", "html": ""}
    mine = Letter.objects.filter(pk=letter.pk, claim=letter.claim).that_may_become(fate)
    return bool(mine.update(**changes))


def _record_sent(letter: Letter) -> bool:
    with connection.cursor() as cursor:
        before = states_before(LetterState.SENT)
        cursor.execute(_SENT, [now(), letter.attempts + 1, letter.pk, letter.claim, before])
        return bool(cursor.rowcount)


# It does not wait for the disk; the next statement that waits keeps it too. Forgotten by a database
# that loses its power, it leaves doubt, never a second copy.
_SENT = """
UPDATE mail_letter
SET state = 'sent', sent_at = %s, last_error = '', fate_told = false, attempts = %s
WHERE id = %s AND claim = %s AND state = ANY(%s)
  AND set_config('synchronous_commit', 'off', true) = 'off'
"""


@transaction.atomic
def give_up(*, letter: Letter, error: str, address_is_dead: bool, by: Any = None) -> bool:
    """The mail server refused it for good: together with what that says of the address."""
    if not record_fate(letter=letter, fate=LetterState.FAILED, error=error):
        return False
    if address_is_dead:
        suppress(address_hash=hash_of(letter.recipient), reason=StopReason.UNDELIVERABLE, by=by)
    return True


def put_back(*, letter: Letter, error: str, by: Any = None) -> bool:
    """Not now: try later, each time after a longer pause, and give up after the last."""
    pauses = BACK_OFF[Priority(letter.priority)]
    if letter.attempts >= len(pauses):
        return record_fate(letter=letter, fate=LetterState.FAILED, error=error)
    mine = Letter.objects.filter(
        pk=letter.pk, claim=letter.claim, state__in=[LetterState.CLAIMED, LetterState.SENDING]
    )
    changed = mine.update(
        state=LetterState.QUEUED,
        attempts=letter.attempts + 1,
        next_attempt_at=now() + pauses[letter.attempts],
        claim=None,
        last_error=error,
    )
    return bool(changed)


def release(*, letters: list[Letter], error: str = "", by: Any = None) -> None:
    """Give claimed letters back untried: no attempt is counted against them."""
    mine = Letter.objects.filter(
        pk__in=[letter.pk for letter in letters],
        claim__in={letter.claim for letter in letters},
        state=LetterState.CLAIMED,
    )
    mine.update(state=LetterState.QUEUED, claim=None, last_error=error)


@transaction.atomic
def recover_left_behind(*, silent_for: timedelta = SILENT_FOR, by: Any = None) -> None:
    """A worker died: what it only claimed is sent, what it was handing over is in doubt."""
    Letter.objects.left_behind(LetterState.CLAIMED, silent_for).update(
        state=LetterState.QUEUED, claim=None
    )
    for letter in Letter.objects.left_behind(LetterState.SENDING, silent_for):
        record_fate(
            letter=letter, fate=LetterState.IN_DOUBT, error="worker stopped while handing over"
        )


@transaction.atomic
def tell_fates(*, by: Any = None) -> None:
    """Announce fates in the transaction that marks them as told: none is lost, none told twice."""
    untold = Letter.objects.with_fate_untold().select_for_update(skip_locked=True)
    ids = list(untold.values_list("pk", flat=True)[:TOLD_AT_ONCE])
    if ids:
        Letter.objects.filter(pk__in=ids).update(fate_told=True)
        letter_fate_known.send(sender=Letter, letter_ids=ids)


@transaction.atomic
def send_again(*, letter: Letter, by: Any) -> Letter:
    """Queue a letter in doubt, or a failed one, once more under the same Message-ID."""
    letter = Letter.objects.select_for_update().get(pk=letter.pk)
    if letter.state not in (LetterState.IN_DOUBT, LetterState.FAILED):
        raise CannotSendAgain(_("Only a letter that failed or is in doubt can be sent again."))
    if letter.list_name and is_suppressed(address=letter.recipient, list_name=letter.list_name):
        raise CannotSendAgain(_("This address asked not to get letters of this kind."))
    if letter.secret and not letter.is_written:
        raise CannotSendAgain(_("This letter held a code and was erased. Ask for a new code."))
    letter.state, letter.claim, letter.attempts = LetterState.QUEUED, None, 0
    letter.next_attempt_at, letter.fate_told = now(), False
    with pghistory.context(user=getattr(by, "pk", None), verb="send_again"):
        letter.save(update_fields=["state", "claim", "attempts", "next_attempt_at", "fate_told"])
    letters_queued.send(sender=Letter, letter_ids=[letter.pk])
    return letter
