"""What comes back to the bounce address, read. Pure.

A report that a letter was not delivered (RFC 3464) or that its reader called it unwanted
(RFC 5965). Whatever else arrives there, such as a note that somebody is away, is nothing.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.utils import getaddresses

# Where a mail server writes down to whom it delivers.
TO_WHOM = ("To", "Delivered-To", "X-Original-To", "Envelope-To")
COMPLAINTS = ("abuse", "fraud", "opt-out", "opt-out-list")
_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
# What RFC 3463 says of the text; of the sender and its right to send; and of single codes that
# Postfix gives at the address although they are about the sender or its greeting.
_THE_TEXT = "6"
_THE_SENDER = "7"
_THE_SENDER_TOO = ("5.1.7", "5.1.8", "5.5.1", "5.5.2", "5.5.4")


@dataclass(frozen=True)
class Attempt:
    """What became of the letter at one address, also known by others where it was forwarded."""

    addresses: frozenset[str]
    action: str
    status: str


@dataclass(frozen=True)
class Returned:
    """`senders` are the addresses that may hold the token of the letter."""

    senders: tuple[str, ...]
    attempts: tuple[Attempt, ...] = ()
    is_complaint: bool = False


def read_returned(raw: bytes) -> Returned | None:
    """None for anything that is no such report. Never raises: anybody may write to the address."""
    try:
        return _report_in(message_from_bytes(raw))
    except Exception:  # noqa: BLE001 - the parser of the standard library fails in many ways
        return None


def status_in(text: str) -> str:
    """The first enhanced code, such as 5.1.1, or nothing."""
    found = _STATUS.search(text)
    return found.group() if found else ""


def blames_address(status: str) -> bool:
    """A permanent failure that is not about what the letter says or who sends it."""
    family, _, rest = status.partition(".")
    return family == "5" and rest.partition(".")[0] != _THE_TEXT and not blames_sender(status)


def blames_sender(status: str) -> bool:
    """A permanent failure that any other letter from us would meet as well."""
    family, _, rest = status.partition(".")
    return family == "5" and (rest.partition(".")[0] == _THE_SENDER or status in _THE_SENDER_TOO)


def _report_in(message: Message) -> Returned | None:
    if message.get_content_type() != "multipart/report" or not message.is_multipart():
        return None
    parts = {part.get_content_type(): part for part in reversed(_inside(message))}
    to = tuple(_addresses(message, TO_WHOM))
    if "message/feedback-report" in parts:
        return _complaint(to, parts)
    if "message/delivery-status" in parts:
        blocks = _inside(parts["message/delivery-status"])
        return Returned(to, attempts=tuple(_attempts(blocks)))
    return None


def _complaint(to: tuple[str, ...], parts: dict[str, Message]) -> Returned | None:
    """The letter is named by its sender, which such reports quote: they go to another address."""
    fields = next(iter(_inside(parts["message/feedback-report"])), Message())
    if _word(fields, "Feedback-Type") not in COMPLAINTS:
        return None
    quoted = _inside(parts.get("message/rfc822", Message()))
    senders = [
        *to,
        *_addresses(fields, ("Original-Mail-From",)),
        *(address for one in quoted for address in _addresses(one, ("Return-Path",))),
    ]
    return Returned(tuple(senders), is_complaint=True)


def _attempts(blocks: Iterable[Message]) -> Iterator[Attempt]:
    for block in blocks:
        addresses = frozenset(
            _address_in(str(value))
            for name in ("Final-Recipient", "Original-Recipient")
            for value in block.get_all(name, [])
        )
        if addresses:
            status = status_in(_text(block, "Status")) or status_in(_text(block, "Diagnostic-Code"))
            yield Attempt(addresses, _word(block, "Action"), status)


def _address_in(field: str) -> str:
    """`rfc822; <Anna@Firm.example>` without its type."""
    return field.rpartition(";")[2].strip().strip("<>").lower()


def _inside(part: Message) -> list[Message]:
    inner = part.get_payload()
    return [one for one in inner if isinstance(one, Message)] if isinstance(inner, list) else []


def _addresses(message: Message, names: Iterable[str]) -> Iterator[str]:
    values = [str(value) for name in names for value in message.get_all(name, [])]
    return (address.lower() for _name, address in getaddresses(values) if address)


def _text(message: Message, name: str) -> str:
    return str(message.get(name, ""))


def _word(message: Message, name: str) -> str:
    return _text(message, name).strip().lower()
