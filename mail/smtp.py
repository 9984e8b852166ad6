"""One line to a mail server, with the moment before the final dot made visible.

`EMAIL_URL` is `smtp://`, `smtp+tls://` (STARTTLS) or `smtp+ssl://`, with
`user:password@host:port` as needed.
"""

import smtplib
import socket
import ssl
from collections.abc import Callable
from email.utils import parseaddr
from types import TracebackType
from typing import Self
from urllib.parse import unquote, urlsplit

from django.utils.encoding import punycode

from mail.message import message_of
from mail.models import Letter
from mail.refusals import HANGS_UP, blame_in, status_of
from mail.tokens import return_address

TIMEOUT = 30
PORTS = {"smtp": 25, "smtp+tls": 587, "smtp+ssl": 465}


class NoLine(Exception):
    """The server cannot be used at all right now; no letter is to blame."""


class LineLost(Exception):
    """The connection broke during a letter."""

    def __init__(self, *, after_final_dot: bool) -> None:
        super().__init__("connection lost")
        self.after_final_dot = after_final_dot


class ClaimLost(Exception):
    """The letter belongs to somebody else by now and was not sent."""


class Unsendable(Exception):
    """No mail can be made of this letter, today or tomorrow."""


class Refused(Exception):
    """The server said no. Holds its codes only: the words of servers contain addresses."""

    def __init__(self, step: str, code: int, words: str) -> None:
        codes = f"{code} {status_of(words)}".strip()
        super().__init__(f"{codes} at {step}")
        self.blame = blame_in(step=step, code=code, words=words)


class Line:
    """Opens with the first letter, stays open for the next, closes when left."""

    def __init__(self, url: str, *, timeout: float = TIMEOUT) -> None:
        self._url = urlsplit(url)
        self._timeout = timeout
        self._smtp: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._smtp:
            try:
                self._smtp.quit()
            except (smtplib.SMTPException, OSError):
                self._smtp.close()
        self._smtp = None

    def hand_over(self, letter: Letter, *, before_final_dot: Callable[[], bool]) -> None:
        """Returns when the server took the letter; raises otherwise."""
        try:
            sender = return_address(letter.pk) or _bare(letter.sender)
            recipient = _bare(letter.recipient)
            body = _with_stuffed_dots(message_of(letter))
        except ValueError as error:
            raise Unsendable("no mail can be made of it") from error
        smtp = self._smtp or self._open()
        try:
            self._expect(smtp, "MAIL", smtp.mail(sender))
            self._expect(smtp, "RCPT", smtp.rcpt(recipient))
            self._expect(smtp, "DATA", smtp.docmd("DATA"))
            smtp.send(body)
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            raise LineLost(after_final_dot=False) from error
        if not before_final_dot():
            self._drop()
            raise ClaimLost
        try:
            smtp.send(b".\r\n")
            answer = smtp.getreply()
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            raise LineLost(after_final_dot=True) from error
        self._expect(smtp, "end of DATA", answer)

    def _open(self) -> smtplib.SMTP:
        url = self._url
        host, port = url.hostname or "localhost", url.port or PORTS.get(url.scheme, 25)
        try:
            if url.scheme == "smtp+ssl":
                context = ssl.create_default_context()
                smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                    host, port, timeout=self._timeout, context=context
                )
            else:
                smtp = smtplib.SMTP(host, port, timeout=self._timeout)
            if url.scheme == "smtp+tls":
                smtp.starttls(context=ssl.create_default_context())
            if url.username:
                smtp.login(unquote(url.username), unquote(url.password or ""))
            smtp.ehlo_or_helo_if_needed()
            _without_delay(smtp)
        except (smtplib.SMTPException, OSError) as error:
            raise NoLine(f"mail server: {type(error).__name__}") from error
        self._smtp = smtp
        return smtp

    def _expect(self, smtp: smtplib.SMTP, step: str, answer: tuple[int, bytes]) -> None:
        code, words = answer
        if code in (250, 251, 354):
            return
        if code == HANGS_UP or step == "MAIL":
            self._drop()
        elif step != "end of DATA":
            self._reset(smtp)
        if step == "MAIL":
            raise NoLine(f"mail server: {code} at {step}")
        raise Refused(step, code, words.decode(errors="replace"))

    def _reset(self, smtp: smtplib.SMTP) -> None:
        try:
            smtp.rset()
        except (smtplib.SMTPException, OSError):
            self._drop()

    def _drop(self) -> None:
        """Hang up without a word: a server that has not seen the final dot forgets the letter."""
        if self._smtp:
            self._smtp.close()
        self._smtp = None


def _without_delay(smtp: smtplib.SMTP) -> None:
    """The final dot travels alone; without this it waits 40 ms for the letter before it."""
    if smtp.sock:
        smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _with_stuffed_dots(message: bytes) -> bytes:
    body = (b"\r\n" + message).replace(b"\r\n.", b"\r\n..")[2:]
    return body if body.endswith(b"\r\n") else body + b"\r\n"


def _bare(address: str) -> str:
    local, _, domain = parseaddr(address)[1].rpartition("@")
    local.encode("ascii")
    return f"{local}@{punycode(domain)}"
