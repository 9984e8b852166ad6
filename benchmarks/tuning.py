"""The few constants that join words and meaning, chosen by cross-validation.

`LABMATCH_COLLECTIONS=FOLDER ./labmatch bench tuning` reads the public collections in that folder
(as `evaluate_matching` does, with `--split`, and with encoded texts from `--keep`, by default
FOLDER/.encoded). Constants are chosen on some questions and measured on others: in five folds of
the questions of all collections together, and on each collection by the others. The objective is
the mean of nDCG@10 and recall@50, every collection counting alike. Everything else is the engine.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

import django

django.setup()

import numpy as np  # noqa: E402
from numpy.typing import NDArray  # noqa: E402

from matching.encoders import encoders  # noqa: E402
from matching.quality.collection import Collection, read_collection  # noqa: E402
from matching.quality.engine import Kept, Read, read  # noqa: E402
from matching.quality.measures import difference, measure  # noqa: E402
from matching.scoring import Brief, meaning, text_fit  # noqa: E402
from matching.scoring.arrays import Bools, Ints  # noqa: E402
from matching.scoring.text_fit import TextFit  # noqa: E402

COLLECTIONS = ("sbir", "h2020no")
FOLDS = 5
SEED = 20
NEAR = 0.005  # of the best: what lies on the plateau

Floats = NDArray[np.float64]


@dataclass(frozen=True, order=True)
class Constants:
    """Weights beside each other: halves of what the multilingual encoder's counts."""

    sharpness: float
    doubt: float
    parts: float
    words: int
    english: int

    @property
    def of_meaning(self) -> tuple[float, float, float]:
        return self.sharpness, self.doubt, self.parts

    def __str__(self) -> str:
        meant = " / ".join(f"{one:g}" for one in self.of_meaning)
        return f"{meant} / {self.words}:4:{self.english}"


PRESENT = Constants(meaning.SHARPNESS, meaning.DOUBT, meaning.PARTS, 2, 4)
GRID = [
    Constants(*values)
    for values in product(
        (4, 6, 8, 10, 12), (0.5, 2.0, 8.0), (0.5, 1.0, 1.5, 2.0), (0, 1, 2, 3, 4), (0, 2, 4, 6)
    )
]


@dataclass(frozen=True, eq=False)
class Remembered:
    """A text fit that has been asked about one brief, with the weight to be tried."""

    fit: TextFit
    values: Ints
    weight: int

    @property
    def name(self) -> str:
        return self.fit.name

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
        return self.values

    def quotes(self, brief: Brief, profiles: Sequence[object], rows: Ints) -> list[tuple[()]]:
        return [()] * len(profiles)


@dataclass(frozen=True, eq=False)
class Results:
    """Of one collection: nDCG@10 and recall@50 of every question (columns) by constants (rows)."""

    name: str
    ndcg: Floats
    recall: Floats

    @property
    def values(self) -> Floats:
        return (self.ndcg + self.recall) / 2

    @property
    def questions(self) -> int:
        return self.ndcg.shape[1]


def main() -> None:
    parser = argparse.ArgumentParser(prog="./labmatch bench tuning", description=__doc__)
    parser.add_argument("--split", default="dev")
    parser.add_argument("--keep", type=Path)
    arguments = parser.parse_args()
    place = os.environ.get("LABMATCH_COLLECTIONS")
    if not place:
        sys.exit("LABMATCH_COLLECTIONS names no folder of public collections; nothing is tuned.")
    keep = arguments.keep or Path(place) / ".encoded"
    results = [
        tried(read_collection(Path(place) / name, split=arguments.split), keep)
        for name in COLLECTIONS
    ]
    sys.stdout.write("\n".join([*folds_table(results), "", *plateau_table(results), ""]))


def tried(collection: Collection, keep: Path) -> Results:
    """Every constant of the grid on one collection."""
    found = read(collection, encoders(), kept=Kept(keep), tell=_tell)
    fits = found.corpus().text_fits
    scores = {constants: np.zeros(collection.answers.shape, dtype=np.float64) for constants in GRID}
    meant = sorted({one.of_meaning for one in GRID})
    for place, brief in enumerate(found.briefs):
        _tell(collection.name, place, len(found.briefs))
        for values in meant:
            measured = _asked(fits, brief, *values)
            for constants in (one for one in GRID if one.of_meaning == values):
                scores[constants][place] = _shares(measured, brief, found, constants)
    measures = [measure(scores[constants], collection.answers) for constants in GRID]
    return Results(
        collection.name,
        np.array([one.ndcg_10 for one in measures]),
        np.array([one.recall_50 for one in measures]),
    )


