"""Letters come back, or their readers call them unwanted."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import structlog
from django.db import transaction
from django.utils.timezone import now

from mail.actions.delivering import record_fate, tell_fates
from mail.actions.stopping import FORGOTTEN, suppress
from mail.choices import LetterState, StopReason
from mail.models import Letter, hash_of, on_the_wire
from mail.returned import Attempt, blames_address, read_returned
from mail.services import COMPLAINED, DELAYED, FAILED, Event
from mail.tokens import BadToken, read_return_address

# A mail server gives up after five days; later nobody but a forger speaks of a letter.
RETURNS_FOR = timedelta(days=30)

log = structlog.get_logger(__name__)


@transaction.atomic
def take_returned(*, raw: bytes, by: Any = None) -> bool:
    """Read what arrived at the bounce address. True if it changed what we know of a letter.

    Only the token in the address proves that it speaks of a letter of ours; a report about
    somebody else, a second copy and an answer from a holiday change nothing.
    """
    returned = read_returned(raw)
    letter = _letter_of(returned.senders) if returned else None
    if returned is None or letter is None:
        return False
    if returned.is_complaint:
        return complain(letter=letter, by=by)
    attempt = _attempt_at(letter.recipient, returned.attempts)
    if attempt is None or not _is_fresh(letter):
        return False
    if attempt.action == "failed":
        return come_back(letter=letter, status=attempt.status, by=by)
    return attempt.action == "delayed" and note_delay(letter=letter, status=attempt.status, by=by)


@transaction.atomic
def take_event(*, event: Event, by: Any = None) -> bool:
    """Hear what a mail service tells. True if it changed what we know of a letter."""
    letters = Letter.objects.select_for_update(of=("self",)).filter(pk__in=event.letters)
    ours = on_the_wire(event.recipient)
    letter = next((one for one in letters if on_the_wire(one.recipient) == ours), None)
    if letter is None:
        return False
    if event.kind == FAILED:
        return come_back(letter=letter, status=event.status, by=by)
    if event.kind == DELAYED:
        return note_delay(letter=letter, status=event.status, by=by)
    if event.kind == COMPLAINED:
        return complain(letter=letter, by=by)
    suppress(address_hash=hash_of(letter.recipient), list_name=letter.list_name, by=by)
    return True


@transaction.atomic
def come_back(*, letter: Letter, status: str = "", by: Any = None) -> bool:
    """It was not delivered. An address that takes no letters at all gets none of a list again.

    Once: after a manager has lifted that, the same report does not bring it back.
    """
    error = f"came back: {status}" if status else "came back"
    if not record_fate(letter=letter, fate=LetterState.BOUNCED, error=error):
        return False
    log.info("letter_came_back", letter=str(letter.pk), status=status)
    if blames_address(status):
        suppress(address_hash=hash_of(letter.recipient), reason=StopReason.UNDELIVERABLE, by=by)
    tell_fates()
    return True


@transaction.atomic
def complain(*, letter: Letter, by: Any = None) -> bool:
    """Its reader called it unwanted: no list writes to the address again, whatever it was."""
    if letter.recipient == FORGOTTEN:
        return False
    suppress(address_hash=hash_of(letter.recipient), reason=StopReason.COMPLAINED, by=by)
    if not record_fate(letter=letter, fate=LetterState.COMPLAINED, error="reported as unwanted"):
        return False
    log.info("letter_called_unwanted", letter=str(letter.pk))
    tell_fates()
    return True


def note_delay(*, letter: Letter, status: str = "", by: Any = None) -> bool:
    """The mail server still tries; nothing is decided."""
    note = f"delayed: {status}" if status else "delayed"
    sent = Letter.objects.filter(pk=letter.pk, state=LetterState.SENT)
    return bool(sent.exclude(last_error=note).update(last_error=note))


def _letter_of(senders: Iterable[str]) -> Letter | None:
    """Locked, so that two reports at once are read one after the other."""
    for address in senders:
        try:
            letter_id = read_return_address(address)
        except BadToken:
            continue
        return Letter.objects.select_for_update(of=("self",)).filter(pk=letter_id).first()
    return None


def _attempt_at(recipient: str, attempts: Iterable[Attempt]) -> Attempt | None:
    ours = on_the_wire(recipient)
    return next(
        (one for one in attempts if ours in {on_the_wire(it) for it in one.addresses}), None
    )


def _is_fresh(letter: Letter) -> bool:
    left_at = letter.sent_at or letter.claimed_at
    return left_at is not None and left_at > now() - RETURNS_FOR
