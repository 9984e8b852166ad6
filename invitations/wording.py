"""How an invitation is told: its reasons and where it stands, as sentences."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from django.utils import translation
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from invitations.models import Invitation
from matching.scoring import Finding, Reason
from matching.wording import sentence


def reasons_in(invitation: Invitation, language: str, *, anonymous: bool = False) -> list[str]:
    """The top reasons as sentences in a language."""
    findings = [Finding.from_data(entry) for entry in invitation.reasons]
    with translation.override(language):
        return [sentence(finding.reason, anonymous=anonymous) for finding in findings]


def standing(reason: Reason) -> str:
    """Where a company stands with a challenge: suggested, or why not now and when next."""
    return STANDINGS[reason.code](reason.data)


def asked_so_often(data: Mapping[str, Any]) -> str:
    """Said to a manager who may ask all the same."""
    text = ngettext(
        "Already asked %(times)d time in %(days)d days.",
        "Already asked %(times)d times in %(days)d days.",
        data["times"],
    )
    return text % data


def _chosen(data: Mapping[str, Any]) -> str:
    if data["is_newcomer"]:
        return _("Number %(rank)d of %(of)d by score; never invited before.") % data
    return _("Number %(rank)d of %(of)d by score.") % data


def _asked_enough(data: Mapping[str, Any]) -> str:
    text = ngettext(
        "Not now: already asked %(times)d time in %(days)d days; next in line on %(day)s.",
        "Not now: already asked %(times)d times in %(days)d days; next in line on %(day)s.",
        data["times"],
    )
    return text % _with_day(data)


def _asked_elsewhere(data: Mapping[str, Any]) -> str:
    text = _("Not now: other challenges need it more this time; next in line on %(day)s.")
    return text % _with_day(data)


def _with_day(data: Mapping[str, Any]) -> dict[str, Any]:
    return {**data, "day": date_format(date.fromisoformat(data["next_on"]))}


def _cluster_full(data: Mapping[str, Any]) -> str:
    text = ngettext(
        "Not now: members of its cluster organisation have the %(most)d place they may have here.",
        "Not now: members of its cluster organisation have the %(most)d places they may have here.",
        data["most"],
    )
    return text % data


def _kept_for_newcomers(data: Mapping[str, Any]) -> str:
    return _("Not now: the places left are kept for companies that were never invited.")


def held_until(at: datetime | None) -> str:
    """Of an invitation that waits for the company's next letter."""
    if at is None:
        return ""
    text = _(
        "The company had a letter lately: this one leaves with others, on %(day)s at the earliest."
    )
    return text % {"day": date_format(localtime(at), "DATE_FORMAT")}


def _paused(data: Mapping[str, Any]) -> str:
    day = date_format(date.fromisoformat(data["until"]))
    return _("Not now: it wants no letters until %(day)s.") % {"day": day}


def _theme_unwanted(data: Mapping[str, Any]) -> str:
    return _("Not suggested: it wants letters about other themes only.")


def _country_unwanted(data: Mapping[str, Any]) -> str:
    return _("Not suggested: it wants letters about other countries only.")


def _enough(data: Mapping[str, Any]) -> str:
    text = ngettext(
        "Not now: it wants %(most)d letter a month at most, and had it.",
        "Not now: it wants %(most)d letters a month at most, and had them.",
        data["most"],
    )
    return text % data


STANDINGS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "chosen": _chosen,
    "asked_enough": _asked_enough,
    "asked_elsewhere": _asked_elsewhere,
    "cluster_full": _cluster_full,
    "kept_for_newcomers": _kept_for_newcomers,
    "places_taken": lambda data: (
        _("Not now: the places go to others; number %(line)d in line.") % data
    ),
    "paused": _paused,
    "enough": _enough,
    "theme_unwanted": _theme_unwanted,
    "country_unwanted": _country_unwanted,
    "below_threshold": lambda data: _("Below the lowest score to invite, %(threshold)d.") % data,
}
