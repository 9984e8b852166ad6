"""Letters come back through real doors: only what proves itself changes anything, and once."""

import base64
import io
import re
import uuid
from datetime import timedelta

import pytest
import structlog
from django.core.management import call_command
from django.urls import reverse
from django.utils.timezone import now

from mail.actions import is_suppressed, suppress, take_returned, trust_again, why_suppressed
from mail.choices import LetterState, StopReason
from mail.delivery import drain
from mail.models import Letter, Suppression, hash_of
from mail.signals import letter_fate_known
from mail.tokens import BadToken, read_return_address, return_address
from tests.mail.reports import away, complaint, dsn

pytestmark = pytest.mark.django_db(transaction=True)

BOUNCES = "bounces@letters.example"
SECRET = "postfix:" + "s" * 24
ANNA = "anna@firm.example"
BASIC = {"Authorization": f"Basic {base64.b64encode(SECRET.encode()).decode()}"}


@pytest.fixture(autouse=True)
def bounce_address(settings):
    settings.BOUNCE_ADDRESS = BOUNCES
    settings.BOUNCE_SECRET = SECRET


@pytest.fixture
def letter(queue_hello) -> Letter:
    return sent(queue_hello(list_name="news"))


def sent(letter: Letter, *, at=None) -> Letter:
    for state in ("claimed", "sending", "sent"):
        letter.state, letter.claim, letter.claimed_at = state, letter.pk, at or now()
        letter.sent_at = at or now()
        letter.save()
    return letter


def standing() -> tuple[list[tuple[str, str, str]], list[tuple[str, str, str]]]:
    """All that a message at the bounce address could have changed."""
    letters = Letter.objects.order_by("pk").values_list("state", "last_error", "recipient")
    stops = Suppression.objects.order_by("pk").values_list("address_hash", "list_name", "reason")
    return list(letters), list(stops)


def take(raw: bytes) -> bool:
    return take_returned(raw=raw)


# The address a letter returns to.


def test_every_letter_leaves_with_a_return_address_of_its_own(sink, queue_hello):
    letters = [queue_hello(f"{name}@firm.example") for name in ("anna", "ben")]

    drain()

    assert sorted(sink.senders) == sorted(return_address(letter.pk) for letter in letters)
    assert {read_return_address(one.upper()) for one in sink.senders} == {one.pk for one in letters}
    assert all(re.fullmatch(r"bounces\+[a-z2-7]{52}@letters\.example", one) for one in sink.senders)


def test_without_a_bounce_address_the_envelope_is_the_sender_of_the_letter(
    settings, sink, queue_hello
):
    settings.BOUNCE_ADDRESS = ""
    queue_hello()

    drain()

    assert sink.senders == ["letters@labmatch.example"]


def test_a_changed_token_is_no_token():
    address = return_address(uuid.uuid4())
    mailbox, _at, domain = address.partition("@")

    for position in range(len("bounces+"), len(mailbox) - 1):
        other = "b" if mailbox[position] != "b" else "c"
        with pytest.raises(BadToken):
            read_return_address(f"{mailbox[:position]}{other}{mailbox[position + 1 :]}@{domain}")


@pytest.mark.parametrize(
    "address", ["", "bounces@letters.example", "bounces+@x", "é+a@x", "+" * 99]
)
def test_what_is_no_return_address_is_refused(address):
    with pytest.raises(BadToken):
        read_return_address(address)


# Reports.


def test_a_letter_to_nobody_comes_back_and_its_address_gets_none_again(letter):
    told = []
    letter_fate_known.connect(hear := lambda letter_ids, **kw: told.extend(letter_ids))

    changed = take(dsn(return_address(letter.pk)))

    letter_fate_known.disconnect(hear)
    assert changed
    assert standing() == (
        [("bounced", "came back: 5.1.1", ANNA)],
        [(hash_of(ANNA), "", StopReason.UNDELIVERABLE)],
    )
    assert told == [letter.pk]


def test_the_second_copy_of_a_report_changes_nothing(letter):
    raw = dsn(return_address(letter.pk))
    take(raw)
    before = standing()

    assert take(raw) is False
    assert standing() == before


def test_an_old_report_does_not_bring_back_what_a_manager_lifted(letter):
    raw = dsn(return_address(letter.pk))
    take(raw)

    lifted = trust_again(address_hash=hash_of(ANNA))
    take(raw)

    assert lifted
    assert not is_suppressed(address=ANNA, list_name="news")


