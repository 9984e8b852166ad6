"""Markdown as managers write it: to HTML that can do no harm, and to plain text. Pure."""

from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

TAGS = {
    "a", "blockquote", "br", "code", "em", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre",
    "s", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto"}
LEVELS_BELOW = 2

_parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


@lru_cache(maxsize=2048)
def html_of(text: str) -> str:
    """Headings start at h3: the page owns the ones above."""
    tokens = _parser.parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + LEVELS_BELOW, 6)}"
    rendered = _parser.renderer.render(tokens, _parser.options, {})
    return nh3.clean(
        rendered,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        link_rel="nofollow noopener noreferrer",
    )


@lru_cache(maxsize=2048)
def plain_of(text: str) -> str:
    """The words without the marks, a line for each paragraph, item or cell."""
    lines = (_words(token) for token in _parser.parse(text) if token.content)
    return "\n".join(line for line in lines if line)


def _words(block: Token) -> str:
    if block.children is None:
        return block.content.strip()
    breaks = {"softbreak": " ", "hardbreak": "\n"}
    return "".join(breaks.get(one.type, one.content) for one in block.children).strip()
