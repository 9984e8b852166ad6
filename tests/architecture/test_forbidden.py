"""What no line of the product may say."""

import re

import pytest

from runner.checkout import ROOT

APPS = sorted(path.parent.name for path in ROOT.glob("*/apps.py"))
SOURCES = {
    str(path.relative_to(ROOT)): path.read_text()
    for app in APPS
    for path in (ROOT / app).rglob("*.py")
    if "migrations" not in path.parts
}
PAGES = {
    str(path.relative_to(ROOT)): path.read_text() for path in (ROOT / "templates").rglob("*.html")
}

# The bell itself waits for the commit before it rings.
RINGS_AFTER_COMMIT = {"config/doorbell.py"}
# Harmless by construction: sanitised Markdown, lists, menus and filters drawn escaped.
MAKES_SAFE = {
    "challenges/templatetags/challenges.py",
    "look/filtering.py",
    "look/frame.py",
    "look/markup.py",
    "matching/rows.py",
}
# Its door takes the token for proof and asks for no cookie.
FORBIDS_THE_REFERRER = {"templates/invitations/answer.html"}
# Hints are texts of our own code, or lists that the password rules escape.
SAFE_PAGES = {"templates/forms/_hints.html"}


def saying(pattern: str, texts: dict[str, str]) -> set[str]:
    found = re.compile(pattern, re.IGNORECASE)
    return {name for name, text in texts.items() if found.search(text)}


def test_no_task_is_enqueued_before_the_commit():
    assert saying(r"\.(delay|apply_async)\(", SOURCES) <= RINGS_AFTER_COMMIT


def test_nothing_imports_the_driver():
    assert saying(r"^\s*(from|import) psycopg", SOURCES) == set()


def test_no_form_takes_every_field():
    assert saying(r"fields\s*=\s*['\"]__all__['\"]", SOURCES) == set()


def test_few_places_declare_text_safe():
    assert saying(r"mark_safe\(", SOURCES) <= MAKES_SAFE
    assert saying(r"\|\s*safe\b|autoescape off", PAGES) <= SAFE_PAGES


@pytest.mark.parametrize(
    "inline",
    [r"<[a-z][^>]*\sstyle\s*=", r"<[a-z][^>]*\son[a-z]+\s*=", r"<style\b", r"javascript:"],
)
def test_no_page_has_inline_style_or_script(inline):
    assert saying(inline, PAGES) == set()


def test_no_page_with_a_protected_form_forbids_the_referrer():
    """Browsers then send no origin with the form, and the protection refuses it."""
    assert saying(r"no-referrer", PAGES) == FORBIDS_THE_REFERRER


def test_every_script_is_a_file_or_data():
    scripts = {
        tag
        for text in PAGES.values()
        for tag in re.findall(r"<script\b[^>]*>", text)
        if "src=" not in tag and 'type="application/json"' not in tag
    }

    assert scripts == set()
