"""The links every page carries, and who sees them."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


def everyone(request: HttpRequest) -> bool:
    return True


def signed_in(request: HttpRequest) -> bool:
    user = getattr(request, "user", None)
    return user is not None and user.is_authenticated


def has_matches(request: HttpRequest) -> bool:
    """Whoever acts for a company or has a role in an organisation; to others the page is closed."""
    acting = getattr(request, "acting", None)
    if acting and acting.key.startswith("company:"):
        return True
    return any(one.key.startswith("organisation:") for one in getattr(request, "belongings", ()))


EXAMPLES = {str: "a-slug", int: "1000000007"}


@dataclass(frozen=True)
class Item:
    url_name: str
    label: str | Promise
    who_may_see: Callable[[HttpRequest], bool] = everyone


@dataclass(frozen=True)
class Link:
    url: str
    label: str | Promise
    current: bool


MAIN = [
    Item("challenges:list", _("Challenges")),
    Item("labs:list", _("Living labs")),
    Item("companies:list", _("Companies")),
    Item("matching:list", _("Matches"), has_matches),
    Item("dashboard:dashboard", _("Dashboard"), signed_in),
]
FOOTER = [
    Item("clusters:list", _("Organisations")),
    Item("dashboard:about", _("About")),
    Item("dashboard:privacy", _("Privacy")),
    Item("dashboard:accessibility", _("Accessibility")),
    Item("dashboard:contact", _("Contact")),
]


def address_of(url_name: str) -> str:
    """The address of a named page, or nothing where this installation lacks it."""
    return _address(url_name, settings.ROOT_URLCONF)


@lru_cache
def _address(url_name: str, _urlconf: str) -> str:
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""


def addresses(url_name: str, *slots: type[str] | type[int]) -> Callable[..., str]:
    """A quick `reverse` for the many rows of a list; `slots` are its slugs and numbers, in order.

    Slugs and numbers need no quoting, so the address is looked up once and filled in.
    """
    stand_ins = [EXAMPLES[slot] for slot in slots]
    pattern = reverse(url_name, args=stand_ins)
    for stand_in in stand_ins:
        pattern = pattern.replace(f"/{stand_in}/", "/%s/", 1)
    return lambda *values: pattern % values


def links(items: list[Item], request: HttpRequest) -> list[Link]:
    """The items this reader may see; the section being read is marked."""
    seen = [(address_of(item.url_name), item) for item in items if item.who_may_see(request)]
    return [
        Link(url, item.label, current=request.path.startswith(url)) for url, item in seen if url
    ]
