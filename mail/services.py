"""What mail services tell of letters that left through them, in our words.

A service writes the envelope itself, so no bounce reaches our address; it calls a door of ours
instead. `anymail` knows the language of each. The letter is found by its Message-ID, which some
services quote by themselves and others only in a header of their own (`LABELS`).
"""

import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from anymail.signals import AnymailTrackingEvent, EventType, RejectReason

from mail.returned import status_in

# Loaded when one is asked: they bring an HTTP client along that nothing here uses.
DOORS = {
    "brevo": "anymail.webhooks.brevo.BrevoTrackingWebhookView",
    "mailgun": "anymail.webhooks.mailgun.MailgunTrackingWebhookView",
    "mailjet": "anymail.webhooks.mailjet.MailjetTrackingWebhookView",
    "postmark": "anymail.webhooks.postmark.PostmarkTrackingWebhookView",
}
# Headers that these services cut out of the letter and put into what they tell.
LABELS = {"mailjet": "X-MJ-CustomID", "postmark": "X-PM-Metadata-letter"}

FAILED, DELAYED, COMPLAINED, UNSUBSCRIBED = "failed", "delayed", "complained", "unsubscribed"
_KINDS = {
    EventType.BOUNCED: FAILED,
    EventType.REJECTED: FAILED,
    EventType.FAILED: FAILED,
    EventType.DEFERRED: DELAYED,
    EventType.COMPLAINED: COMPLAINED,
    EventType.UNSUBSCRIBED: UNSUBSCRIBED,
}
# For services that name no code of the mail server.
_STATUS_OF = {
    RejectReason.INVALID: "5.1.1",
    RejectReason.BOUNCED: "5.0.0",
    RejectReason.TIMED_OUT: "4.4.7",
    RejectReason.BLOCKED: "5.7.1",
    RejectReason.SPAM: "5.7.1",
}
_SOFT = re.compile(r"soft_?bounce", re.IGNORECASE)
_LETTER = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?=@)", re.IGNORECASE)


@dataclass(frozen=True)
class Event:
    """`letters` are all that it might speak of: the one that went to `recipient` is meant."""

    kind: str
    recipient: str
    letters: tuple[UUID, ...]
    status: str = ""


def read_event(event: AnymailTrackingEvent) -> Event | None:
    """None for what changes nothing, such as that a letter arrived."""
    kind = _KINDS.get(event.event_type)
    if kind is None or not event.recipient:
        return None
    told = f"{event.message_id} {event.esp_event}"
    letters = tuple(UUID(found) for found in dict.fromkeys(_LETTER.findall(told)))
    return Event(kind, str(event.recipient), letters, _status(event))


def label_of(service: str, message_id: str) -> dict[str, str]:
    name = LABELS.get(service)
    return {name: message_id.strip("<>")} if name else {}


def _status(event: Any) -> str:
    told = status_in(f"{event.mta_response or ''} {event.description or ''}")
    if told:
        return told
    if _SOFT.search(str(event.esp_event)):
        return "4.0.0"
    return _STATUS_OF.get(event.reject_reason, "")
