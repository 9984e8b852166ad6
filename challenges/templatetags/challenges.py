"""What templates, of this room and of earlier ones, may show of challenges."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.db.models import Count, QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from accounts.permissions import Permission, Person, has_permission
from challenges.cards import card
from challenges.choices import Status
from challenges.markdown import html_of
from challenges.models import Challenge
from clusters.models import ClusterOrganisation
from labs.models import LivingLab
from taxonomy.capabilities import CAPABILITY_BY_CODE
from taxonomy.languages import LANGUAGE_BY_CODE
from taxonomy.sizes import SIZE_LABELS
from taxonomy.themes import THEME_BY_CODE

register = template.Library()
OPEN_SHOWN = 12
PAST_SHOWN = 8


@register.filter
def markdown(text: str) -> SafeString:
    return mark_safe(html_of(text))  # noqa: S308 - nh3 let only harmless tags through


@register.simple_tag
def brief_section(challenge: Challenge, part: str, *, id: str, heading: str) -> SafeString:  # noqa: A002
    """A part of the brief under its heading; nothing where the part is empty."""
    text = getattr(challenge, part)
    if not text:
        return SafeString()
    return format_html(
        '<section aria-labelledby="{}"><h2 id="{}">{}</h2>'
        '<div class="prose" lang="{}">{}</div></section>',
        id,
        id,
        heading,
        challenge.language,
        markdown(text),
    )


@register.filter
def theme_label(code: str) -> str:
    return str(THEME_BY_CODE[code].label) if code in THEME_BY_CODE else code


@register.filter
def capability_label(code: str) -> str:
    return str(CAPABILITY_BY_CODE[code].label) if code in CAPABILITY_BY_CODE else code


@register.filter
def number_for(numbers: Mapping[int, int], key: int) -> int:
    return numbers.get(key, 0)


@register.simple_tag
def challenge_card(
    challenge: Challenge, level: int | str = 2, *, no_lab: bool | str = False
) -> SafeString:
    return card(challenge, level=int(level or 2), with_lab=not no_lab)


@register.simple_tag
def open_challenges_by_lab(labs: Iterable[LivingLab]) -> dict[int, int]:
    """How many challenges are open in each of these labs."""
    counted = (
        Challenge.objects.open()
        .filter(lab__in=[lab.pk for lab in labs])
        .order_by()
        .values_list("lab")
        .annotate(number=Count("pk"))
    )
    return dict(counted)


@register.simple_tag
def challenges_of(lab: LivingLab) -> dict[str, Any]:
    """A lab's challenges for its page: the open ones that end first, the latest of the past."""
    rows = Challenge.objects.for_cards().filter(lab=lab)
    opened = list(rows.open()[: OPEN_SHOWN + 1])
    past = list(rows.past().order_by("-deadline")[: PAST_SHOWN + 1])
    return {
        "open": opened[:OPEN_SHOWN],
        "more_open": len(opened) > OPEN_SHOWN,
        "past": past[:PAST_SHOWN],
        "more_past": len(past) > PAST_SHOWN,
    }


TABS = (
    ("brief", "challenges:detail", None),
    ("questions", "challenges:questions", Permission.QUESTION_ANSWER),
    ("matches", "matching:challenge", Permission.MATCH_VIEW),
    ("invitations", "invitations:challenge", Permission.INVITATION_SEND),
    ("applications", "applications:challenge", Permission.APPLICATION_READ),
)
TAB_LABELS = {
    "brief": _("Brief"),
    "questions": _("Questions"),
    "matches": _("Matches"),
    "invitations": _("Invitations"),
    "applications": _("Applications"),
}


@register.simple_tag(takes_context=True)
def tabs_of_challenge(
    context: template.Context, challenge: Challenge, current: str
) -> list[dict[str, Any]]:
    """The tabs this reader may open; nothing when the brief is the only one."""
    user = context["request"].user
    if challenge.status == Status.DRAFT or not user.is_authenticated:
        return []
    tabs = [
        {"label": TAB_LABELS[code], "url": url, "current": code == current}
        for code, name, permission in TABS
        if (url := _address(name, challenge)) and _may(user, permission, challenge)
    ]
    return tabs if len(tabs) > 1 else []


def _address(name: str, challenge: Challenge) -> str:
    """Nothing where this installation lacks the room."""
    try:
        return reverse(name, args=[challenge.slug])
    except NoReverseMatch:
        return ""


def _may(user: Person, permission: Permission | None, challenge: Challenge) -> bool:
    if permission is None or has_permission(user, permission, challenge):
        return True
    return permission == Permission.MATCH_VIEW and _shares_a_network(user, challenge)


def _shares_a_network(user: Person, challenge: Challenge) -> bool:
    near = ClusterOrganisation.objects.in_networks_of(user)
    return near.filter(pk=challenge.lab.cluster_id).exists()


@register.simple_tag
def similar_to(challenge: Challenge, most: int = 3) -> QuerySet[Challenge]:
    """Open challenges with a theme in common."""
    rows = Challenge.objects.for_cards().open().exclude(pk=challenge.pk)
    return rows.filter(themes__overlap=challenge.themes)[:most]


@register.filter
def budget(challenge: Challenge) -> str:
    low, high = _amount(challenge.budget_min), _amount(challenge.budget_max)
    if not low:
        return gettext("up to %(high)s euros") % {"high": high}
    if not high:
        return gettext("from %(low)s euros") % {"low": low}
    return gettext("%(low)s to %(high)s euros") % {"low": low, "high": high}


def _amount(euros: int | None) -> str:
    return "" if euros is None else number_format(euros, force_grouping=True)


@register.filter
def trl_range(challenge: Challenge) -> str:
    low, high = challenge.trl_min, challenge.trl_max
    if low is None:
        return gettext("up to %(high)s") % {"high": high}
    if high is None:
        return gettext("%(low)s or higher") % {"low": low}
    return gettext("%(low)s to %(high)s") % {"low": low, "high": high}


@register.filter
def size_labels(codes: Iterable[str]) -> str:
    return ", ".join(str(SIZE_LABELS.get(code, code)) for code in codes) or gettext("Any size")


@register.filter
def country_names(codes: Iterable[str]) -> str:
    return ", ".join(countries.name(code) for code in codes) or gettext("Everywhere")


@register.filter
def language_labels(codes: Iterable[str]) -> str:
    return ", ".join(str(LANGUAGE_BY_CODE.get(code, code)) for code in codes)
