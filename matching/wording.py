"""Reasons as sentences in the reader's language. Numbers and codes come from scoring as data."""

from ast import literal_eval
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django_countries import countries

from companies.choices import ClientType
from matching.scoring import Condition, Finding, Reason, strongest
from matching.scoring.changes import Gain
from taxonomy.capabilities import CAPABILITY_BY_CODE
from taxonomy.languages import LANGUAGE_BY_CODE
from taxonomy.sizes import SIZE_LABELS
from taxonomy.themes import THEME_BY_CODE

Data = Mapping[str, Any]
Wording = Callable[[Data], str]

CRITERION_LABELS: Mapping[str, str | Promise] = {
    "text": gettext_lazy("Fit of the texts"),
    "capabilities": gettext_lazy("Capabilities"),
    "theme": gettext_lazy("Theme"),
    "trl": gettext_lazy("Technology readiness"),
    "market": gettext_lazy("Market and place"),
    "track_record": gettext_lazy("Track record"),
    "languages": gettext_lazy("Languages of work"),
    "size": gettext_lazy("Size"),
    "raised": gettext_lazy("Raised by the manager"),
}

CONDITION_LABELS: Mapping[str, str | Promise] = {
    "must_not_opt_out": gettext_lazy("Takes part"),
    "must_country": gettext_lazy("Country"),
    "must_size": gettext_lazy("Size class"),
    "must_trl": gettext_lazy("Technology readiness"),
}


def criterion_label(code: str) -> str:
    return str(CRITERION_LABELS[code])


def condition_label(condition: Condition) -> str:
    return str(CONDITION_LABELS[condition.code])


def points(tenths: int) -> str:
    """Tenths of a point as the reader writes them: 87.4, or 87,4."""
    return str(number_format(Decimal(tenths) / 10, decimal_pos=1))


def exact(tenths: int) -> Decimal:
    """The same for a letter, which writes numbers in its own language."""
    return Decimal(tenths).scaleb(-1)


def sentence(reason: Reason, *, anonymous: bool = False) -> str:
    """What was found. Anonymous leaves out what could give the company away."""
    told = reason.anonymous if anonymous else reason
    return _sentence(get_language(), told.code, repr(told.data))


@lru_cache(maxsize=20_000)
def _sentence(language: str | None, code: str, data: str) -> str:
    """Kept, because lists show the same reasons again and again."""
    return SENTENCES[code](literal_eval(data))


def missing(finding: Finding) -> str:
    """What was asked and not found; empty if nothing is."""
    if not finding.missing:
        return ""
    return _("Missing: %(what)s") % {"what": _listed(finding.missing, MISSING_LABELS)}


def advice(gain: Gain) -> str:
    """What would raise the score, and by how much."""
    what = CHANGES[gain.reason.code](gain.reason.data)
    told = {"what": what, "points": points(gain.tenths)}
    if gain.is_certain:
        return _("%(what)s: %(points)s points more") % told
    return _("%(what)s: up to %(points)s points more") % told


def top_reasons(
    findings: tuple[Finding, ...], *, number: int = 3, anonymous: bool = False
) -> list[str]:
    """The sentences of the findings that brought most."""
    best = strongest(findings, number)
    return [sentence(finding.reason, anonymous=anonymous) for finding in best]


def _with_words(named: str | Promise, unnamed: str | Promise) -> Wording:
    def word(data: Data) -> str:
        words = ", ".join(data.get("words", ()))
        return str(named) % {"words": words} if words else str(unnamed)

    return word


def _capabilities_covered(data: Data) -> str:
    what = _listed(data["covered"], CAPABILITY_LABELS)
    covered, required = len(data["covered"]), data["required"]
    must, must_covered = data["must_have"], data["must_have_covered"]
    counts = {
        "must_covered": must_covered,
        "must": must,
        "nice_covered": covered - must_covered,
        "nice": required - must,
        "what": what,
    }
    if must == required:
        text = _("Covers %(must_covered)d of %(must)d must-have capabilities: %(what)s")
    elif must == 0:
        text = _("Covers %(nice_covered)d of %(nice)d nice-to-have capabilities: %(what)s")
    else:
        text = _(
            "Covers %(must_covered)d of %(must)d must-have and %(nice_covered)d of %(nice)d "
            "nice-to-have capabilities: %(what)s"
        )
    return text % counts


