"""Danish and Norwegian say everything that English says, and no template speaks past gettext.

Both follow docs/translation.md, which says how to extract and translate.
"""

import io
import re
import shutil
from collections import Counter
from contextlib import chdir
from html.parser import HTMLParser
from pathlib import Path

import polib
import pytest
from django.core.management import call_command
from django.test import override_settings

from runner.checkout import ROOT

LANGUAGES = ("da", "nb")
EXTENSIONS = (".html", ".txt", ".py", ".mjml")
WITHOUT_TEXTS = {"benchmarks", "docs", "locale", "media", "static", "staticfiles", "tests"}
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[a-z%]|\{\{.*?\}\}|\{\w*\}|</?\w+")

Key = tuple[str, str, str]


def key(entry: polib.POEntry) -> Key:
    return entry.msgctxt or "", entry.msgid, entry.msgid_plural or ""


@pytest.fixture(scope="module")
def extracted(tmp_path_factory: pytest.TempPathFactory) -> set[Key]:
    """Every text of the code as it is now, read from a copy, so that nothing here is touched."""
    if shutil.which("xgettext") is None or shutil.which("msguniq") is None:
        pytest.fail("Install GNU gettext (Debian: apt-get install gettext); it extracts the texts.")
    copy = tmp_path_factory.mktemp("texts")
    for folder in folders_with_texts():
        shutil.copytree(folder, copy / folder.name, ignore=all_but_texts)
    with chdir(copy), override_settings(LOCALE_PATHS=[copy / "locale"]):
        call_command(
            "makemessages",
            all=True,
            keep_pot=True,
            no_location=True,
            extensions=[extension.removeprefix(".") for extension in EXTENSIONS],
            stdout=io.StringIO(),
        )
    return {key(entry) for entry in polib.pofile(str(copy / "locale/django.pot"))}


def folders_with_texts() -> list[Path]:
    return [
        path
        for path in ROOT.iterdir()
        if path.is_dir() and path.name not in WITHOUT_TEXTS and not path.name.startswith(".")
    ]


def all_but_texts(folder: str, names: list[str]) -> list[str]:
    return [
        name for name in names if (Path(folder) / name).is_file() and not name.endswith(EXTENSIONS)
    ]


@pytest.fixture(scope="module", params=LANGUAGES)
def catalogue(request: pytest.FixtureRequest) -> polib.POFile:
    return polib.pofile(str(ROOT / f"locale/{request.param}/LC_MESSAGES/django.po"))


def test_the_extraction_finds_texts_of_pages_letters_and_code(extracted):
    known = {
        ("", "See open challenges", ""),
        ("", "See and accept", ""),
        ("application", "On the shortlist", ""),
        ("", "%(count)d day ago", "%(count)d days ago"),
    }

    assert known <= extracted


def test_no_text_is_missing_in_the_catalogue(extracted, catalogue):
    translated = {key(entry) for entry in catalogue if not entry.obsolete}

    assert sorted(extracted - translated) == []


def test_no_text_of_the_catalogue_is_obsolete(extracted, catalogue):
    kept = {key(entry) for entry in catalogue.obsolete_entries()}
    unused = {key(entry) for entry in catalogue if not entry.obsolete} - extracted

    assert sorted(kept | unused) == []


def test_no_translation_is_fuzzy(catalogue):
    assert [entry.msgid for entry in catalogue if entry.fuzzy] == []


def test_no_translation_is_empty(catalogue):
    assert [entry.msgid for entry in catalogue if not all(forms(entry))] == []


def test_every_translation_keeps_its_placeholders(catalogue):
    broken = [entry.msgid for entry in catalogue if all(forms(entry)) and not keeps(entry)]

    assert broken == []


