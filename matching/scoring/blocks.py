"""One brief against companies in blocks: the numbers are those of one pass over all of them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from matching.scoring import text_fit
from matching.scoring.arrays import Bools, Ints
from matching.scoring.corpus import Corpus
from matching.scoring.criteria import CRITERIA
from matching.scoring.facts import Brief, Profile
from matching.scoring.findings import Judgement, Quote
from matching.scoring.scores import Scores, judge, score
from matching.scoring.spread import BriefStatistics
from matching.scoring.text_fit import TextFit
from matching.scoring.weights import DEFAULT_WEIGHTS, Weights


@dataclass(frozen=True, eq=False)
class BlockScores:
    """One brief against all rows of all blocks, one block after the other."""

    brief: Brief
    blocks: tuple[Scores, ...]
    statistics: BriefStatistics
    weights: Weights

    @cached_property
    def ids(self) -> Ints:
        return np.concatenate([np.empty(0, np.int64), *(block.ids for block in self.blocks)])

    @cached_property
    def totals(self) -> NDArray[np.int32]:
        return np.concatenate([np.empty(0, np.int32), *(block.totals for block in self.blocks)])

    @cached_property
    def eligible(self) -> Bools:
        return np.concatenate([np.empty(0, np.bool_), *(block.eligible for block in self.blocks)])

    @cached_property
    def parts(self) -> NDArray[np.int16]:
        empty = np.empty((0, len(CRITERIA)), np.int16)
        return np.concatenate([empty, *(block.parts for block in self.blocks)])

    @cached_property
    def stated_tenths(self) -> NDArray[np.int32]:
        stated = (block.stated_tenths for block in self.blocks)
        return np.concatenate([np.empty(0, np.int32), *stated])

    def judge(self, row: int, profile: Profile) -> Judgement:
        """What the row says; the profile must be the one at this row."""
        block = int(np.searchsorted(self._ends, row, side="right"))
        return judge(self.blocks[block], profile)

    @cached_property
    def _ends(self) -> Ints:
        return np.cumsum([len(block.corpus) for block in self.blocks], dtype=np.int64)


def score_blocks(
    *, brief: Brief, blocks: Sequence[Corpus], weights: Weights = DEFAULT_WEIGHTS
) -> BlockScores:
    """Every text is measured once: first the statistics of all blocks, then the scores of each."""
    measured = [_measured(brief, block) for block in blocks]
    statistics = sum((_statistics(brief, block) for block in measured), start=BriefStatistics({}))
    scores = (
        score(brief=brief, corpus=block, weights=weights, statistics=statistics)
        for block in measured
    )
    return BlockScores(brief, tuple(scores), statistics, weights)


def _measured(brief: Brief, block: Corpus) -> Corpus:
    fits = tuple(_Measured(fit, fit.raw(brief)) for fit in block.text_fits if fit.applies(brief))
    return replace(block, text_fits=fits or block.text_fits)


def _statistics(brief: Brief, block: Corpus) -> BriefStatistics:
    return text_fit.measure(brief, block.text_fits, block.snapshot, None)[-1]


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
    def stated(self) -> Bools:
        return self.fit.stated

    def applies(self, brief: Brief) -> bool:
        return True

    def raw(self, brief: Brief) -> Ints:
        return self.values

    def quotes(self, brief: Brief, profile: Profile, row: int) -> tuple[Quote, ...]:
        return self.fit.quotes(brief, profile, row)
