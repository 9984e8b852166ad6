"""A letter as mail servers read it: to the byte what Django makes of it, at a tenth of the price.

Most headers, and most lines of the HTML, are the same in thousands of letters; they are written
out once. `tests/mail/test_message.py` holds each letter against Django's.
"""

import re
from collections.abc import Iterator
from email.header import decode_header, make_header
from email.policy import compat32
from email.utils import format_datetime, formataddr
from functools import lru_cache

from django.conf import settings
from django.core.mail.message import forbid_multi_line_headers

from mail.models import Letter
from mail.services import label_of
from mail.typed import one_line

CHARSET = "utf-8"
LONGEST_LINE = 998  # RFC 5322; longer ones travel quoted
FOLDED_AT = 78
QUOTED_AT = 76
_WIRE = compat32.clone(linesep="\r\n")
_FOREIGN = re.compile(r"[^\t -~]+")


def message_of(letter: Letter) -> bytes:
    """Raises ValueError where no mail can be made of it."""
    parts = [_part("plain", letter.text)]
    if letter.html:
        parts.append(_part("html", letter.html))
    headers = b"".join(_written(name, value) for name, value in _headers(letter))
    if len(parts) == 1:
        ((described, body),) = parts
        return b"%b%b\r\n%b" % (described, headers, body)
    # Nobody who types into a letter knows its number.
    border = b"===============%019d==" % (letter.pk.int % 10**19)
    described = b'Content-Type: multipart/alternative;\r\n boundary="%b"\r\n' % border
    inside = (b"\r\n--%b\r\n%b\r\n%b" % (border, head, body) for head, body in parts)
    ended = b"\r\n--%b--\r\n" % border
    return described + b"MIME-Version: 1.0\r\n" + headers + b"".join(inside) + ended


def headers_shown(letter: Letter) -> list[tuple[str, str]]:
    """The headers as they will stand in the letter, decoded for a reader."""
    return [
        (name, str(make_header(decode_header(_plain(name, value)))))
        for name, value in _headers(letter)
    ]


def _headers(letter: Letter) -> Iterator[tuple[str, str]]:
    yield "Subject", letter.subject
    yield "From", letter.sender
    yield "To", formataddr((one_line(letter.recipient_name), letter.recipient))
    if letter.reply_to:
        yield "Reply-To", letter.reply_to
    yield from letter.headers.items()
    yield "Message-ID", letter.message_id
    yield "Date", format_datetime(letter.created_at)
    yield "Content-Language", letter.language
    yield from label_of(settings.MAIL_SERVICE, letter.message_id).items()


def _written(name: str, value: str) -> bytes:
    """One that fits on its line needs no folding, and no keeping: it is mostly a letter's own."""
    is_short = len(name) + len(value) + 2 <= FOLDED_AT
    if is_short and value.isascii() and value.isprintable() and value == value.strip() != "":
        return f"{name}: {value}\r\n".encode()
    return _folded(name, value)


@lru_cache(maxsize=256)
def _folded(name: str, value: str) -> bytes:
    return _WIRE.fold_binary(name, _plain(name, value))


def _plain(name: str, value: str) -> str:
    """In plain letters, encoded where it has others; a line break raises ValueError."""
    return str(forbid_multi_line_headers(name, value, CHARSET)[1])


def _part(subtype: str, text: str) -> tuple[bytes, bytes]:
    """How it is described, and its words."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if any(len(line.encode()) > LONGEST_LINE for line in lines):
        encoding, body = b"quoted-printable", "\r\n".join(map(_quoted, lines)).encode()
    else:
        encoding, body = b"7bit" if text.isascii() else b"8bit", "\r\n".join(lines).encode()
    described = (
        b'Content-Type: text/%b; charset="utf-8"\r\nMIME-Version: 1.0\r\n'
        b"Content-Transfer-Encoding: %b\r\n" % (subtype.encode(), encoding)
    )
    return described, body


@lru_cache(maxsize=1024)
def _quoted(line: str) -> str:
    """Quoted-printable, as `email.quoprimime` cuts it."""
    line = line.replace("=", "=3D")
    if not (line.isascii() and line.isprintable()):
        line = _FOREIGN.sub(_in_hexadecimals, line)
    pieces, start, last = [], 0, len(line) - 1 - QUOTED_AT
    while start <= last:
        stop = start + QUOTED_AT - 1
        if line[stop - 2] == "=":
            stop -= 2
        elif line[stop - 1] == "=":
            stop -= 1
        pieces.append(line[start:stop])
        start = stop
    pieces.append(_end_quoted(line[start:]))
    return "=\r\n".join(pieces)


def _in_hexadecimals(found: re.Match[str]) -> str:
    return "".join(f"={byte:02X}" for byte in found[0].encode())


def _end_quoted(rest: str) -> str:
    """A blank at the end of a line would get lost on the way."""
    if not rest.endswith((" ", "\t")):
        return rest
    blank = f"={ord(rest[-1]):02X}"
    room = QUOTED_AT + 1 - len(rest)
    if room >= 3:
        return rest[:-1] + blank
    return f"{rest}=\r\n" if room == 2 else f"{rest[:-1]}=\r\n{blank}"
