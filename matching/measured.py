"""Measurements made ready to read: counts for members, rounded shares for everybody."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_countries import countries

from clusters.models import ClusterOrganisation, Network
from matching.learning import LEAST_FOR_SHARES, Band, Count, Precision, publishable
from matching.models import Measurement, WeightsChoice, WeightsVersion
from matching.scoring import DEFAULT_WEIGHTS
from matching.weighing import choices_for
from matching.wording import criterion_label
from taxonomy.sizes import SIZE_LABELS

REST = "rest"


@dataclass(frozen=True)
class ShownCount:
    label: str
    asked: str
    interested: str
    applied: str
    piloted: str


@dataclass(frozen=True)
class ShownBand:
    """`interested` and `applied` are widths of a bar a thousand wide."""

    label: str
    interested: int
    applied: int
    of_ten: str
    asked: int


@dataclass(frozen=True)
class ShownGroup:
    title: str
    first: str
    rows: list[ShownCount]


def groups_of(measured: Measurement, *, is_public: bool) -> list[ShownGroup]:
    """By country, size class, and whether the company was ever asked before."""
    kinds: list[tuple[str, str, str, Callable[[str], str]]] = [
        ("country", _("By country"), _("Country"), _country),
        ("size", _("By size"), _("Size class"), _size),
        ("newness", _("Newcomers and known companies"), _("Company"), _newness),
    ]
    groups = [
        ShownGroup(title, first, _rows(measured, kind, label, is_public=is_public))
        for kind, title, first, label in kinds
    ]
    return [_whole(measured.whole), *groups] if is_public else groups


def _whole(one: Count) -> ShownGroup:
    """All together; for members there is a picture of it."""
    is_large = one.companies >= LEAST_FOR_SHARES
    rows = [_rounded(_("All companies"), one)] if is_large else []
    return ShownGroup(way_of(one), _("Company"), rows)


def way_of(one: Count) -> str:
    """How far anybody went until now. Pilots are told by a later room, from the first one on."""
    return _("From invitation to pilot") if one.piloted else _("From invitation to application")


def _rows(
    measured: Measurement, kind: str, label_of: Callable[[str], str], *, is_public: bool
) -> list[ShownCount]:
    groups = measured.counts_by(kind)
    if not is_public:
        return [_counted(label_of(group), one) for group, one in groups.items()]
    shown = publishable(groups, REST, companies=measured.whole.companies)
    return [
        _rounded(_("All others") if group == REST else label_of(group), one)
        for group, one in shown.items()
    ]


def _counted(label: str, one: Count) -> ShownCount:
    numbers = (one.interested, one.applied, one.piloted)
    told = [_with_share(number, one) for number in numbers]
    return ShownCount(label, str(one.asked), *told)


def _with_share(number: int, one: Count) -> str:
    """A share of fewer than ten says more than is known."""
    if not one.has_shares or number == 0:
        return str(number)
    share = round(100 * number / one.asked)
    return _("%(number)d (%(share)d %%)") % {"number": number, "share": share}


def _rounded(label: str, one: Count) -> ShownCount:
    asked = _("about %(number)d") % {"number": round(one.asked, -1)}
    numbers = (one.interested, one.applied, one.piloted)
    return ShownCount(label, asked, *(of_ten(one.of_ten(number)) for number in numbers))


def bands_shown(measured: Measurement, *, is_public: bool) -> list[ShownBand]:
    """The highest first; for everybody the picture is as round as the words."""
    width = _tenths if is_public else _thousandths
    return [
        ShownBand(
            label=_("%(low)d to %(high)d") % {"low": band.low // 10, "high": band.high // 10},
            interested=width(band.interested, band.asked),
            applied=width(band.applied, band.asked),
            of_ten=of_ten(band.of_ten),
            asked=band.asked,
        )
        for band in reversed(measured.bands)
    ]


def _thousandths(number: int, asked: int) -> int:
    return round(1000 * number / asked)


def _tenths(number: int, asked: int) -> int:
    return 100 * round(10 * number / asked)


def steps_of(one: Count) -> list[dict[str, Any]]:
    """From invitation to the last step that anybody took, for the picture of it."""
    steps = [
        {"label": _("Invited"), "count": one.asked},
        {"label": _("Answered"), "count": one.answered},
        {"label": _("Interested"), "count": one.interested},
        {"label": _("Applied"), "count": one.applied},
        {"label": _("Pilot"), "count": one.piloted},
    ]
    return steps if one.piloted else steps[:-1]


def ten_best_rounded(one: Precision) -> str:
    """For readers from outside: as if the ten best were those of one challenge."""
    if not one.best:
        return ""
    interested, applied = (
        of_ten(round(10 * number / one.best)) for number in (one.best_interested, one.best_applied)
    )
    return _("Interested: %(interested)s. Applied: %(applied)s.") % {
        "interested": interested,
        "applied": applied,
    }


def of_ten(number: int) -> str:
    if number == 0:
        return _("fewer than one of ten")
    if number == 10:
        return _("nearly all of ten")
    return _("about %(number)d of ten") % {"number": number}


def of_ten_apply(band: Band) -> str:
    """The sentence about everybody at this level."""
    number = band.of_ten
    if number == 0:
        return _("Of ten invited with such a score, fewer than one applies")
    if number == 10:
        return _("Of ten invited with such a score, nearly all apply")
    sentence = ngettext(
        "Of ten invited with such a score, about %(number)d applies",
        "Of ten invited with such a score, about %(number)d apply",
        number,
    )
    return sentence % {"number": number}


def weights_side_by_side(version: WeightsVersion | None) -> list[tuple[str, str, str]]:
    """Criterion, points by default, points of this version."""
    used: Mapping[str, int] = version.tenths if version else {}
    return [
        (criterion_label(code), _points(tenths), _points(used[code]) if used else "")
        for code, tenths in DEFAULT_WEIGHTS.tenths.items()
    ]


def elsewhere_told(network: Network) -> list[str]:
    """Of which organisations another network, which they are in too, has the say."""
    organisations = ClusterOrganisation.objects.filter(networks=network, labs__isnull=False)
    names = dict(organisations.order_by("name").values_list("pk", "name"))
    choices = choices_for(names)
    found: defaultdict[WeightsChoice, list[str]] = defaultdict(list)
    for pk, name in names.items():
        if pk in choices and choices[pk].network_id != network.pk:
            found[choices[pk]].append(name)
    return [_elsewhere(choice, ", ".join(those)) for choice, those in found.items()]


def _elsewhere(choice: WeightsChoice, organisations: str) -> str:
    told: dict[str, Any] = {"organisations": organisations, "network": choice.network.name}
    if choice.version is None:
        text = _(
            "Challenges of %(organisations)s are scored under the default weights, which somebody"
            " chose in %(network)s."
        )
        return text % told
    told["number"] = choice.version.number
    if choice.is_fixed:
        text = _(
            "Challenges of %(organisations)s are scored under version %(number)d of %(network)s,"
            " which somebody chose there."
        )
        return text % told
    told["decisions"] = choice.version.decisions
    text = _(
        "Challenges of %(organisations)s are scored under version %(number)d of %(network)s,"
        " learned there from %(decisions)d decisions."
    )
    return text % told


def _points(tenths: int) -> str:
    return f"{tenths / 10:g}"


def _country(code: str) -> str:
    return str(countries.name(code)) or _("Not stated")


def _size(code: str) -> str:
    return str(SIZE_LABELS.get(code, _("Not stated")))


def _newness(code: str) -> str:
    return _("Asked for the first time") if code == "newcomer" else _("Asked before")


def versions_shown(versions: Iterable[WeightsVersion]) -> list[dict[str, Any]]:
    """Every version with what its trial said."""
    return [
        {
            "version": one,
            "verdict": _("Better than the defaults") if one.is_better else _("Not proven better"),
            "loss_before": one.figures.get("loss_before"),
            "loss_after": one.figures.get("loss_after"),
            "auc_before": one.figures.get("auc_before"),
            "auc_after": one.figures.get("auc_after"),
        }
        for one in versions
    ]
