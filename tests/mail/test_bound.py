"""A template bound to a language says what Django says, in every letter and language."""

from decimal import Decimal

import pytest
from django.conf import settings
from django.template import Context, Engine, Template
from django.utils import translation

from mail.bound import bound

FOLDER = settings.BASE_DIR / "templates" / "emails"
FILES = sorted(str(file.relative_to(FOLDER.parent)) for file in FOLDER.rglob("*.*"))
TYPED = "Ærø & <b>50 %</b> %(x)s {{ x }}"
PART = {"text": TYPED, "points": Decimal("13.5"), "asked": TYPED, "offered": "", "url": "http://x/"}
ENTRY = {"challenge": TYPED, "score": Decimal("61.5"), "reason": TYPED, "note": "", "url": "/x/"}
NAMES = (
    *("company", "lab", "lab_and_town", "owner", "challenge", "question", "cluster", "sender_name"),
    *("asker", "deadline", "name", "manager", "subject", "title", "why", "url", "stop_url"),
    *("list_label", "base_url", "contact", "body", "preview", "language", "source", "reason"),
)
FULL = {
    **dict.fromkeys(NAMES, TYPED),
    "note": f"{TYPED}\n\n{TYPED}",
    "score": Decimal("1234.5"),
    "rest": Decimal("0.5"),
    "reasons": [PART, {**PART, "offered": TYPED}],
    "count": 2,
    "invitations": [ENTRY, ENTRY],
}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
@pytest.mark.parametrize(
    "values", [FULL, {**FULL, "count": 1, "reasons": [], "note": ""}, {"count": 1}]
)
def test_it_says_what_django_says(name, language, values):
    source = Engine.get_default().get_template(name).source

    with translation.override(language):
        for autoescape in (True, False):
            told = bound(source, language).render(Context(values, autoescape=autoescape))
            assert told == Template(source).render(Context(values, autoescape=autoescape))


def test_what_needs_more_than_words_stays_as_it_is():
    source = """{% load i18n %}{% translate word %}{% translate "Search" as said %}{{ said }}
        {% blocktranslate count counter=n %}{{ counter }} day{% plural %}{{ counter }} days
        {% endblocktranslate %}{% blocktranslate asvar later %}Search{% endblocktranslate %}
        {% for one in words %}{% if one %}{% translate "Search" %} {{ one }}{% endif %}{% endfor %}
        {% translate "May" context "month name" %}{{ later }}"""
    values = {"word": "Search", "n": 2, "words": ["a", "", "b"]}

    with translation.override("da"):
        assert bound(source, "da").render(Context(values)) == Template(source).render(
            Context(values)
        )
