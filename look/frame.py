"""What frames every page, drawn cheaply: it stands on the lightest page as on the heaviest."""

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.template import Context, Node, NodeList
from django.template.base import Parser, Token
from django.template.defaulttags import CsrfTokenNode
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, get_language_info

from look.navigation import Link, address_of

CURRENT_PAGE = ' aria-current="page"'
CURRENT_LANGUAGE = ' aria-current="true"'


class Unchanging(Node):
    """Content that depends on the language alone: drawn once for each."""

    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist
        self.drawn: dict[tuple[str | None, str], SafeString] = {}

    def render(self, context: Context) -> SafeString:
        key = (get_language(), settings.ROOT_URLCONF)
        if key not in self.drawn:
            self.drawn[key] = self.nodelist.render(context)
        return self.drawn[key]


def unchanging(parser: Parser, token: Token) -> Unchanging:
    nodelist = parser.parse(("endunchanging",))
    parser.delete_first_token()
    return Unchanging(nodelist)


def menu_items(links: Iterable[Link]) -> SafeString:
    """The links of a menu; the section being read is marked."""
    drawn = (
        f'<li><a href="{escape(link.url)}"{CURRENT_PAGE if link.current else ""}>'
        f"{escape(link.label)}</a></li>"
        for link in links
    )
    return mark_safe("".join(drawn))  # noqa: S308 - escaped


class Language(NamedTuple):
    """A language by its own name."""

    code: str
    name: str


@lru_cache
def languages() -> tuple[Language, ...]:
    """The languages of the interface."""
    return tuple(
        Language(code, get_language_info(code)["name_local"].capitalize())
        for code, _label in settings.LANGUAGES
    )


def language_form(context: Context) -> SafeString:
    """The switch of languages, which leads back to the page it stands on."""
    url = address_of("accounts:language")
    if not url:
        return SafeString()
    request: HttpRequest | None = context.get("request")
    return format_html(
        '<form class="language" method="post" action="{}">{}'
        '<input type="hidden" name="next" value="{}">\n{}</form>',
        url,
        CsrfTokenNode().render(context),
        request.get_full_path() if request else "",
        _buttons(get_language()),
    )


@lru_cache
def _buttons(current: str) -> SafeString:
    drawn = (
        f'<button type="submit" name="language" value="{code}" lang="{code}"'
        f"{CURRENT_LANGUAGE if code == current else ''}>{escape(name)}</button>"
        for code, name in languages()
    )
    return mark_safe("\n".join(drawn))  # noqa: S308 - escaped