def _asked(
    fits: Sequence[TextFit], brief: Brief, sharpness: float, doubt: float, parts: float
) -> list[Remembered]:
    """What each measure says of every company, with these constants in the engine's place."""
    meaning.EVIDENCE = meaning.evidence(sharpness)
    meaning.DOUBT, meaning.PARTS = doubt, parts
    meaning.asked_of.cache_clear()
    applying = [fit for fit in fits if fit.applies(brief)]
    return [Remembered(fit, fit.raws([brief]), fit.weight) for fit in applying]


def _shares(
    measured: Sequence[Remembered], brief: Brief, found: Read, constants: Constants
) -> Floats:
    weights = {"words": constants.words, "minilm": constants.english}
    fits = [replace(one, weight=weights.get(one.name.split("-")[0], 4)) for one in measured]
    asked = tuple(fit for fit in fits if fit.weight)
    return text_fit.measure(brief, asked, found.snapshot, None)[0]


def folds_table(results: Sequence[Results]) -> list[str]:
    """What was chosen where, and what it brings on questions that had no part in the choice."""
    names = [f"{one.name} {what}" for one in results for what in ("nDCG@10", "recall@50")]
    lines = [
        f"| chosen on | sharpness / doubt / parts / weights | {' | '.join(names)} |",
        "|---|---|" + "---:|" * len(names),
    ]
    folds = [_folds(one.questions) for one in results]
    held_out = [np.full((2, one.questions), np.nan) for one in results]
    for number in range(FOLDS):
        chosen = _best(
            [one.values[:, fold != number] for one, fold in zip(results, folds, strict=True)]
        )
        for one, fold, values in zip(results, folds, held_out, strict=True):
            out = fold == number
            values[:, out] = one.ndcg[chosen, out], one.recall[chosen, out]
        cells = [
            _cells(one.ndcg[chosen, fold == number], one.recall[chosen, fold == number])
            for one, fold in zip(results, folds, strict=True)
        ]
        lines.append(f"| all folds but {number + 1} | {GRID[chosen]} | {' | '.join(cells)} |")
    cells = [_cells(*values) for values in held_out]
    lines.append(f"| **all held out together** | | {' | '.join(cells)} |")
    present = GRID.index(PRESENT)
    cells = [
        f"{_span(ndcg, one.ndcg[present])} | {_span(recall, one.recall[present])}"
        for one, (ndcg, recall) in zip(results, held_out, strict=True)
    ]
    lines.append(f"| less the defaults, 95 % | | {' | '.join(cells)} |")
    for one in results:
        chosen = _best([other.values for other in results if other is not one])
        cells = [
            _cells(own.ndcg[chosen], own.recall[chosen]) if own is one else "chosen on | chosen on"
            for own in results
        ]
        lines.append(f"| the others than {one.name} | {GRID[chosen]} | {' | '.join(cells)} |")
    for label, chosen in (
        ("everything (not held out)", _best([one.values for one in results])),
        ("**the defaults**", present),
    ):
        cells = [_cells(one.ndcg[chosen], one.recall[chosen]) for one in results]
        lines.append(f"| {label} | {GRID[chosen]} | {' | '.join(cells)} |")
    return lines


def plateau_table(results: Sequence[Results]) -> list[str]:
    """For each value of each constant: the best that the others can make of it."""
    values = np.mean([one.values.mean(axis=1) for one in results], axis=0)
    near = int((values >= values.max() - NEAR).sum())
    lines = [
        f"{near} of {len(GRID)} lie within {NEAR} of the best ({values.max():.3f}).",
        "",
        "| constant | value: objective at best |",
        "|---|---|",
    ]
    for name in ("sharpness", "doubt", "parts", "words", "english"):
        of_each = {
            value: max(
                v for one, v in zip(GRID, values, strict=True) if getattr(one, name) == value
            )
            for value in sorted({getattr(one, name) for one in GRID})
        }
        cells = ", ".join(f"{value:g}: {best:.3f}" for value, best in of_each.items())
        lines.append(f"| {name} | {cells} |")
    return lines


def _folds(questions: int) -> Ints:
    """Which fold each question is in: as many in each, by lot."""
    order = np.random.default_rng(SEED).permutation(questions)
    return order % FOLDS


def _best(values: Sequence[Floats]) -> int:
    return int(np.argmax(np.mean([some.mean(axis=1) for some in values], axis=0)))


def _cells(ndcg: Floats, recall: Floats) -> str:
    return f"{ndcg.mean():.3f} | {recall.mean():.3f}"


def _span(ours: Floats, theirs: Floats) -> str:
    found = difference(ours, theirs)
    return f"{found.low:+.3f} to {found.high:+.3f}"


def _tell(what: str, done: int, whole: int) -> None:
    sys.stderr.write(f"{what}: {done} of {whole}\n")


if __name__ == "__main__":
    main()
