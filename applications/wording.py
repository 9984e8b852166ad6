"""Moments in the reader's words, always with their zone."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import pgettext


def moment_written_out(moment: datetime, *, zone: str, language: str | None = None) -> str:
    """With seconds: "3 May 2026, 12:00:31 CEST"; by default in the language of the page."""
    local = localtime(moment, ZoneInfo(zone))
    with translation.override(language or translation.get_language()):
        day = date_format(local, pgettext("date and time with seconds", "j F Y, H:i:s"))
    return f"{day} {local:%Z}"
