import pytest

from mail.typed import Passage, one_line, safe, without_links


@pytest.mark.parametrize(
    "typed, shown",
    [
        ("Ørsted & Søn", "Ørsted & Søn"),
        ("two\r\nBcc: eve@evil.example", "two Bcc: eve@evil.example"),
        ("a\x00b\x1bc", "a b c"),
        ("\u202egnp.exe", "gnp.exe"),
        ("zero\u200bwidth", "zerowidth"),
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
        ("A/S, est. 1990", "A/S, est. 1990"),
    ],
)
def test_links_are_broken_without_changing_what_the_eye_sees(typed, broken):
    assert without_links(typed).replace("\u200b", "|") == broken
    assert without_links(typed).replace("\u200b", "") == typed


def test_a_passage_keeps_its_paragraphs_and_a_longer_length():
    passage = safe(Passage("One.\r\n\r\n\r\n\r\nTwo.\n" + "y" * 2000))

    assert passage.startswith("One.\n\nTwo.\ny")
    assert len(passage) == 1000