def _themes_shared(data: Data) -> str:
    return _("Works in the theme: %(themes)s") % {"themes": _listed(data["shared"], THEME_LABELS)}


def _trl_in_range(data: Data) -> str:
    if data["low"] == data["high"]:
        return _("TRL %(trl)d, as asked") % data
    return _("TRL %(trl)d, within %(low)d–%(high)d") % data


def _trl_gap(data: Data) -> str:
    return ngettext(
        "TRL %(trl)d, one step outside %(low)d–%(high)d",
        "TRL %(trl)d, %(steps)d steps outside %(low)d–%(high)d",
        data["steps"],
    ) % dict(data)


def _at_home(data: Data) -> str:
    return _and_near(_("Based in %(country)s") % {"country": _country(data["country"])}, data)


def _served(data: Data) -> str:
    return _and_near(_("Serves %(country)s") % {"country": _country(data["country"])}, data)


def _not_served(data: Data) -> str:
    told = {"country": _country(data["country"]), "km": data.get("km")}
    if told["km"] is None:
        return _("Does not say that it serves %(country)s") % told
    if told["km"] == 0:
        return _("Close to the living lab, but does not say that it serves %(country)s") % told
    return (
        _("About %(km)d km from the living lab, but does not say that it serves %(country)s") % told
    )


def _distance(data: Data) -> str:
    if data.get("km") is None:
        return _("Its place matters to this challenge")
    if data["km"] == 0:
        return _("Close to the living lab")
    return _("About %(km)d km from the living lab") % {"km": data["km"]}


def _and_near(text: str, data: Data) -> str:
    if data.get("km") is None:
        return text
    if data["km"] == 0:
        return _("%(text)s, close to the living lab") % {"text": text}
    return _("%(text)s, about %(km)d km from the living lab") % {"text": text, "km": data["km"]}


def _references_confirmed(data: Data) -> str:
    text = ngettext(
        "%(references)d reference, %(confirmed)d confirmed by the client",
        "%(references)d references, %(confirmed)d confirmed by the client",
        data["references"],
    )
    return _with_clients(text % dict(data), data)


def _references_claimed(data: Data) -> str:
    text = ngettext(
        "%(references)d reference, not confirmed yet",
        "%(references)d references, not confirmed yet",
        data["references"],
    )
    return _with_clients(text % dict(data), data)


def _with_clients(text: str, data: Data) -> str:
    clients = _listed(data.get("client_types", ()), CLIENT_LABELS)
    return (
        _("%(text)s; clients: %(clients)s") % {"text": text, "clients": clients}
        if clients
        else text
    )


def _languages_shared(data: Data) -> str:
    return _("Works in %(languages)s") % {"languages": _listed(data["shared"], LANGUAGE_BY_CODE)}


def _languages_differ(data: Data) -> str:
    wanted = _listed(data["missing"], LANGUAGE_BY_CODE)
    return _("Does not name a language of work of this challenge: %(wanted)s") % {"wanted": wanted}


def _size_fits(data: Data) -> str:
    return _("%(size)s, which the challenge is meant for") % {"size": _size(data)}


def _size_differs(data: Data) -> str:
    wanted = _listed(data["wanted"], SIZE_LABELS)
    return _("%(size)s; the challenge is meant for: %(wanted)s") % {
        "size": _size(data),
        "wanted": wanted,
    }


def _country_refused(data: Data) -> str:
    return _("Based in %(country)s; the challenge is for companies from %(wanted)s") % {
        "country": _country(data["country"]),
        "wanted": _joined(_country(code) for code in data["wanted"]),
    }


def _trl_refused(data: Data) -> str:
    return _("TRL %(trls)s; %(low)d–%(high)d is a must") % {
        **data,
        "trls": _joined(str(trl) for trl in data["trls"]),
    }