def forms(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def keeps(entry: polib.POEntry) -> bool:
    """The form for one may leave its number out: "one day ago"."""
    *singular, last = forms(entry)
    source = placeholders(entry.msgid_plural or entry.msgid)
    return placeholders(last) == source and all(placeholders(form) <= source for form in singular)


def placeholders(text: str) -> Counter[str]:
    return Counter(PLACEHOLDER.findall(text))


@pytest.mark.parametrize(
    ("msgid", "msgstr", "kept"),
    [
        ("%(n)s of %(m)s", "%(m)s, %(n)s", True),
        ("%(n)s of %(m)s", "%(n)s af %(mm)s", False),
        ("%(n)s %% done", "%(n)s %% ferdig", True),
        ("%(n)s %% done", "%(n)s ferdig", False),
        ("Read <a>this</a>", "Les <a>dette", False),
        ("for {name}", "for {navn}", False),
        ("for {{ name }}", "for {{ navn }}", False),
    ],
)
def test_a_lost_placeholder_is_noticed(msgid, msgstr, kept):
    assert keeps(polib.POEntry(msgid=msgid, msgstr=msgstr)) is kept


TRANSLATED = re.compile(
    r"\{#.*?#\}|<!--.*?-->"
    r"|\{%\s*comment\b.*?\{%\s*endcomment\s*%\}"
    r"|\{%\s*blocktrans(?:late)?\b.*?\{%\s*endblocktrans(?:late)?\s*%\}"
    r"|\{%\s*trans(?:late)?\b.*?%\}",
    re.DOTALL,
)
CLASSES = re.compile(r"\{% block width %\}.*?\{% endblock %\}")
CODE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
SPOKEN_IN_CODE = re.compile(r"\b(?:default|default_if_none|yesno|title|label|lead)[:=]\"([^\"]+)\"")
SILENT = {"script", "style", "mj-style", "mj-attributes"}
SPOKEN_ATTRIBUTES = {"title", "aria-label", "placeholder", "alt", "label", "lead"}
SAME_IN_EVERY_LANGUAGE = {"CSV", "Excel", "XLSX", "PDF", "TRL", "Labmatch"}
FOR_MACHINES = {"templates/dashboard/robots.txt"}


class Literals(HTMLParser):
    """Collects what a reader would see or hear and no translator has."""

    def __init__(self) -> None:
        super().__init__()
        self.silent = 0
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in SILENT
        self.found += [
            text.strip() for name, text in attrs if name in SPOKEN_ATTRIBUTES and speaks(text or "")
        ]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.silent -= tag in SILENT

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in SILENT

    def handle_data(self, data: str) -> None:
        if not self.silent and speaks(data):
            self.found.append(data.strip())


def speaks(text: str) -> bool:
    words = re.findall(r"[^\W\d_]{2,}", text)
    return any(word not in SAME_IN_EVERY_LANGUAGE for word in words)


def literals(source: str) -> list[str]:
    """Values are cut out whole; what stands between the code of a template is text."""
    rest = CLASSES.sub("·", TRANSLATED.sub("·", source))
    parser = Literals()
    parser.feed(CODE.sub("·", rest))
    parser.close()
    in_code = [text for code in CODE.findall(rest) for text in SPOKEN_IN_CODE.findall(code)]
    return parser.found + [text for text in in_code if speaks(text)]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("<p>{% translate 'Hello' %} {{ name }}: <b>12</b></p>", []),
        ("<p>{% blocktranslate trimmed %}Hello{% endblocktranslate %}</p>", []),
        ("{# Hello #}{% comment %}Hello{% endcomment %}<style>p { margin: 0 }</style>", []),
        ('<c-card title="{% translate "Hello" %}" class="row" />', []),
        ("<p>{% if name %}Hello{% endif %}</p>", ["·Hello·"]),
        ('<img alt="A harbour">', ["A harbour"]),
        ('<c-card lead="Welcome {{ name }}" />', ["Welcome ·"]),
        ('<a href="/x.csv">CSV</a> Labmatch', []),
        ('{{ name|default:"Nobody" }} {{ name|default:_("Nobody") }}', ["Nobody"]),
        ('<main class="{% block width %}page page-narrow{% endblock %}">', []),
    ],
)
def test_the_scan_hears_what_is_said_outside_gettext(source, found):
    assert literals(source) == found


def test_no_template_says_anything_outside_gettext():
    templates = [
        path
        for path in sorted((ROOT / "templates").rglob("*"))
        if path.suffix in {".html", ".txt", ".mjml"}
    ]

    found = {str(path.relative_to(ROOT)): literals(path.read_text()) for path in templates}

    said = {name: texts for name, texts in found.items() if texts and name not in FOR_MACHINES}
    assert said == {}
