"""What the account's pages ask of Python."""

import json
from typing import Any

from django import template
from django.utils.translation import gettext as _

from accounts.browsers import browser_and_system

register = template.Library()


@register.filter
def as_json(value: Any) -> str:
    """For an attribute that a script reads; the template escapes it."""
    return json.dumps(value)


@register.filter
def browser_name(user_agent: str) -> str:
    browser, system = browser_and_system(user_agent)
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("Unknown browser")
