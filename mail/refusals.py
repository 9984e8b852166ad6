"""Whom the answer of a mail server blames. Pure: of the answer only its codes are kept."""

import re
from enum import Enum

from mail.returned import blames_address, blames_sender, status_in

HANGS_UP = 421
# What RFC 5321 and 7504 say of a mailbox or its domain, where no finer code follows.
_NO_SUCH_MAILBOX = (550, 551, 553, 556)
_SIGN_IN_FIRST = 530
_ABOUT_US = re.compile(r"relay|authenti", re.IGNORECASE)


class Blame(Enum):
    NOBODY = "nobody"  # later, perhaps
    US = "us"  # the server, our place at it or our right to use it
    ADDRESS = "address"
    LETTER = "letter"


def blame_in(*, step: str, code: int, words: str) -> Blame:
    if code == HANGS_UP:
        return Blame.US
    if code < 500:
        return Blame.NOBODY
    if step != "RCPT":
        return Blame.LETTER
    status = status_of(words)
    return _by_status(status) if status else _by_code(code, words)


def status_of(words: str) -> str:
    """The enhanced code an answer begins with, such as 5.1.1, or nothing."""
    return status_in(words.split(maxsplit=1)[0]) if words.strip() else ""


def _by_status(status: str) -> Blame:
    if blames_sender(status):
        return Blame.US
    return Blame.ADDRESS if blames_address(status) else Blame.LETTER


def _by_code(code: int, words: str) -> Blame:
    if code == _SIGN_IN_FIRST or _ABOUT_US.search(words):
        return Blame.US
    return Blame.ADDRESS if code in _NO_SUCH_MAILBOX else Blame.LETTER
