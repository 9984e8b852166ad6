"""How an invitation is told: its reasons and where it stands, as sentences."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import translation
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.timezone import localtime, now
from django.utils.translation import gettext, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django_countries.fields import Country

from companies.choices import GroundKind
from companies.models import LawfulGround
from invitations.choices import AddressKind, Refusal
from invitations.models import Invitation
from invitations.quoting import Quoted, quoted
from look.markup import moment
from matching.scoring import Finding, Reason
from matching.wording import sentence


@dataclass(frozen=True)
class ToldReason:
    """A reason as a sentence, what it brought in tenths of a point, and the words it rests on."""

    text: str
    tenths: int
    words: Quoted


def told_reasons(
    invitation: Invitation, language: str, *, anonymous: bool = False
) -> list[ToldReason]:
    """The top reasons in a language; `anonymous` leaves out whatever could name the company."""
    findings = [Finding.from_data(entry) for entry in invitation.reasons]
    with translation.override(language):
        return [
            ToldReason(
                sentence(finding.reason, anonymous=anonymous),
                finding.tenths,
                Quoted() if anonymous else quoted(finding),
            )
            for finding in findings
        ]


def source_in(entry: LawfulGround | None, language: str) -> str:
    """Where an address came from, for the first letter to it."""
    with translation.override(language):
        name = _who_gave_it(entry)
        if entry is None or not name:
            return _("another source; ask us which")
        if entry.kind == GroundKind.PUBLIC:
            return _("a public source: %(name)s") % {"name": name}
        if entry.kind == GroundKind.NOMINATED:
            return nominated_by(name, language)
        return _("the member list of %(name)s") % {"name": name}


def _who_gave_it(entry: LawfulGround | None) -> str:
    if entry is None:
        return ""
    if entry.kind == GroundKind.PUBLIC:
        return entry.source or entry.proof
    return entry.cluster.name if entry.cluster else entry.source


def nominated_by(name: str, language: str) -> str:
    with translation.override(language):
        return _("a nomination by %(name)s") % {"name": name}


def judged(reason: Reason, *, anonymous: bool = False) -> str:
    """Why the gate lets a letter leave, or does not, in the reader's language.

    Anonymous leaves out the country, the kind of address and the days on record.
    """
    if anonymous:
        return str(ALLOWED_WITHOUT_NAME.get(reason.code) or Refusal(reason.code).label)
    if reason.code in VERDICTS:
        return VERDICTS[reason.code](reason.data)
    return str(Refusal(reason.code).label)


def _by_law(text: str | Promise) -> Callable[[Mapping[str, Any]], str]:
    def told(data: Mapping[str, Any]) -> str:
        country = country_called(data["country"])
        return str(text) % {"country": country, "kind": AddressKind(data["kind"]).label}

    return told


def country_called(code: str) -> str:
    return str(Country(code=code).name) if code else _("no country")


def _with_date(text: str | Promise) -> Callable[[Mapping[str, Any]], str]:
    return lambda data: str(text) % {"day": date_format(date.fromisoformat(data["on"]))}


VERDICTS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "asked": _with_date(gettext_lazy("It asked for such letters or joined itself, %(day)s.")),
    "own_member": lambda _data: gettext("Own member."),
    "free": _by_law(gettext_lazy("%(country)s lets you write. Address: %(kind)s.")),
    "published": _with_date(
        gettext_lazy("It published its address for such letters, proof of %(day)s.")
    ),
    "no_rule": _by_law(
        gettext_lazy("No rule is known for %(country)s, so nobody may write first.")
    ),
    "needs_request": _by_law(
        gettext_lazy("%(country)s: the law wants a request first. Address: %(kind)s.")
    ),
    "needs_proof": _by_law(
        gettext_lazy(
            "%(country)s: the law wants proof that the address was published for such letters."
        )
    ),
    "one_person": _by_law(
        gettext_lazy("%(country)s: one person must have asked first. Address: %(kind)s.")
    ),
}

ALLOWED_WITHOUT_NAME: dict[str, str | Promise] = {
    "asked": gettext_lazy("It asked for such letters or joined itself."),
    "own_member": gettext_lazy("Own member."),
    "free": gettext_lazy("The law of its country lets you write."),
    "published": gettext_lazy("It published its address for such letters."),
}


def standing(reason: Reason, *, anonymous: bool = False) -> str:
    """Where a company stands with a challenge: suggested, or why not now and when next.

    Anonymous leaves out the day and the number that a company stated itself.
    """
    if anonymous and reason.code in OWN_WISHES:
        return str(Refusal(reason.code).label)
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
    return _place_by_score(data)


def _asked_enough(data: Mapping[str, Any]) -> str:
    text = ngettext(
        "Not now: already asked %(times)d time in %(days)d days; may be asked again from %(day)s.",
        "Not now: already asked %(times)d times in %(days)d days; may be asked again from %(day)s.",
        data["times"],
    )
    told = text % {**data, "day": date_format(date.fromisoformat(data["next_on"]))}
    return f"{told} {_place_by_score(data)}" if "rank" in data else told


def _place_by_score(data: Mapping[str, Any]) -> str:
    return _("Number %(rank)d of %(of)d by score.") % data


def _asked_elsewhere(data: Mapping[str, Any]) -> str:
    return _(
        "Not now: suggested to other challenges that need it more this time; if they do not ask"
        " it, it is in line here again."
    )


def _cluster_full(data: Mapping[str, Any]) -> str:
    text = ngettext(
        "Not now: members of its cluster organisation have the %(most)d place they may have here.",
        "Not now: members of its cluster organisation have the %(most)d places they may have here.",
        data["most"],
    )
    return text % data


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


OWN_WISHES = ("paused", "enough")
STANDINGS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "chosen": _chosen,
    "asked_enough": _asked_enough,
    "asked_elsewhere": _asked_elsewhere,
    "cluster_full": _cluster_full,
    "places_taken": lambda data: (
        _("Not now: the places go to others; number %(line)d in line.") % data
    ),
    "paused": _paused,
    "enough": _enough,
    "theme_unwanted": _theme_unwanted,
    "country_unwanted": _country_unwanted,
    "reader_paused": lambda _data: gettext(
        "Not now: the person who receives its letters wants none for a while."
    ),
    "reader_enough": lambda _data: gettext(
        "Not now: the person who receives its letters had as many this month as they want."
    ),
    "reader_theme_unwanted": lambda _data: gettext(
        "Not suggested: the person who receives its letters wants none about this theme."
    ),
    "reader_country_unwanted": lambda _data: gettext(
        "Not suggested: the person who receives its letters wants none about this country."
    ),
    "below_threshold": lambda data: _("Below the lowest score to invite, %(threshold)d.") % data,
}


def told_when(leaves_at: datetime | None, *, in_post: str) -> str:
    """A letter keeps working hours, and its distance to the last one; else it is `in_post`."""
    if leaves_at is None or leaves_at <= now():
        return in_post
    day = moment(leaves_at)
    return _("The letter waits: it leaves on %(day)s at the earliest.") % {"day": day}
