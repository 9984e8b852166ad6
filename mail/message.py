"""A letter as mail servers read it."""

from email.header import decode_header, make_header
from email.utils import format_datetime, formataddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from mail.models import Letter
from mail.services import label_of
from mail.typed import one_line


def message_of(letter: Letter) -> bytes:
    """The same bytes whenever it is sent. Raises ValueError where no mail can be made of it."""
    message: Any = _message(letter).message()
    if message.is_multipart():
        # Nobody who types into a letter knows its number.
        message.set_boundary(f"==={letter.pk.hex}===")
    return bytes(message.as_bytes(linesep="\r\n"))


def headers_shown(letter: Letter) -> list[tuple[str, str]]:
    """The headers as they will stand in the letter, decoded for a reader."""
    return [
        (name, str(make_header(decode_header(value))))
        for name, value in _message(letter).message().items()
        if name not in ("Content-Type", "MIME-Version", "Content-Transfer-Encoding")
    ]


def _message(letter: Letter) -> EmailMultiAlternatives:
    message = EmailMultiAlternatives(
        subject=letter.subject,
        body=letter.text,
        from_email=letter.sender,
        to=[formataddr((one_line(letter.recipient_name), letter.recipient))],
        reply_to=[letter.reply_to] if letter.reply_to else None,
        headers={
            **letter.headers,
            "Message-ID": letter.message_id,
            "Date": format_datetime(letter.created_at),
            "Content-Language": letter.language,
            **label_of(settings.MAIL_SERVICE, letter.message_id),
        },
    )
    if letter.html:
        message.attach_alternative(letter.html, "text/html")
    return message
