"""The worker's loop: three states, so that a kill leaves doubt at worst, never a second copy.

claimed -> (all but the final dot) -> sending, committed -> (final dot, answer) -> sent.
"""

from collections.abc import Callable
from time import monotonic, sleep
from typing import TypeVar

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection

from mail.actions import (
    begin_sending,
    claim_batch,
    put_back,
    record_fate,
    release,
    suppress,
    tell_fates,
    write_late,
)
from mail.choices import LetterState, StopReason
from mail.models import Letter, hash_of
from mail.smtp import ClaimLost, Line, LineLost, NoLine, Refused, Unsendable

log = structlog.get_logger(__name__)

RUN_SECONDS = 30
PATIENCE_SECONDS = 15

Result = TypeVar("Result")


def drain(*, seconds: float = RUN_SECONDS) -> bool:
    """Send what is due. True if time was up before the outbox was empty."""
    ends = monotonic() + seconds
    with Line(settings.EMAIL_URL) as line:
        while monotonic() < ends:
            letters = _patiently(claim_batch)
            if not letters:
                return False
            try:
                _deliver(letters, line, ends)
            except NoLine as away:
                log.warning("mail_server_away", error=str(away))
                return False
            finally:
                _patiently(tell_fates)
    return True


def _deliver(letters: list[Letter], line: Line, ends: float) -> None:
    unwritten = write_late(letters=letters)
    for letter in unwritten:
        put_back(letter=letter, error="could not be written")
    waiting = [letter for letter in letters if letter not in unwritten]
    while waiting and monotonic() < ends:
        try:
            _hand_over(waiting[0], line)
        except NoLine as away:
            release(letters=waiting, error=str(away))
            raise
        waiting.pop(0)
    if waiting:
        release(letters=waiting)


def _hand_over(letter: Letter, line: Line) -> None:
    try:
        line.hand_over(
            letter, before_final_dot=lambda: _patiently(lambda: begin_sending(letter=letter))
        )
    except ClaimLost:
        return
    except Unsendable as hopeless:
        error = str(hopeless)
        _patiently(lambda: record_fate(letter=letter, fate=LetterState.FAILED, error=error))
    except Refused as refused:
        _take_refusal(letter, refused)
    except LineLost as lost:
        _take_loss(letter, lost)
    else:
        _patiently(lambda: record_fate(letter=letter, fate=LetterState.SENT))


def _take_refusal(letter: Letter, refused: Refused) -> None:
    error = str(refused)
    if not refused.permanent:
        _patiently(lambda: put_back(letter=letter, error=error))
        return
    _patiently(lambda: record_fate(letter=letter, fate=LetterState.FAILED, error=error))
    if refused.step == "RCPT":
        suppress(address_hash=hash_of(letter.recipient), reason=StopReason.UNDELIVERABLE)


def _take_loss(letter: Letter, lost: LineLost) -> None:
    if lost.after_final_dot:
        error = "connection lost while handing over"
        _patiently(lambda: record_fate(letter=letter, fate=LetterState.IN_DOUBT, error=error))
    else:
        _patiently(lambda: put_back(letter=letter, error=str(lost)))


def _patiently(ask: Callable[[], Result]) -> Result:
    """Ask the database, and again while it restarts: what the mail server said must not be lost."""
    ends = monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return ask()
        except (OperationalError, InterfaceError):
            if connection.in_atomic_block or monotonic() > ends:
                raise
            connection.close()
            sleep(0.5)
