"""The bytes of a letter say what the letter says, and nothing that somebody typed between them."""

from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mail.message import message_of
from mail.models import Letter

WORDS = st.text(
    st.one_of(
        st.sampled_from(list("ab =.,:;<>@\"'-\tæøåß“”ł中😀\n\r")),
        st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]),
    ),
    max_size=300,
)
LONG = st.builds(lambda words, times: words * times, WORDS, st.integers(1, 60))
LINE = WORDS.map(lambda words: " ".join(words.split()))


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


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(subject=LINE, text=LONG, html=LONG)
def test_what_is_typed_arrives_as_it_was_and_adds_nothing(subject, text, html):
    letter = letter_with(subject=subject, text=f"{text}.", html=f"<p>{html}</p>")

    told = message_from_bytes(message_of(letter), policy=policy.default)

    plain, marked_up = told.get_payload()
    assert words_in(plain) == one_kind_of_line_end(letter.text)
    assert words_in(marked_up) == one_kind_of_line_end(letter.html)
    assert (told["Bcc"], len(told.get_all("To"))) == (None, 1)


def words_in(part) -> str:
    return one_kind_of_line_end(part.get_payload(decode=True).decode())


def one_kind_of_line_end(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


@pytest.mark.parametrize("field", ["subject", "sender", "reply_to", "message_id"])
def test_a_line_break_in_a_header_makes_no_letter(field):
    with pytest.raises(ValueError, match=r"(?i)newlines|invalid"):
        message_of(letter_with(**{field: "a@firm.example\r\nBcc: spy@evil.example"}))


def test_a_letter_sent_again_is_the_same_letter():
    letter = letter_with(subject="Sjælland", html="<p>words</p>")

    assert message_of(letter) == message_of(letter)
