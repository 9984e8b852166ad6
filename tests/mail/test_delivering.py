from datetime import timedelta
from threading import Thread

import pytest
from django.db import connection
from django.utils.timezone import now

from mail.actions import (
    begin_sending,
    claim_batch,
    record_fate,
    recover_left_behind,
    send_again,
    suppress,
    tell_fates,
)
from mail.actions.delivering import CannotSendAgain
from mail.choices import LetterState, StopReason
from mail.delivery import drain
from mail.health import outbox_age
from mail.models import Letter, Suppression, hash_of
from mail.signals import letter_fate_known
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


def states() -> list[str]:
    return list(Letter.objects.order_by("recipient").values_list("state", flat=True))


def content(message, form: str) -> str:
    return message.get_body((form,)).get_content().replace("\r\n", "\n")


def make_due() -> None:
    Letter.objects.update(next_attempt_at=now())


def test_letters_arrive_over_one_connection_and_are_sent(sink, queue_hello):
    for name in ("anna", "ben"):
        queue_hello(f"{name}@firm.example", name=name.title())

    more = drain()

    assert more is False
    assert sorted(sink.recipients) == ["Anna <anna@firm.example>", "Ben <ben@firm.example>"]
    assert states() == ["sent", "sent"]
    assert Letter.objects.filter(sent_at=None).count() == 0


def test_the_message_is_what_the_row_says(sink, queue_hello):
    letter = queue_hello(list_name="news", reply_to="lab@cluster.example", name="Søren Ærø")

    drain()

    (message,) = sink.taken
    assert message["Message-ID"] == letter.message_id
    assert message["To"] == "Søren Ærø <anna@firm.example>"
    assert message["Reply-To"] == "lab@cluster.example"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Unsubscribe"].strip() == letter.headers["List-Unsubscribe"]
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert content(message, "plain") == letter.text
    assert content(message, "html").strip() == letter.html.strip()


def test_lines_that_are_a_single_dot_survive(sink, queue_hello):
    queue_hello()
    Letter.objects.update(text="before\n.\n..\nafter\n")

    drain()

    assert content(sink.taken[0], "plain") == "before\n.\n..\nafter\n"


@pytest.mark.parametrize("field", ["recipient_name", "subject", "sender", "reply_to"])
def test_line_breaks_add_no_header(sink, queue_hello, field):
    queue_hello()
    Letter.objects.update(**{field: "Eve <eve@firm.example>\r\nBcc: spy@evil.example"})

    drain()

    assert {message["Bcc"] for message in sink.taken} <= {None}
    assert sink.attempts["spy@evil.example"] == 0
    assert states() == ["sent" if field == "recipient_name" else "failed"]


def test_greylisting_is_waited_for(sink, queue_hello):
    queue_hello()
    sink.on_rcpt = lambda address: "451 Later" if sink.attempts[address] == 1 else None
    before = now()

    drain()
    waiting = Letter.objects.get()
    make_due()
    drain()

    assert (waiting.state, waiting.attempts, waiting.last_error) == ("queued", 1, "451 at RCPT")
    assert waiting.next_attempt_at >= before + timedelta(minutes=5)
    sent = Letter.objects.get()
    assert (sent.state, sent.attempts, sent.last_error) == ("sent", 2, "")


def test_after_the_last_pause_the_letter_fails(sink, queue_hello):
    queue_hello()
    sink.on_rcpt = lambda address: "451 Later"

    for _attempt in range(6):
        make_due()
        drain()

    assert states() == ["failed"]
    assert sink.attempts["anna@firm.example"] == 6


def test_a_dead_address_fails_and_gets_no_more_lists(sink, queue_hello):
    queue_hello("dead@firm.example")
    queue_hello("fine@firm.example")
    sink.on_rcpt = lambda address: "550 5.1.1 dead@firm.example" if "dead" in address else None

    drain()

    assert states() == ["failed", "sent"]
    assert Letter.objects.get(state="failed").last_error == "550 5.1.1 at RCPT"
    suppression = Suppression.objects.get()
    assert suppression.address_hash == hash_of("dead@firm.example")
    assert suppression.reason == StopReason.UNDELIVERABLE


@pytest.mark.parametrize("answer, state", [("554 No", "failed"), ("452 Full", "queued")])
def test_a_no_after_the_final_dot_is_certain(sink, queue_hello, answer, state):
    queue_hello()
    sink.on_data = lambda address: answer

    drain()

    assert states() == [state]
    assert Suppression.objects.count() == 0


def test_a_connection_lost_after_the_final_dot_leaves_doubt(sink, queue_hello):
    queue_hello("anna@firm.example")
    queue_hello("ben@firm.example")
    sink.drops = {"anna@firm.example"}

    drain()
    make_due()
    drain()

    assert states() == ["in_doubt", "sent"]
    assert sink.recipients.count("anna@firm.example") == 1