def _trl_within(data: Data) -> str:
    return _("A solution is within TRL %(low)d–%(high)d") % dict(data)


def _trl_outside(data: Data) -> str:
    return _("No solution is within TRL %(low)d–%(high)d") % dict(data)


def _trl_outside_must(data: Data) -> str:
    return _("No solution is within TRL %(low)d–%(high)d, which is a must") % dict(data)


def _there(data: Data) -> str:
    return _("Based in %(country)s, or serves it") % {"country": _country(data["country"])}


def _country_within(data: Data) -> str:
    wanted = _joined(_country(code) for code in data["wanted"])
    return _("Based in a country the challenge is for: %(wanted)s") % {"wanted": wanted}


def _country_outside(data: Data) -> str:
    wanted = _joined(_country(code) for code in data["wanted"])
    return _("Based in no country the challenge is for: %(wanted)s") % {"wanted": wanted}


def _size_outside(data: Data) -> str:
    wanted = _listed(data["wanted"], SIZE_LABELS)
    return _("Of no size the challenge is meant for: %(wanted)s") % {"wanted": wanted}


def _trl_unknown(data: Data) -> str:
    return _("To be checked: TRL is not stated, %(low)d–%(high)d is a must") % dict(data)


def _granted(data: Data) -> str:
    found = sentence(Reason.from_data(data["found"]))
    if data["share"] < 1:
        return _("%(found)s; contested by the company, and half of the points granted") % {
            "found": found
        }
    return _("%(found)s; contested by the company, and all points granted") % {"found": found}


def _add_capability(data: Data) -> str:
    what = {"capability": _label(data["capability"], CAPABILITY_LABELS)}
    if data["must"]:
        return _("State the must-have capability “%(capability)s”, if you have it") % what
    return _("State the capability “%(capability)s”, if you have it") % what


def _state_language(data: Data) -> str:
    languages = {"languages": _listed(data["languages"], LANGUAGE_BY_CODE)}
    return _("Name a language of work of this challenge: %(languages)s") % languages


def _readiness(text: str | Promise, one_level: str | Promise) -> Wording:
    def word(data: Data) -> str:
        return str(one_level if data["low"] == data["high"] else text) % dict(data)

    return word


def _plain(text: str | Promise) -> Wording:
    def word(data: Data) -> str:
        return str(text)

    return word


def _size(data: Data) -> str:
    return _label(data["size_class"], SIZE_LABELS)


def _country(code: str) -> str:
    return str(countries.name(code)) or code


def _label(code: str, labels: Mapping[str, str | Promise]) -> str:
    return str(labels.get(code, code))


def _listed(codes: Iterable[str], labels: Mapping[str, str | Promise]) -> str:
    return _joined(_label(code, labels) for code in codes)


def _joined(items: Iterable[str]) -> str:
    return ", ".join(items)


THEME_LABELS = {code: theme.label for code, theme in THEME_BY_CODE.items()}
CAPABILITY_LABELS = {code: item.label for code, item in CAPABILITY_BY_CODE.items()}
CLIENT_LABELS = {choice.value: choice.label for choice in ClientType}
MISSING_LABELS = {**CAPABILITY_LABELS, **THEME_LABELS, **LANGUAGE_BY_CODE}