def test_lifting_leaves_what_the_reader_said():
    for reason in StopReason:
        suppress(address_hash=hash_of(ANNA), reason=reason)

    assert trust_again(address_hash=hash_of(ANNA))
    assert not trust_again(address_hash=hash_of(ANNA))
    assert sorted(Suppression.objects.values_list("reason", flat=True)) == [
        "asked",
        "complained",
        "objected",
        "said",
    ]


def test_the_weightiest_reason_is_told():
    for reason in (StopReason.COMPLAINED, StopReason.UNDELIVERABLE):
        suppress(address_hash=hash_of(ANNA), reason=reason)
    suppress(address_hash=hash_of("ben@firm.example"), reason=StopReason.UNDELIVERABLE)

    told = why_suppressed(addresses=[ANNA, "ben@firm.example", "eve@x.example"], list_name="news")

    assert told == {ANNA: "complained", "ben@firm.example": "undeliverable"}


@pytest.mark.parametrize("status", ["4.2.2", "5.7.1", "5.6.0", "4.4.7"])
def test_a_failure_that_is_not_the_fault_of_the_address_stops_nothing(letter, status):
    take(dsn(return_address(letter.pk), status=status))

    assert standing() == ([("bounced", f"came back: {status}", ANNA)], [])


def test_a_delay_is_noted_only(letter):
    raw = dsn(return_address(letter.pk), action="delayed", status="4.4.1")

    assert (take(raw), take(raw)) == (True, False)
    assert standing() == ([("sent", "delayed: 4.4.1", ANNA)], [])


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded", "", "nonsense"])
def test_other_news_of_a_delivery_change_nothing(letter, action):
    assert take(dsn(return_address(letter.pk), action=action)) is False
    assert standing() == ([("sent", "", ANNA)], [])


def forged(letter: Letter) -> list[bytes]:
    address = return_address(letter.pk)
    return [
        dsn("bounces@letters.example"),
        dsn(f"bounces+{letter.pk}@letters.example"),
        dsn(address.replace("+", "+a", 1)),
        dsn(f"bounces+{'a' * 52}@letters.example"),
        dsn(return_address(uuid.uuid4())),
        dsn(address, recipient="ben@firm.example"),
        complaint("bounces@letters.example"),
        complaint("bounces@letters.example", sender="letters@labmatch.example"),
        away(address),
        b"",
    ]


def test_forged_reports_change_no_row(letter, queue_hello):
    sent(queue_hello("ben@firm.example", list_name="news"))
    before = standing()

    assert [take(raw) for raw in forged(letter)] == [False] * len(forged(letter))
    assert standing() == before


def test_a_token_for_another_purpose_opens_nothing(letter):
    """The seal of a stop link, over the very same bytes, is not that of a return address."""
    from django.utils.crypto import salted_hmac

    seal = salted_hmac("mail.stop", letter.pk.bytes, algorithm="sha256").digest()[:16]
    token = base64.b32encode(letter.pk.bytes + seal).decode().rstrip("=").lower()

    assert take(dsn(f"bounces+{token}@letters.example")) is False


def test_a_report_of_a_letter_of_last_month_comes_too_late(queue_hello):
    letter = sent(queue_hello(list_name="news"), at=now() - timedelta(days=31))

    assert take(dsn(return_address(letter.pk))) is False
    assert standing() == ([("sent", "", ANNA)], [])


@pytest.mark.parametrize("state", ["queued", "claimed", "failed", "cancelled"])
def test_a_letter_that_did_not_leave_does_not_come_back(queue_hello, state):
    letter = queue_hello(list_name="news")
    way = {"claimed": ["claimed"], "failed": ["failed"], "cancelled": ["cancelled"]}.get(state, [])
    for step in way:
        Letter.objects.update(state=step, claim=letter.pk, claimed_at=now())

    assert take(dsn(return_address(letter.pk))) is False
    assert standing()[1] == []
    assert Letter.objects.get().state == state


@pytest.mark.parametrize("last", ["sending", "in_doubt"])
def test_a_letter_whose_fate_was_open_comes_back_too(queue_hello, last):
    letter = queue_hello(list_name="news")
    for state in ("claimed", "sending", last):
        Letter.objects.update(state=state, claim=letter.pk, claimed_at=now())

    assert take(dsn(return_address(letter.pk)))
    assert Letter.objects.get().state == LetterState.BOUNCED


def test_a_domain_in_foreign_letters_is_the_same_in_plain_ones(queue_hello):
    letter = sent(queue_hello("anna@blåbær.example", list_name="news"))

    assert take(dsn(return_address(letter.pk), recipient="anna@xn--blbr-roah.example"))


