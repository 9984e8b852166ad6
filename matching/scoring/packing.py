"""A corpus as bare arrays by name, and back: what does not rest on the snapshot alone."""

from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array

from matching.scoring.corpus import CodeMatrix, Corpus
from matching.scoring.impacts import CommonTerms, RareTerms
from matching.scoring.meaning import MeaningFit
from matching.scoring.snapshot import Snapshot
from matching.scoring.vectors import Directions
from matching.scoring.words import WordFit

Arrays: TypeAlias = Mapping[str, NDArray[Any]]

# Grows when the same corpus would be packed in another way.
LAYOUT = 5

PLAIN = ("ids", "trl_sets", "points", "confirmed", "claimed", "opted_out")
CODED = ("themes", "capabilities", "languages", "countries_served", "home", "size_class")
OF_WORDS = ("stated", "tongues")
OF_COMMON = ("impacts", "ids")
OF_RARE = ("data", "indices", "indptr")


def packed(corpus: Corpus) -> Arrays:
    """Names are unique; none is pickled."""
    found: dict[str, NDArray[Any]] = {name: getattr(corpus, name) for name in PLAIN}
    for name in CODED:
        matrix: CodeMatrix = getattr(corpus, name)
        found[f"{name}.codes"] = np.array([*matrix.columns], dtype=np.str_)
        found[f"{name}.bits"] = matrix.bits
    for fit in corpus.text_fits:
        if isinstance(fit, WordFit):
            found |= {f"words.{name}": getattr(fit, name) for name in OF_WORDS}
            found |= {f"words.common.{name}": getattr(fit.common, name) for name in OF_COMMON}
            found |= {f"words.rare.{name}": getattr(fit.rare.impacts, name) for name in OF_RARE}
            found["words.rare.ids"] = fit.rare.ids
        elif isinstance(fit, MeaningFit):
            found[f"{fit.name}.rows"] = fit.passages.rows
            found[f"{fit.name}.scales"] = fit.passages.scales
            found[f"{fit.name}.starts"] = fit.starts
    return found


def unpacked(arrays: Arrays, snapshot: Snapshot) -> Corpus:
    """Under the snapshot it was packed under."""
    of_words: dict[str, Any] = {name: arrays[f"words.{name}"] for name in OF_WORDS}
    ids = arrays["words.rare.ids"]
    by_term = csc_array(
        tuple(arrays[f"words.rare.{name}"] for name in OF_RARE),
        shape=(of_words["stated"].size, ids.size),
    )
    words = WordFit(
        common=CommonTerms(**{name: arrays[f"words.common.{name}"] for name in OF_COMMON}),
        rare=RareTerms(by_term, ids),
        snapshot=snapshot,
        **of_words,
    )
    meanings = [
        MeaningFit(
            name=name,
            weight=means.weight,
            passages=Directions(arrays[f"{name}.rows"], arrays[f"{name}.scales"]),
            starts=arrays[f"{name}.starts"],
            means=means,
        )
        for name, means in sorted(snapshot.means.items())
    ]
    coded: dict[str, Any] = {
        name: CodeMatrix(
            {code: place for place, code in enumerate(arrays[f"{name}.codes"].tolist())},
            arrays[f"{name}.bits"],
        )
        for name in CODED
    }
    plain: dict[str, Any] = {name: arrays[name] for name in PLAIN}
    return Corpus(snapshot=snapshot, text_fits=(words, *meanings), **coded, **plain)
