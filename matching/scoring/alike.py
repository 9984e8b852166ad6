"""Which others are like one: companies by their passages, challenges by the parts of their briefs.

The middle of those compared is taken away first, for each language its own, as for scores: raw
vectors of one language lie close together, whatever they speak of.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matching.scoring.arrays import Floats, Ints
from matching.scoring.meaning import EncodedCompanies
from matching.scoring.vectors import centre, take_means


@dataclass(frozen=True, eq=False)
class Likeness:
    """How close each lies to the first (cosines; nan where nothing is encoded), and the row of its
    texts that lies closest to one of the first's.
    """

    cosines: Floats
    closest: Ints


def likeness(all_of_them: EncodedCompanies) -> Likeness:
    """To the first, of all: passages of companies, or parts of briefs."""
    sizes = all_of_them.sizes
    cosines, closest = np.full(sizes.size, np.nan), np.zeros(sizes.size, dtype=np.int64)
    if not sizes[0] or not len(all_of_them.vectors):
        return Likeness(cosines, closest)
    languages = all_of_them.language_of_each
    means = take_means(all_of_them.vectors, languages)
    rows = centre(all_of_them.vectors, languages, means).units
    starts = np.concatenate([[0], np.cumsum(sizes)])
    known = np.flatnonzero(sizes)
    sums = np.add.reduceat(rows, starts[:-1][known], axis=0)
    sums /= np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9)
    cosines[known] = sums @ sums[0]
    best = (rows @ rows[: sizes[0]].T).max(axis=1)
    for place in known.tolist():
        closest[place] = int(np.argmax(best[starts[place] : starts[place + 1]]))
    return Likeness(cosines, closest)


def nearest(found: Likeness, shared: Sequence[int], number: int) -> list[int]:
    """Places of the closest, the first left out.

    Where the first is encoded, those that are not come after, by what they share with it.
    """
    order = []
    for place in range(1, len(shared)):
        cosine = float(found.cosines[place])
        if np.isnan(cosine):
            order.append((1, -float(shared[place]), place))
        else:
            order.append((0, -cosine, place))
    return [place for *_key, place in sorted(order)[:number]]
