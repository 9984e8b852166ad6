"""Matches made ready to read: names only for whom they are meant, reasons in the reader's words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django_countries import countries

from accounts.permissions import Person
from companies.models import ClusterMembership, Company
from look.markup import most_points
from matching.levels import Level
from matching.models import Contest, Match
from matching.numbers import of_former_profiles, parts_of_numbers, weights_of_runs
from matching.scoring import CRITERIA, PARTS, Condition, Reason, State
from matching.wording import (
    CRITERION_LABELS,
    condition_label,
    criterion_label,
    missing,
    points,
    sentence,
)

Data = Mapping[str, Any]


@dataclass(frozen=True)
class ShownCondition:
    label: str
    text: str
    state: str


@dataclass(frozen=True)
class ShownFinding:
    """A finding in words, with the quotes it rests on (none for an unnamed company)."""

    label: str
    text: str
    missing: str
    quotes: tuple[Any, ...]


@dataclass(frozen=True)
class ShownMatch:
    """One match as this reader may see it; `place` is empty where the name is not told."""

    match: Match
    company: Company | None
    name: str
    place: str
    cluster: str
    is_own: bool
    parts: list[dict[str, Any]]
    reasons: list[str]
    not_met: list[ShownCondition]
    to_check: list[ShownCondition]
    level: Level | None = None
    is_of_former_profile: bool = False

    @property
    def is_waiting(self) -> bool:
        """Whether the worker still writes the reasons."""
        return self.match.findings is None

    @property
    def anchor(self) -> str:
        """Its place in a page; what no match stores has its challenge alone."""
        return str(self.match.pk or f"of-{self.match.challenge_id}")

    @property
    def profile_url(self) -> str:
        """Empty where there is none to read: not for this reader, or not any more."""
        return self.company.get_absolute_url() if self.company and self.company.name else ""

    @property
    def why_waiting(self) -> str:
        if self.is_of_former_profile:
            return _("The profile has changed; it is being scored again.")
        return _("The reasons are being written.")

    @property
    def has_total(self) -> bool:
        """No total stands without its parts."""
        return bool(self.parts) or not self.is_waiting


def shown(
    matches: Sequence[Match],
    *,
    reader: Person,
    own_clusters: set[int],
    levels: Mapping[int, Level] | None = None,
) -> list[ShownMatch]:
    """Two queries however many matches: who may be named, and who vouches for whom; and two more
    where reasons are missing, which stay away. Nothing is measured: whoever reads rings the worker.

    `levels` is what `levels_of` found, where the page says what came of others. The parts carry
    no reasons: a row shows the strongest three beside its bar.
    """
    ids = [match.company_id for match in matches]
    seen = Company.objects.visible_to(reader).only("slug", "name", "city", "country")
    named = seen.annotate(country_code=F("country")).in_bulk(ids)
    vouching: dict[int, list[tuple[int, str]]] = {}
    rows = ClusterMembership.objects.filter(company__in=ids).order_by("pk")
    for company_id, cluster_id, name in rows.values_list("company", "cluster", "cluster__name"):
        vouching.setdefault(company_id, []).append((cluster_id, name))
    silent = [match for match in matches if match.findings is None]
    words = Words(weights_of_runs(silent), of_former_profiles(silent))
    return [
        _shown(
            match,
            named.get(match.company_id),
            vouching.get(match.company_id, []),
            own=own_clusters,
            words=words,
            level=levels.get(match.pk) if levels else None,
        )
        for match in matches
    ]


class Words:
    """What many rows of one page share, looked up once."""

    def __init__(self, weights: Mapping[int, Mapping[str, int]], former: set[int]) -> None:
        self.weights, self.former = weights, former
        self.criteria = {code: str(label) for code, label in CRITERION_LABELS.items()}
        self.countries: dict[str, str] = {}

    def place(self, company: Company) -> str:
        code = company.country_code  # type: ignore[attr-defined]  # annotated by `shown`
        if code and code not in self.countries:
            self.countries[code] = countries.name(code)
        return ", ".join(part for part in (company.city, self.countries.get(code, "")) if part)

    def parts(self, match: Match) -> list[dict[str, Any]]:
        if match.findings is None:
            return parts_of_numbers(match, self.weights, self.criteria)
        return parts_of(match.findings, self.criteria)


def _shown(
    match: Match,
    company: Company | None,
    clusters: list[tuple[int, str]],
    *,
    own: set[int],
    words: Words,
    level: Level | None,
) -> ShownMatch:
    found, checked = match.findings, match.checked
    reasons = [Reason.from_data(entry["reason"]) for entry in _strongest(found)]
    cluster = clusters[0][1] if clusters else ""
    return ShownMatch(
        match=match,
        company=company,
        name=str(company) if company else unnamed(cluster),
        place=words.place(company) if company else "",
        cluster=cluster,
        is_own=any(cluster_id in own for cluster_id, _name in clusters),
        parts=words.parts(match),
        reasons=[sentence(reason, anonymous=company is None) for reason in reasons],
        not_met=_conditions(checked, State.NOT_MET, anonymous=company is None),
        to_check=_conditions(checked, State.NOT_STATED, anonymous=company is None),
        level=level,
        is_of_former_profile=match.pk in words.former,
    )


def _strongest(findings: Sequence[Data] | None, number: int = 3) -> list[Data]:
    """As `scoring.strongest`, without making objects of the other findings and their quotes."""
    positive = [finding for finding in findings or () if finding["tenths"] > 0]
    return sorted(positive, key=lambda finding: -finding["tenths"])[:number]


def unnamed(cluster: str) -> str:
    """What a company is called to whom it may not be named."""
    if not cluster:
        return _("A company of no cluster organisation")
    return _("A company of %(cluster)s") % {"cluster": cluster}


def parts_of(
    findings: Sequence[Data] | None, labels: Mapping[str, str | Promise] = CRITERION_LABELS
) -> list[dict[str, Any]]:
    """The parts of the score bar, from findings as they are stored."""
    return [
        {
            "criterion": finding["criterion"],
            "order": PARTS.index(finding["criterion"]) + 1,
            "label": str(labels[finding["criterion"]]),
            "tenths": finding["tenths"],
            "weight_tenths": finding["weight_tenths"],
        }
        for finding in findings or ()
    ]


def parts_with_reasons(match: Match, *, anonymous: bool) -> list[dict[str, Any]]:
    """The same for the page that explains one match: each part with its reason in words."""
    findings = match.judged
    return [
        part | {"reason": sentence(finding.reason, anonymous=anonymous)}
        for part, finding in zip(parts_of(match.findings), findings, strict=True)
    ]


def shown_findings(match: Match, *, anonymous: bool) -> list[ShownFinding]:
    """Every finding in words, for the page that explains one match."""
    return [
        ShownFinding(
            label=criterion_label(finding.criterion),
            text=sentence(finding.reason, anonymous=anonymous),
            missing=missing(finding),
            quotes=() if anonymous else finding.quotes,
        )
        for finding in match.judged
    ]


@dataclass(frozen=True)
class ShownContest:
    row: Contest
    label: str


def shown_contests(match: Match) -> list[ShownContest]:
    """What the company of this match contested, the newest first."""
    rows = Contest.objects.filter(challenge=match.challenge_id, company=match.company_id)
    found = rows.select_related("challenge", "reference")[:20]
    return [ShownContest(row, criterion_label(row.criterion)) for row in found]


@dataclass(frozen=True)
class ContestablePart:
    criterion: str
    label: str
    points: str
    most: str


def contestable(match: Match) -> list[ContestablePart]:
    """Parts that have not all their points and that nobody contests already."""
    rows = Contest.objects.filter(challenge=match.challenge_id, company=match.company_id)
    taken = set(rows.living().values_list("criterion", flat=True))
    return [
        ContestablePart(
            finding.criterion,
            criterion_label(finding.criterion),
            points(finding.tenths),
            most_points(finding.weight_tenths),
        )
        for finding in match.judged
        if finding.criterion in CRITERIA
        and finding.criterion not in taken
        and finding.tenths < finding.weight_tenths
    ]


def shown_conditions(match: Match, *, anonymous: bool) -> list[ShownCondition]:
    """Every hard condition in words, met or not."""
    return [_condition(condition, anonymous=anonymous) for condition in match.checked]


def _conditions(
    conditions: Sequence[Condition], state: State, *, anonymous: bool
) -> list[ShownCondition]:
    found = [condition for condition in conditions if condition.state is state]
    return [_condition(condition, anonymous=anonymous) for condition in found]


def _condition(condition: Condition, *, anonymous: bool) -> ShownCondition:
    return ShownCondition(
        label=condition_label(condition),
        text=sentence(condition.reason, anonymous=anonymous),
        state=str(condition.state),
    )
