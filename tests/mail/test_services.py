"""What mail services post, as their own pages document it, and what it changes."""

import base64
import hashlib
import hmac
import json
import subprocess
import sys
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import now

from mail.choices import StopReason
from mail.message import message_of
from mail.models import Letter, Suppression, hash_of
from runner.checkout import ROOT
from tests.mail.test_returns import ANNA, BASIC, SECRET, sent, standing

pytestmark = pytest.mark.django_db(transaction=True)

KEY = "signing-key-of-mailgun"
ADDRESS = hash_of(ANNA)
DEAD = (ADDRESS, "", StopReason.UNDELIVERABLE)
UNWANTED = (ADDRESS, "", StopReason.COMPLAINED)
LEFT = (ADDRESS, "news", StopReason.ASKED)


@pytest.fixture(autouse=True)
def secret(settings):
    settings.BOUNCE_SECRET = SECRET
    settings.ANYMAIL = {"WEBHOOK_SECRET": SECRET, "MAILGUN_WEBHOOK_SIGNING_KEY": KEY}


@pytest.fixture
def letter(queue_hello) -> Letter:
    return sent(queue_hello(list_name="news"))


@pytest.fixture
def tell(client, settings):
    def post(service: str, event, **headers):
        settings.MAIL_SERVICE = service
        return client.post(
            reverse("mail:events"),
            json.dumps(event),
            content_type="application/json",
            headers=headers or BASIC,
        )

    return post


def postmark(letter: Letter, record: str = "Bounce", **more) -> dict:
    return {
        "RecordType": record,
        "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483",
        "Email": letter.recipient,
        "BouncedAt": now().isoformat(),
        "Metadata": {"letter": letter.message_id.strip("<>")},
        **more,
    }


def brevo(letter: Letter, event: str, **more) -> dict:
    message = {"event": event, "email": letter.recipient, "message-id": letter.message_id}
    return {**message, "ts_epoch": int(now().timestamp() * 1000), **more}


def mailjet(letter: Letter, event: str, **more) -> dict:
    label = letter.message_id.strip("<>")
    message = {"event": event, "email": letter.recipient, "CustomID": label, "MessageID": 19421777}
    return {**message, "time": int(now().timestamp()), **more}


def mailgun(letter: Letter, event: str, *, key: str = KEY, **more) -> dict:
    timestamp, token = "1795683600", "a8ce0edb2dd8301dee6c2405235584e45aa91d1e9f979f3de0"
    signed = hmac.new(key.encode(), f"{timestamp}{token}".encode(), hashlib.sha256).hexdigest()
    return {
        "signature": {"timestamp": timestamp, "token": token, "signature": signed},
        "event-data": {
            "event": event,
            "timestamp": 1795683600.1,
            "recipient": letter.recipient,
            "message": {"headers": {"message-id": letter.message_id.strip("<>")}},
            **more,
        },
    }


STORIES = [
    (postmark, "Bounce", {"Type": "HardBounce"}, "bounced", [DEAD]),
    (postmark, "Bounce", {"Type": "SoftBounce"}, "bounced", []),
    (postmark, "Bounce", {"Type": "BadEmailAddress"}, "bounced", [DEAD]),
    (postmark, "Bounce", {"Type": "Blocked"}, "bounced", []),
    (postmark, "Bounce", {"Type": "AutoResponder"}, "sent", []),
    (postmark, "SpamComplaint", {"Type": "SpamComplaint"}, "complained", [UNWANTED]),
    (postmark, "Delivery", {}, "sent", []),
    (postmark, "Open", {}, "sent", []),
    (brevo, "hard_bounce", {"reason": "550 5.1.1 No such user"}, "bounced", [DEAD]),
    (brevo, "soft_bounce", {}, "bounced", []),
    (brevo, "hard_bounce", {"reason": "554 5.7.1 Blocked"}, "bounced", []),
    (brevo, "deferred", {"reason": "451 4.7.1 Later"}, "sent", []),
    (brevo, "spam", {}, "complained", [UNWANTED]),
    (brevo, "unsubscribe", {}, "sent", [LEFT]),
    (mailjet, "bounce", {"error": "user unknown"}, "bounced", [DEAD]),
    (mailjet, "spam", {}, "complained", [UNWANTED]),
    (mailjet, "unsub", {}, "sent", [LEFT]),
    (
        mailgun,
        "failed",
        {"severity": "permanent", "reason": "bounce"},
        "bounced",
        [DEAD],
    ),
    (mailgun, "failed", {"severity": "temporary", "reason": "generic"}, "sent", []),
    (mailgun, "complained", {}, "complained", [UNWANTED]),
]


