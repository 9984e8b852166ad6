"""Text fit: however many measures there are, one number per company."""

from collections.abc import Sequence
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

    `raws` gives whole numbers between -ONE and ONE, a row for each brief; a company's number rests
    on the brief, its own texts and the snapshot alone, and is the same to the last bit in a corpus
    of one and whatever briefs are asked beside. `stated` says who has text at all; `heard`,
    for whom the measure speaks, given for whom others can. `quotes` is asked for some of those.
    Names are unique within a corpus, and bring their own priors in the snapshot.
    """

    @property
    def name(self) -> str: ...

    @property
    def weight(self) -> int: ...

    @property
    def nbytes(self) -> int: ...

    @property
    def stated(self) -> Bools: ...

    def applies(self, brief: Brief) -> bool: ...

    def heard(self, brief: Brief, others: Bools) -> Bools: ...

    def raws(self, briefs: Sequence[Brief]) -> Ints: ...

    def quotes(
        self, brief: Brief, profiles: Sequence[Profile], rows: Ints
    ) -> list[tuple[Quote, ...]]: ...


def measure(
    brief: Brief,
    text_fits: tuple[TextFit, ...],
    snapshot: Snapshot,
    statistics: BriefStatistics | None,
) -> tuple[Floats, Bools, BriefStatistics]:
    """Share per company, who has text, and the statistics used: the given ones, or these rows'."""
    fits = [fit for fit in text_fits if fit.applies(brief)]
    raw = {fit.name: fit.raws([brief])[0] for fit in fits}
    heard = heard_by(brief, text_fits)
    if statistics is None:
        statistics = BriefStatistics(
            {fit.name: Spread.of(raw[fit.name][heard[fit.name]]) for fit in fits}
        )
    rows = text_fits[0].stated.size
    deviations, weights = np.zeros(rows), np.zeros(rows)
    for fit in fits:
        spread = statistics.of(fit.name) + snapshot.prior(fit.name)
        of_fit = heard[fit.name] * float(fit.weight)
        deviations += of_fit * spread.standardise(raw[fit.name])
        weights += of_fit
    return snapshot.share(deviations / np.maximum(weights, 1.0)), weights > 0, statistics


def heard_by(brief: Brief, text_fits: tuple[TextFit, ...]) -> dict[str, Bools]:
    """Whom each measure that applies speaks for."""
    fits = [fit for fit in text_fits if fit.applies(brief)]
    number = np.zeros(text_fits[0].stated.size, dtype=np.int64)
    for fit in fits:
        number += fit.stated
    return {fit.name: fit.heard(brief, number > fit.stated) for fit in fits}
