"""Parts of a brief in the reader's words."""

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext
from django_countries import countries

from challenges.models import Challenge
from taxonomy.languages import LANGUAGE_BY_CODE
from taxonomy.sizes import SIZE_LABELS
from taxonomy.themes import THEME_CHOICES

PARTS: dict[str, str | Promise] = {
    "title": _("a title"),
    "question": _("the question in one line"),
    "themes": _("at least one theme"),
    "need": _("the need"),
    "practice_today": _("how it is done today"),
    "wanted_outcome": _("the wanted outcome"),
    "success_criteria": _("success criteria"),
    "out_of_scope": _("what is out of scope"),
    "must_have": _("at least one must-have capability"),
    "nice_to_have": _("nice-to-have capabilities"),
    "site_access": _("site and access"),
    "trl": _("the TRL range"),
    "languages_of_work": _("languages of work"),
    "offer_kind": _("the kind of offer"),
    "budget": _("a budget band"),
    "pilot_weeks": _("the length of the pilot"),
    "deadline": _("a deadline"),
    "deadline_ahead": _("a deadline in the future"),
}


def day_in(moment: datetime, zone: str) -> str:
    """The day of a moment where the challenge is, for example "3 May 2026"."""
    return date_format(localtime(moment, ZoneInfo(zone)), "DATE_FORMAT")


LISTED: dict[str, Callable[[str], Any]] = {
    "themes": dict(THEME_CHOICES).__getitem__,
    "countries": countries.name,
    "size_classes": SIZE_LABELS.__getitem__,
    "languages_of_work": LANGUAGE_BY_CODE.__getitem__,
}


def value_in_words(challenge: Challenge, part: str) -> dict[str, str]:
    """A part of the brief as stored, for comparing: its label and its text."""
    if part == "requirements":
        rows = challenge.requirements.all()
        return {"label": str(_("Requirements")), "text": ", ".join(str(row) for row in rows)}
    value = getattr(challenge, part)
    display = getattr(challenge, f"get_{part}_display", None)
    if isinstance(value, list):
        text = ", ".join(str(LISTED[part](code)) for code in value)
    elif isinstance(value, datetime):
        text = date_format(localtime(value, ZoneInfo(challenge.time_zone)), "DATETIME_FORMAT")
    elif display is not None:
        text = str(display())
    else:
        text = "" if value is None else str(value)
    return {"label": challenge.label_of(part), "text": text}


def deadline_written_out(challenge: Challenge, *, language: str) -> str:
    """The last minute to apply, with its zone: "3 May 2026, 12:00 CEST"; empty without one."""
    if challenge.deadline is None:
        return ""
    return _minute_written_out(challenge.deadline, challenge.time_zone, language)


@lru_cache(maxsize=512)
def _minute_written_out(moment: datetime, zone: str, language: str) -> str:
    """Thousands of letters name the same."""
    local = localtime(moment, ZoneInfo(zone))
    with translation.override(language):
        day = date_format(local, pgettext("date and time of a deadline", "j F Y, H:i"))
    return f"{day} {local:%Z}"