@pytest.mark.parametrize("make, event, more, state, stops", STORIES)
def test_each_service_is_understood(tell, letter, make, event, more, state, stops):
    response = tell(make.__name__, make(letter, event, **more))

    assert response.status_code == 200
    letters, suppressions = standing()
    assert [one[0] for one in letters] == [state]
    assert suppressions == stops


@pytest.mark.parametrize("make, event, more, state, stops", STORIES)
def test_told_twice_is_told_once(tell, letter, make, event, more, state, stops):
    tell(make.__name__, make(letter, event, **more))
    before = standing()

    tell(make.__name__, make(letter, event, **more))

    assert standing() == before


@pytest.mark.parametrize("service, header", [("mailjet", "X-MJ-CustomID"), ("brevo", "")])
def test_a_service_that_gives_letters_its_own_number_gets_ours_in_a_header(
    settings, letter, service, header
):
    settings.MAIL_SERVICE = service

    lines = message_of(letter).decode().split("\r\n")

    label = letter.message_id.strip("<>")
    assert [line for line in lines if label in line and "Message-ID" not in line] == (
        [f"{header}: {label}"] if header else []
    )


def test_a_service_is_heard_however_late(tell, queue_hello):
    """The password proves who speaks; a message that anybody could write is too old by then."""
    letter = sent(queue_hello(list_name="news"), at=now() - timedelta(days=31))

    tell("postmark", postmark(letter, Type="HardBounce"))

    assert standing()[1] == [DEAD]


def test_news_of_somebody_else_s_letter_change_nothing(tell, letter):
    tell("brevo", brevo(letter, "hard_bounce", email="ben@firm.example"))
    tell("brevo", brevo(letter, "hard_bounce", **{"message-id": "<other@elsewhere.example>"}))

    assert standing() == ([("sent", "", ANNA)], [])


def wrong() -> dict[str, str]:
    return {"Authorization": f"Basic {base64.b64encode(b'postfix:guess').decode()}"}


@pytest.mark.parametrize("headers", [{"Authorization": ""}, wrong()])
def test_nobody_without_the_password_is_heard(tell, letter, headers):
    response = tell("brevo", brevo(letter, "spam"), **headers)

    assert response.status_code == 401
    assert standing() == ([("sent", "", ANNA)], [])


def test_a_wrong_signature_is_refused_besides(tell, letter):
    response = tell("mailgun", mailgun(letter, "complained", key="guessed"))

    assert response.status_code == 400
    assert Suppression.objects.count() == 0


def test_without_a_service_the_door_is_closed(tell, letter):
    assert tell("", brevo(letter, "spam")).status_code == 404


def test_too_much_at_once_is_not_read(tell, letter):
    assert tell("brevo", brevo(letter, "spam", note="x" * 1024 * 1024)).status_code == 413
    assert Suppression.objects.count() == 0


def test_who_uses_no_service_does_not_carry_its_client():
    loaded = (
        "import django, sys; django.setup(); import config.urls; print('requests' in sys.modules)"
    )

    run = subprocess.run(
        [sys.executable, "-c", loaded], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert run.stdout == "False\n"
