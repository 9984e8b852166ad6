import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mail.typed import Passage, one_line, safe, without_links


@pytest.mark.parametrize(
    "typed, shown",
    [
        ("Ørsted & Søn", "Ørsted & Søn"),
        ("two\r\nBcc: eve@evil.example", "two Bcc: eve@evil.example"),
        ("a\x00b\x1bc", "a b c"),
        ("\u202egnp.exe", "gnp.exe"),
        ("zero\u200bwidth", "zerowidth"),
        ("soft\u00adhyphen", "softhyphen"),
        ("a\u034f\u061c\u3164\u2061\U000e0041b", "ab"),
        ("cafe\u0301", "caf\u00e9"),
        ("cafe\u00ad\u0301", "caf\u00e9"),
        ("I ❤\ufe0f you", "I ❤\ufe0f you"),
        ("x" * 200, "x" * 119 + "…"),
    ],
)
def test_one_line_holds_nothing_that_breaks_a_header(typed, shown):
    assert one_line(typed) == shown


@pytest.mark.parametrize(
    "typed, broken",
    [
        ("see evil.com now", "see evil.|com now"),
        ("https://evil.com/a.b", "https:|/|/evil.|com/a.|b"),
        ("www.evil.com", "www.|evil.|com"),
        ("write eve@evil.com", "write eve|@|evil.|com"),
        ("[x](javascript:alert(1))", "[x](javascript:|alert(1))"),
        ("192.168.0.1", "192.|168.|0.|1"),
        ("cafe\u0301.com", "cafe\u0301.|com"),
        ("हिन्दी.com, हिन्दी.भारत", "हिन्दी.|com, हिन्दी.|भारत"),
        ("ไทย์.คอม", "ไทย์.|คอม"),
        ("💩.la and la.💩", "💩.|la and la.|💩"),
        ("❤\ufe0f.la", "❤\ufe0f.|la"),
        ("evil。com evil．com evil｡com", "evil。|com evil．|com evil｡|com"),
        ("eve＠evil.com", "eve|＠|evil.|com"),
        ("(evil).com evil).com", "(evil).|com evil).|com"),
        ("3.5.evil.com", "3.|5.|evil.|com"),
        ("x3.14", "x3.|14"),
        ("A/S, est. 1990", "A/S, est. 1990"),
        ("Wait... and see… So on...", "Wait... and see… So on..."),
        ("Wait...and see", "Wait...|and see"),
        ("3.5 kV, -0.25, 1.000.000 kr.", "3.5 kV, -0.25, 1.000.000 kr."),
        ("Until 26.11.2026, at 12.30.", "Until 26.11.2026, at 12.30."),
        ('He said "no." (Nobody did.)', 'He said "no." (Nobody did.)'),
    ],
)
def test_links_are_broken_without_changing_what_the_eye_sees(typed, broken):
    assert without_links(typed).replace("\u200b", "|") == broken
    assert without_links(typed).replace("\u200b", "") == typed


# What people type, and what they may hide in it or paste from another system.
PIECES = st.sampled_from(
    [
        *("evil", "com", "la", "www", "https:", "1", "26", "2026", "e\u0301", "é", "हिन्दी", "ไทย์"),
        *("💩", "❤\ufe0f", "👍🏽", "한", "u\u0308\u0301", "ß", "ª"),
        *(
            "\u00ad",
            "\u200b",
            "\u200d",
            "\u2060",
            "\u034f",
            "\U000e0041",
            "\ufeff",
            "\x00",
            "\u202e",
        ),
        *(".", ".", ".", "..", "…", "。", "．", "@", "＠", "/", "//", ":", "-", "_", ",", ")", '"'),
        *(" ", "\u00a0", "\n", "\u2028"),
    ]
)
TYPED = st.lists(PIECES | st.characters(exclude_categories=["Cs"]), max_size=20).map("".join)
# A dot before a letter, digit, mark or sign, other than in a number such as a decimal or a date.
LIVE = re.compile(r"//|\S[@＠]\S|(?<!\d)\d+(?:\.\d+){3}|[A-Za-z][\w+.-]*:\w")
DOTS = ".\u3002\uff0e\uff61"


def joins(before: str, dot: str, after: str) -> bool:
    is_number = before.isdigit() and after.isdigit()
    return dot in DOTS and unicodedata.category(after)[0] in "LNMSC" and not is_number


@example("cafe\u0301.com")
@example("evil\u00ad.com")
@example("https://cafe\u0301.com/x")
@given(TYPED)
def test_no_typed_words_hold_what_a_mail_program_makes_a_link(typed):
    for written in (safe(typed), safe(Passage(typed))):
        for piece in re.split(r"[\s\u200b]+", written):
            assert not LIVE.search(piece)
            assert not any(
                joins(*three) for three in zip(piece, piece[1:], piece[2:], strict=False)
            )


@given(TYPED)
def test_nothing_else_is_changed_to_the_eye(typed):
    seen = safe(typed).replace("\u200b", "")

    assert seen == one_line(typed)
    assert unicodedata.is_normalized("NFC", seen)
    assert safe(safe(typed)) == safe(typed)


def test_a_passage_keeps_its_paragraphs_and_a_longer_length():
    passage = safe(Passage("One.\r\n\r\n\r\n\r\nTwo.\n" + "y" * 2000))

    assert passage.startswith("One.\n\nTwo.\ny")
    assert len(passage) == 1000
