from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from mail.health import Standstill, standstill
from mail.links import FIELD

register = template.Library()


@register.inclusion_tag("mail/_standstill.html")
def letters_standing_still() -> dict[str, Standstill | None]:
    """A red banner for managers while letters do not leave, else nothing."""
    return {"standstill": standstill()}


@register.simple_tag(takes_context=True)
def letter_secret(context: dict[str, Any]) -> SafeString | str:
    """The field that proves a form of a page behind a letter's link; nothing on other pages."""
    secret = getattr(context.get("request"), "letter_secret", "")
    return secret and format_html('<input type="hidden" name="{}" value="{}">', FIELD, secret)