SENTENCES: Mapping[str, Wording] = {
    "text_close": _with_words(
        gettext_lazy("Describes what the challenge asks for: %(words)s"),
        gettext_lazy("Describes what the challenge asks for"),
    ),
    "text_related": _with_words(
        gettext_lazy("Describes related work: %(words)s"),
        gettext_lazy("Describes related work"),
    ),
    "text_distant": _with_words(
        gettext_lazy("Has a little in common with the challenge: %(words)s"),
        gettext_lazy("Has a little in common with the challenge"),
    ),
    "text_unrelated": _plain(gettext_lazy("Describes something else than the challenge asks for")),
    "text_not_stated": _plain(gettext_lazy("The profile has no text yet")),
    "capabilities_covered": _capabilities_covered,
    "capabilities_none": _plain(gettext_lazy("Covers none of the capabilities asked for")),
    "capabilities_not_stated": _plain(gettext_lazy("Capabilities are not stated")),
    "themes_shared": _themes_shared,
    "themes_differ": _plain(gettext_lazy("Works in other themes")),
    "theme_not_stated": _plain(gettext_lazy("Themes are not stated")),
    "trl_in_range": _trl_in_range,
    "trl_gap": _trl_gap,
    "trl_not_stated": _plain(gettext_lazy("TRL is not stated")),
    "market_home": _at_home,
    "market_served": _served,
    "market_not_served": _not_served,
    "market_distance": _distance,
    "market_not_stated": _plain(gettext_lazy("Country and countries served are not stated")),
    "references_confirmed": _references_confirmed,
    "references_claimed": _references_claimed,
    "track_record_not_stated": _plain(gettext_lazy("No references are stated")),
    "languages_shared": _languages_shared,
    "languages_differ": _languages_differ,
    "languages_not_stated": _plain(gettext_lazy("Languages of work are not stated")),
    "size_fits": _size_fits,
    "size_differs": _size_differs,
    "size_not_stated": _plain(gettext_lazy("Size is not stated")),
    "granted": _granted,
    "raised_by_manager": _plain(
        gettext_lazy("Points that the cluster manager gave by hand, on top of what was computed")
    ),
    "must_not_opt_out_met": _plain(gettext_lazy("The company takes part in matching")),
    "must_not_opt_out_not_met": _plain(gettext_lazy("The company does not take part in matching")),
    "must_country_met": lambda data: (
        _("Based in %(country)s") % {"country": _country(data["country"])}
    ),
    "must_country_not_met": _country_refused,
    "must_country_not_stated": _plain(gettext_lazy("To be checked: the country is not stated")),
    "must_size_met": _size_fits,
    "must_size_not_met": _size_differs,
    "must_size_not_stated": _plain(gettext_lazy("To be checked: the size is not stated")),
    "must_trl_met": _trl_within,
    "must_trl_not_met": _trl_refused,
    "must_trl_not_stated": _trl_unknown,
    # Of companies without a name for the reader: see `scoring.unnamed`.
    "trl_within": _trl_within,
    "trl_outside": _trl_outside,
    "market_there": _there,
    "references_with_clients": _plain(gettext_lazy("Has references that clients confirmed")),
    "references_without_clients": _plain(gettext_lazy("Has references, not confirmed yet")),
    "size_within": _plain(gettext_lazy("Of a size the challenge is meant for")),
    "size_outside": _size_outside,
    "must_country_within": _country_within,
    "must_country_outside": _country_outside,
    "must_trl_outside": _trl_outside_must,
}

CHANGES: Mapping[str, Wording] = {
    "write_text": _plain(gettext_lazy("Describe what the company does")),
    "add_capability": _add_capability,
    "add_theme": lambda data: (
        _("State the theme “%(theme)s”, if you work in it")
        % {"theme": _label(data["theme"], THEME_LABELS)}
    ),
    "state_trl": _readiness(
        gettext_lazy("State the TRL of a solution, if it is within %(low)d–%(high)d"),
        gettext_lazy("State the TRL of a solution, if it is %(low)d"),
    ),
    "reach_trl": _readiness(
        gettext_lazy("Add a solution that has reached TRL %(low)d–%(high)d"),
        gettext_lazy("Add a solution that has reached TRL %(low)d"),
    ),
    "serve_country": lambda data: (
        _("State that you deliver to %(country)s, if you do")
        % {"country": _country(data["country"])}
    ),
    "state_place": _plain(gettext_lazy("State where the company is")),
    "add_reference": _plain(gettext_lazy("Add a reference")),
    "have_reference_confirmed": _plain(gettext_lazy("Have the client confirm a reference")),
    "state_language": _state_language,
    "state_size": _plain(gettext_lazy("State the size of the company")),
}
