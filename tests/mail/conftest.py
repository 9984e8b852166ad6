"""A mail server with a will of its own, and letters to send through it."""

import asyncio
import copy
import socket
from collections import Counter
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings as django_settings

from mail.actions import queue
from mail.lists import add_list
from mail.models import Letter


class Sink:
    """Takes every letter, unless told otherwise."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.senders: list[str] = []
        self.attempts: Counter[str] = Counter()
        self.on_rcpt: Callable[[str], str | None] = lambda address: None
        self.on_data: Callable[[str], str | None] = lambda address: None
        self.drops: set[str] = set()
        self.hangs: set[str] = set()

    @property
    def recipients(self) -> list[str]:
        return [str(message["To"]) for message in self.taken]

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.attempts[address] += 1
        refusal = self.on_rcpt(address)
        if not refusal:
            envelope.rcpt_tos.append(address)
        return refusal or "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        address = envelope.rcpt_tos[0]
        refusal = self.on_data(address)
        if refusal:
            return refusal
        self.senders.append(envelope.mail_from)
        self.taken.append(message_from_bytes(envelope.original_content, policy=policy.default))
        if address in self.drops:
            server.transport.abort()
        if address in self.hangs:
            await asyncio.sleep(3)
        return "250 OK"


@pytest.fixture
def sink(settings) -> Iterator[Sink]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    handler = Sink()
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_URL = f"smtp://127.0.0.1:{port}"
    yield handler
    controller.stop()


@pytest.fixture(autouse=True)
def letter_templates(settings) -> None:
    templates = copy.deepcopy(django_settings.TEMPLATES)
    templates[0]["DIRS"].append(Path(__file__).parent / "templates")
    settings.TEMPLATES = templates
    add_list("news", "News of the harbour")


@pytest.fixture
def queue_hello() -> Callable[..., Letter]:
    def queue_one(address: str = "anna@firm.example", **changes) -> Letter:
        words = dict(
            key=f"hello:{address}",
            kind="hello",
            to=address,
            language="en",
            context={"name": "Anna", "url": f"{django_settings.BASE_URL}/challenges/"},
        )
        return queue(**{**words, **changes})

    return queue_one
