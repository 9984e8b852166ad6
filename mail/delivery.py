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
    give_up,
    is_paused,
    note_failure,
    note_progress,
    put_back,
    record_fate,
    release,
    tell_fates,
    write_late,
)
from mail.choices import REFUSES_US, UNWRITTEN, LetterState
from mail.models import Letter
from mail.refusals import Blame
from mail.smtp import ClaimLost, Line, LineLost, NoLine, Refused, Unsendable

log = structlog.get_logger(__name__)

RUN_SECONDS = 30
PATIENCE_SECONDS = 15
NEWS_SECONDS = 2
PLENTY = 200

Result = TypeVar("Result")


def drain(*, seconds: float = RUN_SECONDS, call_help: Callable[[], None] = lambda: None) -> bool:
    """Send what is due. True if time was up before the outbox was empty.

    `call_help` is called once, after the first batch left and if plenty more wait: a mail server
    that is away needs no second worker.
    """
    if _patiently(is_paused):
        return False
    with Line(settings.EMAIL_URL) as line:
        return Shift(line, monotonic() + seconds, call_help).work()


class Shift:
    """One worker's time at one line."""

    def __init__(self, line: Line, ends: float, call_help: Callable[[], None]) -> None:
        self.line = line
        self.ends = ends
        self.call_help = call_help
        self.failed = False
        self.next_news = 0.0

    def work(self) -> bool:
        try:
            while monotonic() < self.ends:
                letters = _patiently(claim_batch)
                if not letters:
                    return False
                self._deliver(letters)
                self._ask_for_help()
        except NoLine as away:
            error = str(away)
            log.warning("mail_server_away", error=error)
            _patiently(lambda: note_failure(error=error))
            return False
        finally:
            _patiently(tell_fates)
        return True

    def _ask_for_help(self) -> None:
        if _patiently(Letter.objects.due()[PLENTY:].exists):
            self.call_help()
        self.call_help = _nothing

    def _deliver(self, letters: list[Letter]) -> None:
        unwritten = _patiently(lambda: write_late(letters=letters))
        for letter in unwritten:
            _put_back(letter, UNWRITTEN)
        waiting = [letter for letter in letters if letter not in unwritten]
        try:
            while waiting and monotonic() < self.ends:
                self._hand_over(waiting[0])
                waiting.pop(0)
        except NoLine as away:
            release(letters=waiting, error=str(away))
            raise
        if waiting:
            release(letters=waiting)

    def _hand_over(self, letter: Letter) -> None:
        try:
            self.line.hand_over(
                letter, before_final_dot=lambda: _patiently(lambda: begin_sending(letter=letter))
            )
        except ClaimLost:
            return
        except Unsendable as hopeless:
            error = str(hopeless)
            _patiently(lambda: record_fate(letter=letter, fate=LetterState.FAILED, error=error))
        except Refused as refused:
            _take_refusal(letter, refused)
            if refused.blame == Blame.US:
                self._fail(f"{REFUSES_US}{refused}", recipient=letter.recipient)
            else:
                self._progress()
        except LineLost as lost:
            _take_loss(letter, lost)
            self._fail(str(lost))
        else:
            _patiently(lambda: record_fate(letter=letter, fate=LetterState.SENT))
            self._progress()

    def _fail(self, error: str, *, recipient: str = "") -> None:
        """Any other letter would have met the same; twenty times in a row, and we pause."""
        self.failed = True
        if _patiently(lambda: note_failure(error=error, recipient=recipient)):
            self.ends = monotonic()

    def _progress(self) -> None:
        """Now and then, for each letter would pay for it."""
        if self.failed or monotonic() > self.next_news:
            self.failed = False
            self.next_news = monotonic() + NEWS_SECONDS
            _patiently(note_progress)
            _patiently(tell_fates)


def _nothing() -> None:
    """Help was called."""


def _take_refusal(letter: Letter, refused: Refused) -> None:
    error = str(refused)
    if refused.blame in (Blame.NOBODY, Blame.US):
        _put_back(letter, error)
    else:
        is_dead = refused.blame == Blame.ADDRESS
        _patiently(lambda: give_up(letter=letter, error=error, address_is_dead=is_dead))


def _take_loss(letter: Letter, lost: LineLost) -> None:
    if lost.after_final_dot:
        error = "connection lost while handing over"
        _patiently(lambda: record_fate(letter=letter, fate=LetterState.IN_DOUBT, error=error))
    else:
        _put_back(letter, str(lost))


def _put_back(letter: Letter, error: str) -> None:
    _patiently(lambda: put_back(letter=letter, error=error))


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
