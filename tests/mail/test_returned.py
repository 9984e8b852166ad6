"""What arrives at the bounce address, read without a database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail.returned import Attempt, Returned, blames_address, read_returned, status_in
from tests.mail.reports import away, complaint, dsn, report

TO = "bounces+token@letters.example"
ANNA = "anna@firm.example"


def test_a_report_names_the_address_what_was_done_and_why():
    found = read_returned(dsn(TO, recipient="<Anna@Firm.example>"))

    assert found == Returned((TO,), (Attempt(frozenset({ANNA}), "failed", "5.1.1"),))


def test_a_forwarded_letter_is_known_by_both_addresses():
    found = read_returned(dsn(TO, recipient="anna@home.example", original=ANNA))

    assert found.attempts[0].addresses == {"anna@home.example", ANNA}


@pytest.mark.parametrize("name", ["To", "Delivered-To", "X-Original-To", "Envelope-To"])
def test_each_mail_server_says_in_its_way_to_whom_it_delivered(name):
    raw = dsn("list@letters.example").replace(b"From:", f"{name}: <{TO}>\nFrom:".encode(), 1)

    assert TO in read_returned(raw).senders


def test_a_code_that_stands_in_the_answer_only_is_read_there():
    raw = dsn(TO, status="unknown").replace(b"550 <someone>", b"550-5.1.10 <someone>")

    assert read_returned(raw).attempts[0].status == "5.1.10"


def test_a_complaint_names_the_letter_by_its_sender():
    found = read_returned(complaint("feedback@letters.example", sender=TO))

    assert found.is_complaint
    assert TO in found.senders


@pytest.mark.parametrize("kind", ["not-spam", "virus", "auth-failure", ""])
def test_not_every_feedback_is_a_complaint(kind):
    assert read_returned(complaint(TO, sender=TO, kind=kind)) is None


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00\xff\xfe",
        away(TO),
        report("delivery-status", TO, [("text/plain", "no status part")]),
        b"Content-Type: multipart/report\n\nno boundary",
        b"Content-Type: multipart/report; boundary=b\n\n" + b"--b\nContent-Type: m/x\n\n" * 50,
    ],
)
def test_whatever_else_arrives_is_nothing(raw):
    assert read_returned(raw) is None


def test_parts_nested_a_thousand_deep_end_quietly():
    head = b"Content-Type: multipart/report; boundary=b\n\n--b\n"
    deep = b"Content-Type: message/rfc822\n\n" * 3000

    assert read_returned(head + deep) is None


@given(st.binary(max_size=2000))
def test_random_bytes_are_nothing(raw):
    assert read_returned(raw) is None


@given(st.data())
def test_a_report_damaged_anywhere_never_breaks_the_reader(data):
    raw = bytearray(data.draw(st.sampled_from([dsn(TO), complaint(TO, sender=TO)])))
    for _ in range(data.draw(st.integers(1, 8))):
        place = data.draw(st.integers(0, len(raw) - 1))
        raw[place : place + data.draw(st.integers(0, 40))] = data.draw(st.binary(max_size=20))

    assert isinstance(read_returned(bytes(raw)), Returned | None)


@given(st.text())
def test_a_code_is_found_or_nothing(text):
    found = status_in(text)

    assert found == "" or found in text


@pytest.mark.parametrize(
    "status, blamed",
    [
        ("5.1.1", True),
        ("5.0.0", True),
        ("5.2.1", True),
        ("5.4.4", True),
        ("5.6.0", False),
        ("5.7.1", False),
        ("4.2.2", False),
        ("", False),
    ],
)
def test_only_some_failures_are_the_fault_of_the_address(status, blamed):
    assert blames_address(status) is blamed
