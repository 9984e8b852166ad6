"""Templates of letters bound to a language: our own words are looked up once, not in each letter.

Translations cannot change while a process lives, so `{% translate %}` and `{% blocktranslate %}`
become plain words with places for values. Those with a plural, a context or `as` stay as they are.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from django.template import Context, Engine, Node, NodeList, Template
from django.template.base import FilterExpression, TextNode, Variable, render_value_in_context
from django.template.defaulttags import IfNode
from django.templatetags.i18n import BlockTranslateNode, TranslateNode
from django.utils import translation

_PLACES = re.compile(r"%\((\w+)\)s")


@lru_cache(maxsize=512)
def bound(source: str, language: str) -> Template:
    template = Engine.get_default().from_string(source)
    with translation.override(language):
        _bind(template.nodelist, template)
    return template


def _bind(nodes: NodeList, template: Template) -> None:
    said = [_in_words(node, template) for node in nodes]
    for node in said:
        for inner in _inside(node):
            _bind(inner, template)
    nodes[:] = _joined(said)


def _inside(node: Node) -> Iterator[NodeList]:
    if isinstance(node, IfNode):
        yield from (nodes for _condition, nodes in node.conditions_nodelists)
        return
    for name in node.child_nodelists:
        yield getattr(node, name, None) or NodeList()


def _in_words(node: Node, template: Template) -> Node:
    if isinstance(node, TranslateNode) and _is_literal(node):
        context = Context()
        with context.bind_template(template):
            return TextNode(node.render(context))
    if isinstance(node, BlockTranslateNode) and _is_simple(node):
        text, _names = node.render_token_list(node.singular)
        said = translation.gettext(text)
        if "%" not in _PLACES.sub("", said).replace("%%", ""):
            pieces = _PLACES.split(said)
            pieces[::2] = [piece.replace("%%", "%") for piece in pieces[::2]]
            return Said(pieces, node.extra_context)
    return node


def _is_literal(node: TranslateNode) -> bool:
    found = node.filter_expression
    is_words = isinstance(found.var, Variable) and found.var.literal is not None
    return is_words and not (found.filters or node.asvar or node.message_context or node.noop)


def _is_simple(node: BlockTranslateNode) -> bool:
    return not (node.plural or node.asvar or node.message_context)


def _joined(nodes: list[Node]) -> list[Node]:
    """Words that follow words are one piece."""
    found: list[Node] = []
    for node in nodes:
        if isinstance(node, TextNode) and found and isinstance(found[-1], TextNode):
            found[-1] = TextNode(found[-1].s + node.s)
        else:
            found.append(node)
    return found


class Said(Node):
    """Words of ours with the names of values between them: words, name, words, name, words."""

    child_nodelists = ()

    def __init__(self, pieces: list[str], named: Mapping[str, FilterExpression]) -> None:
        self.words = pieces[::2]
        self.names = pieces[1::2]
        self.named = named

    def render(self, context: Context) -> str:
        if self.named:
            found = {name: told.resolve(context) for name, told in self.named.items()}
            with context.push(**found):
                return self._filled(context)
        return self._filled(context)

    def _filled(self, context: Context) -> str:
        pieces = [self.words[0]]
        for name, words in zip(self.names, self.words[1:], strict=True):
            pieces += render_value_in_context(context.get(name, ""), context), words
        return "".join(pieces)
