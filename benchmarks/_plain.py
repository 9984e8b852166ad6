"""What matching does, as a plain Python loop over objects would do it: the honest peer.

Facts, weights and curves are those of the engine, read once; the loop itself knows lists, sets and
floating point numbers. Its totals may differ from the engine's by rounding alone. How far texts
spread over a sample it is told: a loop that had to measure it would keep what it measured.
"""

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import mul

from matching.scoring import Brief, Profile, TermVector
from matching.scoring.blocks import Yardstick
from matching.scoring.criteria import CRITERIA, STRUCTURED, market, track_record, trl
from matching.scoring.meaning import CEILING, DOUBT, SHARPNESS, asked_of
from matching.scoring.snapshot import Snapshot
from matching.scoring.text_fit import ONE
from matching.scoring.vectors import Directions
from matching.scoring.words import LENGTH_BIAS, SATURATION, asked_terms


@dataclass(frozen=True)
class PlainCompany:
    """One company as an object."""

    profile: Profile
    counts: Mapping[int, int]
    length: int
    passages: Mapping[str, list[list[float]]]

    @property
    def language(self) -> str:
        return self.profile.passages[0].language if self.profile.passages else ""

    @classmethod
    def of(
        cls, profile: Profile, terms: TermVector, passages: Mapping[str, list[list[float]]]
    ) -> "PlainCompany":
        counts = dict(zip(terms.ids.tolist(), terms.counts.tolist(), strict=True))
        return cls(profile, counts, terms.length, passages)


class PlainBrief:
    """The brief, with all that can be worked out before the loop."""

    def __init__(self, yardstick: Yardstick, snapshot: Snapshot) -> None:
        brief = yardstick.brief
        self.brief: Brief = brief
        ids, weights = asked_terms(brief.passages, snapshot)
        self.terms = list(zip(ids.tolist(), weights.tolist(), strict=True))
        self.best_possible = float(weights.sum()) * (SATURATION + 1)
        self.average_length = snapshot.average_length
        self.directions = {
            name: Directions.of(asked_of(brief.encoded[name], means).direction[None])
            .units[0]
            .tolist()
            for name, means in snapshot.means.items()
            if name in brief.encoded
        }
        self.fits = []
        for name, weight in (
            ("words", 1),
            *((n, snapshot.means[n].weight) for n in self.directions),
        ):
            spread = yardstick.statistics.of(name) + snapshot.prior(name)
            mean = spread.total / spread.count
            deviation = math.sqrt(spread.count * spread.squares - spread.total**2) / spread.count
            self.fits.append((name, weight, mean, deviation))
        self.knots = snapshot.knots
        self.weights = yardstick.weights.among(asked_codes(brief))
        self.gaps = [trl.steps_outside(brief, level) for level in range(1, 10)]


def asked_codes(brief: Brief) -> tuple[str, ...]:
    return tuple(code for code in CRITERIA if code == "text" or STRUCTURED[code].asked(brief))


def total(asked: PlainBrief, company: PlainCompany) -> tuple[int, bool]:
    """Tenths of a point, and whether the company is eligible."""
    shares = {
        "text": text(asked, company),
        "capabilities": capabilities(asked.brief, company.profile),
        "theme": theme(asked.brief, company.profile),
        "trl": readiness(asked, company.profile),
        "market": place(asked.brief, company.profile),
        "track_record": record(company.profile),
        "languages": float(
            bool(set(asked.brief.languages_of_work) & set(company.profile.languages))
        ),
        "size": float(company.profile.size_class in asked.brief.size_classes),
    }
    tenths = sum(int(shares[code] * weight + 0.5) for code, weight in asked.weights.items())
    return tenths, eligible(asked, company.profile)


def text(asked: PlainBrief, company: PlainCompany) -> float:
    deviations, weights = 0.0, 0
    for name, weight, mean, deviation in asked.fits:
        raw = measured(name, asked, company)
        if raw is not None:
            deviations += weight * (raw - mean) / deviation
            weights += weight
    return interpolated(deviations / weights if weights else 0.0, asked.knots)


def measured(name: str, asked: PlainBrief, company: PlainCompany) -> float | None:
    """What the measure of text gives, nothing where it does not speak for the company."""
    if name == "words":
        # Of another language words say nothing, where an encoder can.
        foreign = company.language and company.language != asked.brief.language
        if foreign and any(company.passages[other] for other in asked.directions):
            return None
        return words(asked, company)
    passages = company.passages[name]
    return meaning(asked.directions[name], passages) if passages else None


def words(asked: PlainBrief, company: PlainCompany) -> float:
    relative = company.length / asked.average_length
    damping = SATURATION * (1 - LENGTH_BIAS + LENGTH_BIAS * relative)
    found = 0.0
    for term, weight in asked.terms:
        count = company.counts.get(term)
        if count:
            found += weight * count * (SATURATION + 1) / (count + damping)
    return found * ONE / asked.best_possible


def meaning(direction: list[float], passages: list[list[float]]) -> float:
    evidence = 0.0
    for passage in passages:
        evidence += math.exp(SHARPNESS * sum(map(mul, passage, direction)))
    return math.log1p(evidence / DOUBT) * ONE / CEILING


def capabilities(brief: Brief, profile: Profile) -> float:
    stated = profile.all_capabilities
    must = sum(code in stated for code in brief.must_have)
    nice = sum(code in stated for code in brief.nice_to_have)
    return (2 * must + nice) / (2 * len(brief.must_have) + len(brief.nice_to_have))


def theme(brief: Brief, profile: Profile) -> float:
    return sum(code in profile.themes for code in brief.themes) / len(brief.themes)


def readiness(asked: PlainBrief, profile: Profile) -> float:
    gaps = [asked.gaps[level - 1] for level in profile.trls]
    return max(0.0, 1 - min(gaps) / trl.STEPS_TO_ZERO) if gaps else 0.0


def place(brief: Brief, profile: Profile) -> float:
    served = brief.country == profile.country or profile.serves(brief.country)
    if not brief.needs_presence or brief.point is None:
        return float(served)
    near = 0.0
    if profile.point is not None:
        distance = math.dist(brief.point.on_unit_sphere, profile.point.on_unit_sphere)
        near = interpolated(market.EARTH_RADIUS_KM * distance, market.NEAR)
    return (served + near) / 2


def record(profile: Profile) -> float:
    claimed = len(profile.references)
    return track_record.CLAIM * min(claimed, track_record.CLAIMS_COUNTED)


def eligible(asked: PlainBrief, profile: Profile) -> bool:
    brief = asked.brief
    if brief.countries and profile.country and profile.country not in brief.countries:
        return False
    if brief.size_classes and profile.size_class and profile.size_class not in brief.size_classes:
        return False
    levels = profile.trls
    return not (brief.trl_is_must and levels and all(asked.gaps[level - 1] for level in levels))


def interpolated(value: float, knots: Sequence[tuple[float, float]]) -> float:
    place = bisect_right(knots, (value, math.inf))
    if place == 0:
        return knots[0][1]
    if place == len(knots):
        return knots[-1][1]
    (x0, y0), (x1, y1) = knots[place - 1], knots[place]
    return y0 + (y1 - y0) * (value - x0) / (x1 - x0)
