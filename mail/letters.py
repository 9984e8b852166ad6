"""From a folder of templates and plain values to a letter somebody can read.

`templates/emails/<kind>/` holds `subject.txt`, `body.txt`, `body.mjml` and, if the letter
can say it better than the base does, `why.txt`: one sentence why the reader gets it.
The two bodies are only the letter's own words: greeting, frame and footer come from
`emails/base.txt` and `emails/base.mjml`. `body.mjml` is a run of `<mj-text>` and
`<mj-button>`; conditions around those stand in `<mj-raw>`.

What a context may hold: strings (taken as typed by a person: one line, at most 120
characters, never a link), `Passage("…")` for longer typed words, lazy translations (ours,
untouched), `url` or `…_url` (must lead to this site), numbers, dates, and lists and
dictionaries of these.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

import mrml
from django.conf import settings
from django.template import Context, Engine, TemplateDoesNotExist
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import get_language

from mail.bound import bound
from mail.lists import label_of
from mail.tokens import stop_token
from mail.typed import Passage, safe, shortened

__all__ = ["Draft", "Passage", "compose", "headers_of", "own_url", "stop_url", "token_url", "words"]

SUBJECT_LENGTH = 200
PREVIEW_LENGTH = 110
LETTER_PLACE = "<letter-body />"
A_TOKEN = "token"  # noqa: S105 - stands where one would
# Without this MJML loads fonts from elsewhere, and whoever serves them learns who reads.
NO_FONTS = mrml.RenderOptions(disable_comments=False, fonts={})
_PLAIN = (bool, int, float, Decimal, date, datetime, timedelta, type(None))


@dataclass(frozen=True)
class Draft:
    subject: str
    text: str
    html: str


def own_url(path: str) -> str:
    """A path of this site as an address for letters; never taken from a request's Host header."""
    return f"{settings.BASE_URL}{path}"


def token_url(view_name: str, token: str) -> str:
    """The address of a page behind a token; thousands differ in nothing else."""
    return own_url(_path(view_name).replace(A_TOKEN, token))


@lru_cache(maxsize=32)
def _path(view_name: str) -> str:
    return reverse(view_name, args=[A_TOKEN])


def stop_url(*, address_hash: str, list_name: str) -> str:
    token = stop_token(address_hash=address_hash, list_name=list_name)
    return token_url("mail:stop", token)


def headers_of(*, list_name: str, address_hash: str) -> dict[str, str]:
    headers = {"Auto-Submitted": "auto-generated"}
    if list_name:
        url = stop_url(address_hash=address_hash, list_name=list_name)
        headers["List-Unsubscribe"] = f"<{url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def compose(
    kind: str,
    language: str,
    context: Mapping[str, Any],
    *,
    list_name: str = "",
    stop_url: str = "",
) -> Draft:
    with translation.override(language):
        values = {
            "base_url": settings.BASE_URL,
            "contact": settings.CONTACT_EMAIL,
            "language": language,
            "list_label": label_of(list_name) if list_name else "",
            "stop_url": stop_url,
            **_made_safe(context),
        }
        values["why"] = _words(f"emails/{kind}/why.txt", values, otherwise="emails/why.txt")
        values["subject"] = _words(f"emails/{kind}/subject.txt", values)
        values["body"] = _text(f"emails/{kind}/body.txt", values)
        values["preview"] = shortened(" ".join(values["body"].split()), PREVIEW_LENGTH)
        return Draft(
            subject=shortened(values["subject"], SUBJECT_LENGTH),
            text=_text("emails/base.txt", values) + "\n",
            html=_html(kind, values),
        )


def words(template_name: str, language: str, context: Mapping[str, Any]) -> str:
    """A text that a person sends by another way, as safe as a letter."""
    with translation.override(language):
        return _text(template_name, _made_safe(context))


def _made_safe(context: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _safe_value(name, value) for name, value in context.items()}


def _safe_value(name: str, value: Any) -> Any:
    if isinstance(value, Promise):
        return str(value)
    if name == "url" or name.endswith("_url"):
        return _checked_url(name, value)
    if isinstance(value, str):
        return safe(value)
    if isinstance(value, _PLAIN):
        return value
    if isinstance(value, Mapping):
        return _made_safe(value)
    if isinstance(value, list | tuple):
        return [_safe_value("", item) for item in value]
    raise TypeError(f"A letter takes plain values; {name!r} is a {type(value).__name__}.")


def _checked_url(name: str, value: Any) -> str:
    url = str(value or "")
    leads_home = url == settings.BASE_URL or url.startswith(f"{settings.BASE_URL}/")
    if url and (not leads_home or any(letter.isspace() for letter in url)):
        raise ValueError(f"{name!r} must lead to {settings.BASE_URL}: build it with own_url().")
    return url


def _text(template_name: str, values: dict[str, Any]) -> str:
    template = bound(_source(template_name), get_language())
    return str(template.render(Context(values, autoescape=False))).strip()


def _source(template_name: str) -> str:
    return str(Engine.get_default().get_template(template_name).source)


def _words(template_name: str, values: dict[str, Any], *, otherwise: str = "") -> str:
    """A text of one line; header values must not break."""
    try:
        found = _text(template_name, values)
    except TemplateDoesNotExist:
        if not otherwise:
            raise
        found = _text(otherwise, values)
    return " ".join(found.split())


def _html(kind: str, values: dict[str, Any]) -> str:
    html = _in_html(_source("emails/base.mjml"), _source(f"emails/{kind}/body.mjml"))
    return str(bound(html, get_language()).render(Context(values)))


@lru_cache(maxsize=128)
def _in_html(base: str, body: str) -> str:
    """MJML becomes HTML once per letter, before any value is in it: values cannot add tags."""
    html = mrml.to_html(base.replace(LETTER_PLACE, body), render_options=NO_FONTS).content
    return str(html)