def test_a_server_that_hangs_does_not_hold_the_others(sink, queue_hello, monkeypatch):
    monkeypatch.setattr("mail.smtp.Line.__init__.__kwdefaults__", {"timeout": 0.5})
    queue_hello("anna@firm.example")
    queue_hello("ben@firm.example")
    sink.hangs = {"anna@firm.example"}

    drain()

    assert states() == ["in_doubt", "sent"]


def test_without_a_mail_server_letters_wait_uncounted(settings, queue_hello):
    settings.EMAIL_URL = "smtp://127.0.0.1:1"
    queue_hello()

    drain()

    letter = Letter.objects.get()
    assert (letter.state, letter.attempts) == ("queued", 0)
    assert letter.last_error == "mail server: ConnectionRefusedError"


def test_a_letter_that_cannot_be_written_does_not_hold_the_others(sink, queue_hello):
    queue_hello("anna@firm.example")
    queue_hello("ben@firm.example", key="other")
    Letter.objects.filter(recipient="anna@firm.example").update(subject="", kind="nobody-writes")

    drain()

    assert states() == ["queued", "sent"]


def test_urgent_letters_leave_first(sink, queue_hello):
    queue_hello("slow@firm.example")
    queue_hello("code@firm.example", priority=1)

    drain()

    assert sink.recipients == ["code@firm.example", "slow@firm.example"]


def test_two_workers_share_the_outbox_without_a_second_copy(sink, queue_hello):
    for number in range(120):
        queue_hello(f"p{number:03}@firm.example")

    def work():
        drain()
        connection.close()

    workers = [Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert sorted(sink.recipients) == [f"p{number:03}@firm.example" for number in range(120)]
    assert set(states()) == {"sent"}


def test_a_claim_that_was_lost_sends_nothing(sink, queue_hello):
    queue_hello()
    (slow,) = claim_batch()
    recover_left_behind(silent_for=timedelta(0))
    claim_batch()

    assert begin_sending(letter=slow) is False


def test_what_a_dead_worker_left(queue_hello):
    queue_hello("claimed@firm.example")
    queue_hello("sending@firm.example")
    letters = {letter.recipient: letter for letter in claim_batch()}
    begin_sending(letter=letters["sending@firm.example"])

    recover_left_behind()
    still_trusted = states()
    recover_left_behind(silent_for=timedelta(0))

    assert still_trusted == ["claimed", "sending"]
    assert states() == ["queued", "in_doubt"]


def test_a_late_answer_settles_the_doubt(queue_hello):
    queue_hello()
    (letter,) = claim_batch()
    begin_sending(letter=letter)
    recover_left_behind(silent_for=timedelta(0))

    settled = record_fate(letter=letter, fate=LetterState.SENT)

    assert settled is True
    assert states() == ["sent"]


def doubtful(queue_hello, **changes) -> Letter:
    queue_hello(**changes)
    (letter,) = claim_batch()
    begin_sending(letter=letter)
    record_fate(letter=letter, fate=LetterState.IN_DOUBT)
    return Letter.objects.get()


def test_sending_again_keeps_the_message_id_and_is_remembered(sink, queue_hello):
    letter = doubtful(queue_hello)

    send_again(letter=letter, by=UserFactory())
    drain()

    assert sink.taken[0]["Message-ID"] == letter.message_id
    assert states() == ["sent"]
    assert letter.history.count() == 1


def test_sending_again_respects_a_stop(queue_hello):
    letter = doubtful(queue_hello, list_name="news")
    suppress(address_hash=hash_of(letter.recipient))

    with pytest.raises(CannotSendAgain, match="asked not to get"):
        send_again(letter=letter, by=None)


def test_a_sent_letter_is_not_sent_again(sink, queue_hello):
    letter = queue_hello()
    drain()

    with pytest.raises(CannotSendAgain, match="failed or is in doubt"):
        send_again(letter=letter, by=None)


@pytest.mark.parametrize("outbox_open, kept", [(False, ""), (True, "Hello Anna")])
def test_secrets_are_erased_once_sent(sink, queue_hello, settings, outbox_open, kept):
    settings.OUTBOX_OPEN = outbox_open
    queue_hello(secret=True)

    drain()

    letter = Letter.objects.get()
    assert letter.subject == kept
    assert bool(letter.text) is bool(letter.html) is bool(kept)
    assert len(sink.taken) == 1


def test_fates_are_told_once(sink, queue_hello):
    told = []

    def listen(letter_ids, **rest):
        told.extend(letter_ids)

    letter_fate_known.connect(listen)
    letter = queue_hello()

    drain()
    tell_fates()

    letter_fate_known.disconnect(listen)
    assert told == [letter.pk]


def test_outbox_age_counts_from_when_a_letter_could_have_left(queue_hello):
    assert outbox_age() == 0
    queue_hello()
    Letter.objects.update(next_attempt_at=now() - timedelta(seconds=90))

    assert 90 <= outbox_age() < 100

    Letter.objects.update(next_attempt_at=now() + timedelta(hours=1))
    assert outbox_age() == 0
