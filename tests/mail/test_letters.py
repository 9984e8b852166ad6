import re

import pytest
from django.conf import settings
from django.utils.translation import gettext_lazy

from mail.letters import Passage, compose, own_url


def links_in(html: str) -> set[str]:
    return set(re.findall(r'href="([^"]*)"', html))


def test_both_forms_hold_the_words_and_say_why():
    draft = compose("receipt", "en", {"name": "Anna", "url": own_url("/challenges/")})

    assert draft.subject == "Hello Anna"
    assert draft.text == (
        "Dear Anna,\n"
        "\n"
        f"read more: {settings.BASE_URL}/challenges/\n"
        "\n"
        "--\n"
        "Sent by Labmatch, where living labs and companies find each other.\n"
        "Because you sent something.\n"
        f"{settings.BASE_URL} - {settings.CONTACT_EMAIL}\n"
    ).replace("--\n", "-- \n")
    assert "<h1>Dear Anna</h1>" in draft.html
    assert "Because you sent something." in draft.html
    assert links_in(draft.html) == {
        own_url("/challenges/"),
        own_url("/"),
        f"mailto:{settings.CONTACT_EMAIL}",
    }


def test_without_its_own_words_the_footer_names_the_list():
    draft = compose("hello", "en", {"name": "Anna"}, list_name="news", stop_url=own_url("/stop/"))

    assert "is on the list “News of the harbour”." in draft.text
    assert f"Stop letters like this one: {own_url('/stop/')}\n" in draft.text
    assert own_url("/stop/") in links_in(draft.html)


def test_letter_follows_the_language_of_the_reader():
    word = gettext_lazy("Search")

    danish = compose("hello", "da", {"name": word})
    english = compose("hello", "en", {"name": word})

    assert 'lang="da"' in danish.html
    assert 'lang="en"' in english.html
    assert english.subject == "Hello Search"


@pytest.mark.parametrize(
    "typed",
    [
        '<a href="http://evil.example">click</a>',
        "[x](http://evil.example)",
        "http://evil.example/?q=1",
        "www.evil.example",
        "eve@evil.example",
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "{% load static %}{{ settings.SECRET_KEY }}",
        "</td></tr></table><mj-button href='http://evil.example'>",
    ],
)
def test_nothing_typed_becomes_markup_or_a_link(typed):
    harmless = compose("hello", "en", {"name": "Anna"})

    draft = compose("hello", "en", {"name": typed, "reasons": [typed, Passage(typed)]})

    assert links_in(draft.html) == links_in(harmless.html)
    assert re.findall(r"<(\w+)", draft.html) == re.findall(
        r"<(\w+)", compose("hello", "en", {"name": "x", "reasons": ["x", "x"]}).html
    )
    for form in (draft.subject, draft.text, draft.html):
        assert re.search(r"(?:https?://|www\.|@)evil|evil\.example", form) is None


def test_ten_kilobytes_in_a_name_are_cut():
    draft = compose("hello", "en", {"name": "y" * 10_000})

    assert len(draft.subject) == len("Hello ") + 120
    assert draft.text.startswith("Dear " + "y" * 119 + "…,\n")


@pytest.mark.parametrize(
    "url", ["http://evil.example/", f"{settings.BASE_URL}.evil.example/", "/x", "javascript:x"]
)
def test_an_address_in_a_letter_leads_home(url):
    with pytest.raises(ValueError, match="must lead to"):
        compose("hello", "en", {"name": "Anna", "url": url})


def test_a_letter_takes_plain_values_only():
    with pytest.raises(TypeError, match="'name' is a object"):
        compose("hello", "en", {"name": object()})


def test_html_is_small_and_asks_nobody_for_anything():
    draft = compose("hello", "en", {"name": "Anna", "url": own_url("/challenges/")})

    assert len(draft.html) < 12_000
    assert re.findall(r'<img|src="|url\(|@import|<link|<script', draft.html) == []