def test_a_sign_in_letter_comes_back_but_its_address_still_gets_codes(queue_hello):
    letter = sent(queue_hello())
    take(dsn(return_address(letter.pk)))

    again = queue_hello(key="again")

    assert Letter.objects.get(pk=letter.pk).state == LetterState.BOUNCED
    assert again.state == LetterState.QUEUED


# Complaints.


@pytest.mark.parametrize("days", [0, 400])
def test_a_complaint_stops_every_list_for_good(queue_hello, days):
    letter = sent(queue_hello(list_name="news"), at=now() - timedelta(days=days))

    assert take(complaint("feedback@letters.example", sender=return_address(letter.pk)))
    assert take(complaint("feedback@letters.example", sender=return_address(letter.pk))) is False
    assert standing() == (
        [("complained", "reported as unwanted", ANNA)],
        [(hash_of(ANNA), "", StopReason.COMPLAINED)],
    )


def test_a_complaint_is_not_taken_back_by_the_stop_page(client, letter):
    from mail.tokens import stop_token

    take(complaint(return_address(letter.pk)))
    token = stop_token(address_hash=hash_of(ANNA), list_name="news")
    client.post(reverse("mail:stop", args=[token]), {"choice": "again"})

    assert is_suppressed(address=ANNA, list_name="news")


def test_a_complaint_of_somebody_erased_stops_nobody(letter):
    from mail.actions import forget

    forget(address=ANNA)

    assert take(complaint(return_address(letter.pk))) is False
    assert Suppression.objects.count() == 0


# Doors.


def posted(client, raw: bytes, **headers):
    return client.post(
        reverse("mail:returned"), raw, content_type="message/rfc822", headers=headers or BASIC
    )


def test_a_message_posted_with_the_password_is_read(client, letter):
    response = posted(client, dsn(return_address(letter.pk)))

    assert (response.status_code, response.content) == (204, b"")
    assert Letter.objects.get().state == LetterState.BOUNCED


@pytest.mark.parametrize(
    "given",
    ["", "Basic", "Basic !!!", f"Bearer {SECRET}", f"Basic {base64.b64encode(b'a:b').decode()}"],
)
def test_without_the_password_nothing_is_read(client, letter, given):
    response = posted(client, dsn(return_address(letter.pk)), Authorization=given)

    assert response.status_code == 401
    assert Letter.objects.get().state == LetterState.SENT


def test_a_right_and_a_wrong_message_get_the_same_answer(client, letter):
    answers = [
        posted(client, raw)
        for raw in (away("x@y.example"), dsn("forged@x"), dsn(return_address(letter.pk)))
    ]

    assert {(one.status_code, one.content) for one in answers} == {(204, b"")}


def test_the_door_is_closed_without_a_secret(client, letter, settings):
    settings.BOUNCE_SECRET = ""

    assert posted(client, dsn(return_address(letter.pk))).status_code == 404
    assert (
        posted(client, dsn(return_address(letter.pk)), Authorization="Basic Og==").status_code
        == 404
    )
    assert Letter.objects.get().state == LetterState.SENT


def test_too_large_a_message_is_not_read(client, letter):
    raw = dsn(return_address(letter.pk)) + b"x" * 1024 * 1024

    assert posted(client, raw).status_code == 413
    assert Letter.objects.get().state == LetterState.SENT


def test_reading_the_door_changes_nothing(client, letter):
    for method in (client.get, client.head, client.put, client.delete):
        assert method(reverse("mail:returned"), headers=BASIC).status_code == 405
    assert Letter.objects.get().state == LetterState.SENT


class Pipe:
    """Standard input as a mail server fills it."""

    def __init__(self, raw: bytes) -> None:
        self.buffer = io.BytesIO(raw)


def test_a_message_piped_to_the_command_is_read(monkeypatch, letter):
    monkeypatch.setattr("sys.stdin", Pipe(dsn(return_address(letter.pk))))

    call_command("receive_bounce")

    assert Letter.objects.get().state == LetterState.BOUNCED


@pytest.mark.parametrize("raw", [b"", b"\xff" * 10, b"x" * (1024 * 1024 + 1)])
def test_the_command_ends_well_whatever_it_is(monkeypatch, raw, capsys):
    monkeypatch.setattr("sys.stdin", Pipe(raw))

    call_command("receive_bounce")

    assert capsys.readouterr() == ("", "")


def test_the_log_holds_no_address_and_no_token(letter):
    address = return_address(letter.pk)

    with structlog.testing.capture_logs() as lines:
        take(dsn(address))

    assert "letter_came_back" in {one["event"] for one in lines}
    assert ANNA not in str(lines)
    assert address.partition("@")[0] not in str(lines)
