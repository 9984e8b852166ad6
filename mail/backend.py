"""Django's door to the outbox, so that mail written by libraries leaves the same way.

Sign-in codes and password links come through here: urgent, never suppressed, erased from the
database once their fate is known. Only where the outbox may be read by anybody
(`OUTBOX_OPEN`, in development and the demonstration) their words are kept, to be read there.
"""

import re
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from mail.actions import queue_ready_made
from mail.codes import is_code
from mail.models import Letter
from mail.typed import Passage, one_line

KIND_HEADER = "X-Letter-Kind"


class OutboxBackend(BaseEmailBackend):
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        return sum(self._queue(message) for message in email_messages)

    def _queue(self, message: EmailMessage) -> int:
        if message.attachments:
            raise ValueError("Letters carry no attachments; link to the file instead.")
        queued = [
            queue_ready_made(
                kind=one_line(str(message.extra_headers.get(KIND_HEADER, "account")), 60),
                to=address,
                title=str(message.subject),
                blocks=blocks_of(str(message.body)),
                sender=message.from_email,
                reply_to=next(iter(message.reply_to), ""),
            )
            for address in message.recipients()
        ]
        return int(any(isinstance(letter, Letter) for letter in queued))


def blocks_of(text: str) -> list[dict[str, Any]]:
    """Paragraphs of lines of parts; addresses of this site become links, nothing else does."""
    paragraphs = [block for block in re.split(r"\n\s*\n", text.strip()) if block.strip()]
    return [
        {
            "is_code": is_code(paragraph),
            "lines": [{"parts": _parts_of(line)} for line in paragraph.strip().split("\n")],
        }
        for paragraph in paragraphs
    ]


def _parts_of(line: str) -> list[dict[str, str]]:
    ours = re.compile(
        rf"({re.escape(settings.BASE_URL)}(?:/[^\s<>\"']*[\w/=&#-])?)(?=[.,;:!?)]*(?:\s|$))"
    )
    parts = []
    for position, piece in enumerate(ours.split(line)):
        if position % 2:
            parts.append({"url": piece})
        elif piece:
            parts.append({"words": Passage(piece)})
    return parts
