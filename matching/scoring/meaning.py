"""Text fit by meaning: the passages of a company that answer the brief, each adding its evidence.

Two passages on the subject say more than one, and a passage on something else takes nothing away:
a company's evidence is the sum of exp(SHARPNESS * cosine) over its passages, and the raw value
grows with its logarithm. A mean would punish a broad company for its breadth, a maximum would
count ten references on the subject as one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Literal

import numpy as np

from matching.scoring.arrays import Bools, Floats, Ints
from matching.scoring.facts import Brief, EncodedBrief, Passage, Profile
from matching.scoring.findings import Quote
from matching.scoring.passages import SENTENCE_END, shortened
from matching.scoring.text_fit import ONE
from matching.scoring.vectors import Directions, Means, Pointers, Raw, centre, unit

SHARPNESS = 8.0
DOUBT = 2.0  # passages of no relation that a company is thought to have beside its own
CEILING = 10.0  # above the logarithm that MOST passages can reach, each the brief itself
MOST = 16  # passages of a company that are encoded; nobody gains by cutting a text to pieces
PAIRS_AT_ONCE = 1 << 15  # companies times briefs whose numbers fit into a processor's cache
PARTS = 1.5  # what the parts of a brief count together, beside its question and the whole of it
WORDS_IN_A_PART = 50
WORDS_IN_A_REST = 8

STEPS = 1 << 11  # cosines are told apart in steps of 1/2048


def evidence(sharpness: float) -> Ints:
    """Of a passage at each step of its cosine, in whole numbers."""
    cosines = np.arange(-STEPS - 1, STEPS + 2) / STEPS
    found: Ints = np.rint(np.exp(sharpness * cosines) * (1 << 20)).astype(np.int64)
    return found


EVIDENCE = evidence(SHARPNESS)


@dataclass(frozen=True, eq=False)
class EncodedCompanies:
    """Stored vectors of the companies one after the other, `sizes` passages each, in row order.

    A company of which nothing is encoded yet has a size of zero.
    """

    vectors: Raw
    sizes: Ints
    languages: Sequence[str]

    @property
    def language_of_each(self) -> Sequence[str]:
        spoken: list[str] = np.repeat(np.array(self.languages, dtype=str), self.sizes).tolist()
        return spoken

    def some(self, rows: Sequence[int]) -> "EncodedCompanies":
        """Those of these rows, ascending."""
        chosen = np.zeros(self.sizes.size, dtype=np.bool_)
        chosen[list(rows)] = True
        return EncodedCompanies(
            vectors=self.vectors[np.repeat(chosen, self.sizes)],
            sizes=self.sizes[chosen],
            languages=[self.languages[row] for row in rows],
        )


@dataclass(frozen=True, eq=False)
class MeaningFit:
    """The centred passages of all companies under one encoder; `starts` has one entry a company,
    and one more for the end.
    """

    name: str
    weight: int
    passages: Directions
    starts: Ints
    means: Means

    @classmethod
    def build(cls, companies: EncodedCompanies, means: Means, *, name: str) -> "MeaningFit":
        return cls(
            name=name,
            weight=means.weight,
            passages=centre(companies.vectors, companies.language_of_each, means),
            starts=np.concatenate([[0], np.cumsum(companies.sizes, dtype=np.int64)]),
            means=means,
        )

    @property
    def nbytes(self) -> int:
        return self.passages.nbytes

    @cached_property
    def stated(self) -> Bools:
        stated: Bools = self.starts[1:] > self.starts[:-1]
        return stated

    def applies(self, brief: Brief) -> bool:
        return self.name in brief.encoded

    def heard(self, brief: Brief, others: Bools) -> Bools:
        return self.stated

    def raws(self, briefs: Sequence[Brief]) -> Ints:
        asked = [asked_of(brief.encoded[self.name], self.means).direction for brief in briefs]
        pointers = Pointers.of(Directions.of(np.stack(asked)))
        stated = np.flatnonzero(self.stated)
        sums = np.zeros((self.starts.size - 1, len(briefs)), np.int64)
        at_once = max(1, PAIRS_AT_ONCE // max(1, len(briefs)))
        for first in range(0, stated.size, at_once):
            some = stated[first : first + at_once]
            sums[some] = self._evidence(some, pointers)
        logarithms = np.log1p(sums / (DOUBT * (1 << 20)))
        values: Ints = np.rint(logarithms * (ONE / CEILING)).T.astype(np.int64, order="C")
        return values

    def _evidence(self, rows: Ints, pointers: Pointers) -> Ints:
        """Of companies in ascending order that all have passages; few enough for the cache."""
        begin, end = int(self.starts[rows[0]]), int(self.starts[rows[-1] + 1])
        steps = pointers.cosines(self.passages[begin:end])
        steps *= STEPS
        steps += STEPS + 1
        found = EVIDENCE.take(steps.astype(np.intp), mode="clip")
        if found.shape[1] > 1:
            several: Ints = np.add.reduceat(found, self.starts[rows] - begin, axis=0)
            return several
        # One column is summed sooner as a running total.
        sums: Ints = np.cumsum(found[:, 0])[self.starts[rows + 1] - (begin + 1)]
        sums[1:] -= sums[:-1]
        return sums[:, None]

    def quotes(
        self, brief: Brief, profiles: Sequence[Profile], rows: Ints
    ) -> list[tuple[Quote, ...]]:
        """The passage that brought the most evidence, and the part of the brief it answers."""
        encoded = brief.encoded[self.name]
        asked = asked_of(encoded, self.means)
        answers = self._closest(rows, asked.pointer)
        own = self.passages.some(self.starts[rows] + answers)
        answered = asked.parts.cosines(own).argmax(axis=1)
        return [
            (
                asked.quotes[part],
                _quote("profile", encodable(profile.passages, encoded.languages_read)[answer]),
            )
            for profile, part, answer in zip(
                profiles, answered.tolist(), answers.tolist(), strict=True
            )
        ]

    def _closest(self, rows: Ints, pointer: Pointers) -> Ints:
        """Which of its passages comes closest, of companies that all have some."""
        begins, sizes = self.starts[rows], self.starts[rows + 1] - self.starts[rows]
        firsts = np.cumsum(sizes) - sizes
        places = np.arange(sizes.sum()) + np.repeat(begins - firsts, sizes)
        cosines = pointer.cosines(self.passages.some(places))[:, 0].tolist()
        each = [
            cosines[first : first + size]
            for first, size in zip(firsts.tolist(), sizes.tolist(), strict=True)
        ]
        return np.array([own.index(max(own)) for own in each], dtype=np.int64)


def parts_of(passages: Sequence[Passage]) -> tuple[Passage, ...]:
    """A brief as it is encoded: its first passage, the question, then the others cut to pieces.

    An encoder loses the thread of a long text, and reads nothing at all past its limit.
    """
    cut = [piece for passage in passages[1:] for piece in _pieces(passage)]
    return (*passages[:1], *cut)


def texts_of_brief(passages: Sequence[Passage]) -> list[str]:
    """What is encoded of a brief, in the order of `EncodedBrief.vectors`."""
    whole = "\n".join(passage.text for passage in passages)
    return [whole, *(part.text for part in parts_of(passages))]


def _pieces(passage: Passage) -> Iterator[Passage]:
    gathered: list[str] = []
    for sentence in SENTENCE_END.split(passage.text):
        gathered += sentence.split()
        if len(gathered) >= WORDS_IN_A_PART:
            yield replace(passage, text=" ".join(gathered))
            gathered = []
    if len(gathered) > WORDS_IN_A_REST or gathered == passage.text.split():
        yield replace(passage, text=" ".join(gathered))


def encodable(passages: Sequence[Passage], languages: frozenset[str]) -> tuple[Passage, ...]:
    """The passages an encoder reads: of its languages (none named: all), and not without end."""
    read = [one for one in passages if not languages or one.language in languages]
    return tuple(read[:MOST])


@dataclass(frozen=True, eq=False)
class Asked:
    """Where a brief points: between the whole of it, its question, and its other parts; and what
    is quoted of each part.
    """

    direction: Floats
    parts: Pointers
    quotes: Sequence[Quote]

    @cached_property
    def pointer(self) -> Pointers:
        return Pointers.of(Directions.of(self.direction[None]))


@lru_cache(maxsize=1024)
def asked_of(encoded: EncodedBrief, means: Means) -> Asked:
    read = centre(encoded.vectors, [encoded.language] * len(encoded.vectors), means)
    rows = read.units
    direction = rows[:2].sum(axis=0) + PARTS * unit(rows[2:].sum(axis=0))
    quotes = [_quote("brief", part) for part in encoded.parts]
    return Asked(unit(direction), Pointers.of(read[1:]), quotes)


def _quote(side: Literal["brief", "profile"], passage: Passage) -> Quote:
    return Quote(side, passage.kind, passage.id, shortened(passage.text))
