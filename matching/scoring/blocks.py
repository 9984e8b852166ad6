"""Many briefs against companies in blocks: the numbers are those of one pass over all of them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from matching.scoring import text_fit
from matching.scoring.arrays import Bools, Ints
from matching.scoring.corpus import Corpus
from matching.scoring.facts import Amendment, Brief, Profile
from matching.scoring.findings import Quote
from matching.scoring.scores import Scores, score
from matching.scoring.spread import BriefStatistics
from matching.scoring.text_fit import TextFit
from matching.scoring.weights import DEFAULT_WEIGHTS, Weights

BRIEFS_AT_ONCE = 64


@dataclass(frozen=True, eq=False)
class Yardstick:
    """What companies are held against: a brief, its statistics and its weights."""

    brief: Brief
    statistics: BriefStatistics
    weights: Weights = DEFAULT_WEIGHTS

    def amended_by(self, amendments: Mapping[int, Amendment]) -> "Yardstick":
        """The same, with what was decided about single companies."""
        return replace(self, brief=self.brief.amended_by(amendments))


def statistics_of(briefs: Sequence[Brief], blocks: Iterable[Corpus]) -> list[BriefStatistics]:
    """How each brief's text measures spread over the companies of all blocks together."""
    sums = [BriefStatistics({}) for _brief in briefs]
    for block in blocks:
        for place, (brief, measured) in enumerate(_measured(briefs, block)):
            found = text_fit.measure(brief, measured.text_fits, block.snapshot, None)[-1]
            sums[place] = sums[place] + found
    return sums


def score_block(yardsticks: Sequence[Yardstick], block: Corpus) -> Iterator[Scores]:
    """The block against each yardstick in turn; texts are measured for many briefs at once."""
    for yardstick, (brief, measured) in zip(
        yardsticks, _measured([one.brief for one in yardsticks], block), strict=True
    ):
        yield score(
            brief=brief,
            corpus=measured,
            weights=yardstick.weights,
            statistics=yardstick.statistics,
        )


def _measured(briefs: Sequence[Brief], block: Corpus) -> Iterator[tuple[Brief, Corpus]]:
    for start in range(0, len(briefs), BRIEFS_AT_ONCE):
        some = briefs[start : start + BRIEFS_AT_ONCE]
        fits: list[list[TextFit]] = [[] for _brief in some]
        for fit in block.text_fits:
            asking = [place for place, brief in enumerate(some) if fit.applies(brief)]
            values = fit.raws([some[place] for place in asking]) if asking else ()
            for place, row in zip(asking, values, strict=True):
                fits[place].append(_Measured(fit, row))
        for brief, own in zip(some, fits, strict=True):
            yield brief, replace(block, text_fits=tuple(own) or block.text_fits)


@dataclass(frozen=True, eq=False)
class _Measured:
    """A text fit that has been asked about one brief and remembers the answer."""

    fit: TextFit
    values: Ints

    @property
    def name(self) -> str:
        return self.fit.name

    @property
    def weight(self) -> int:
        return self.fit.weight

    @property
    def nbytes(self) -> int:
        return self.fit.nbytes

    @property
    def stated(self) -> Bools:
        return self.fit.stated

    def applies(self, brief: Brief) -> bool:
        return True

    def heard(self, brief: Brief, others: Bools) -> Bools:
        return self.fit.heard(brief, others)

    def raws(self, briefs: Sequence[Brief]) -> Ints:
        return self.values[None]

    def quotes(
        self, brief: Brief, profiles: Sequence[Profile], rows: Ints
    ) -> list[tuple[Quote, ...]]:
        return self.fit.quotes(brief, profiles, rows)
