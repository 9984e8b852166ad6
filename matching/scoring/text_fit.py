"""Text fit: however many measures there are, one number per company."""

from typing import Protocol

import numpy as np

from matching.scoring.arrays import Bools, Floats, Ints
from matching.scoring.facts import Brief, Profile
from matching.scoring.findings import Quote
from matching.scoring.snapshot import Snapshot
from matching.scoring.spread import BriefStatistics, Spread

# Raw values are whole numbers on this scale, so that their sums are exact in any order.
ONE = 1 << 20


class TextFit(Protocol):
    """One way of comparing a brief with the companies of a corpus, in the corpus's row order.

    `raw` gives whole numbers between -ONE and ONE; a company's number rests on the brief, its
    own texts and the snapshot alone, and is the same to the last bit in a corpus of one. `stated`
    says who has text at all. Names are unique within a corpus, and bring their own priors in the
    snapshot.
    """

    @property
    def name(self) -> str: ...

    @property
    def weight(self) -> int: ...

    @property
    def stated(self) -> Bools: ...

    def raw(self, brief: Brief) -> Ints: ...

    def quotes(self, brief: Brief, profile: Profile) -> tuple[Quote, ...]: ...


def measure(
    brief: Brief,
    text_fits: tuple[TextFit, ...],
    snapshot: Snapshot,
    statistics: BriefStatistics | None,
) -> tuple[Floats, BriefStatistics]:
    """Share per company, and the statistics it was made with: the given ones, or these rows'."""
    raw = {fit.name: fit.raw(brief) for fit in text_fits}
    if statistics is None:
        statistics = BriefStatistics(
            {fit.name: Spread.of(raw[fit.name][fit.stated]) for fit in text_fits}
        )
    deviations: Floats = np.add.reduce(
        [
            fit.weight * _spread(fit.name, snapshot, statistics).standardise(raw[fit.name])
            for fit in text_fits
        ]
    )
    return snapshot.share(deviations / sum(fit.weight for fit in text_fits)), statistics


def _spread(name: str, snapshot: Snapshot, statistics: BriefStatistics) -> Spread:
    return statistics.of(name) + snapshot.prior(name)
