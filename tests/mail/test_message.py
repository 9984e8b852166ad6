"""The bytes of a letter are those that Django would have written, but for the border."""

import re
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.utils import format_datetime, formataddr

import pytest
from django.core.mail import EmailMultiAlternatives
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mail.message import message_of
from mail.models import Letter
from mail.typed import one_line

BORDER = re.compile(rb"=====+\d+==")
WORDS = st.text(
    st.one_of(
        st.sampled_from(list("ab =.,:;<>@\"'-\tæøåß“”ł中😀\n\r")),
        st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]),
    ),
    max_size=300,
)
LONG = st.builds(lambda words, times: words * times, WORDS, st.integers(1, 60))
LINE = WORDS.map(lambda words: " ".join(words.split()))
NAMES = LINE.map(lambda words: words[:80])


def letter_with(**changes) -> Letter:
    told = dict(
        recipient="anna@firm.example",
        sender="Labmatch <letters@labmatch.example>",
        message_id="<1@labmatch.example>",
        language="en",
        created_at=datetime(2026, 11, 26, 9, 0, tzinfo=UTC),
        headers={"List-Unsubscribe": f"<https://labmatch.example/stop/{'x' * 120}/>"},
        text="words\n",
    )
    return Letter(**{**told, **changes})


def by_django(letter: Letter) -> bytes:
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
        },
    )
    if letter.html:
        message.attach_alternative(letter.html, "text/html")
    return message.message().as_bytes(linesep="\r\n")


def without_border(message: bytes) -> bytes:
    return BORDER.sub(b"border", message)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(subject=LINE, text=LONG, html=LONG, name=NAMES, reply_to=NAMES)
def test_the_bytes_are_djangos(subject, text, html, name, reply_to):
    letter = letter_with(
        subject=subject,
        text=text or "words",
        html=html,
        recipient_name=name,
        reply_to=f"{reply_to} <lab@cluster.example>" if reply_to.isalnum() else "",
    )

    assert without_border(message_of(letter)) == without_border(by_django(letter))


@pytest.mark.parametrize("length", range(70, 82))
@pytest.mark.parametrize("end", [" ", "\t", "=", "ø", ".", ""])
def test_lines_are_cut_and_ended_where_they_may_be(length, end):
    html = "x" * 1_000 + "\n" + "=" * (length % 3) + "y" * length + end + "\nend"
    letter = letter_with(html=html)

    assert without_border(message_of(letter)) == without_border(by_django(letter))
    told = message_from_bytes(message_of(letter), policy=policy.default)
    assert told.get_body(("html",)).get_content().replace("\r\n", "\n") == html


@pytest.mark.parametrize("field", ["subject", "sender", "reply_to", "message_id"])
def test_a_line_break_in_a_header_makes_no_letter(field):
    with pytest.raises(ValueError, match=r"(?i)newlines|invalid"):
        message_of(letter_with(**{field: "a@firm.example\r\nBcc: spy@evil.example"}))


def test_a_letter_sent_again_is_the_same_letter():
    letter = letter_with(subject="Sjælland", html="<p>words</p>")

    assert message_of(letter) == message_of(letter)
