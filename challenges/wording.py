"""Parts of a brief in the reader's words."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

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
