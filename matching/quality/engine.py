"""The engine that the product uses, on a collection that is in no database."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from matching.encoders import Encoder
from matching.quality.collection import Collection
from matching.scoring import (
    Brief,
    Corpus,
    EncodedBrief,
    EncodedCompanies,
    Passage,
    Profile,
    Snapshot,
    TermVector,
    corpus_of,
    encodable,
    parts_of,
    score,
    take_means,
    take_snapshot,
    terms_of,
    text_hash,
    texts_of_brief,
    to_raw,
)

AT_ONCE = 64

Told = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Kept:
    """Encodings in files, so that a second evaluation need not read everything again."""

    folder: Path | None

    def encode(
        self, encoder: Encoder, texts: Sequence[str], *, briefs: bool, tell: Told
    ) -> NDArray[np.int16]:
        if not texts:
            return np.empty((0, 0), np.int16)
        side = "briefs" if briefs else "passages"
        key = text_hash(tuple(Passage(side, text) for text in texts))
        place = self.folder / f"{encoder.name}-{key}.npy" if self.folder else None
        if place is not None and place.is_file():
            stored: NDArray[np.int16] = np.load(place)
            return stored
        read = encoder.briefs if briefs else encoder.passages
        found = []
        for start in range(0, len(texts), AT_ONCE):
            tell(f"{encoder.name}, {side}", start, len(texts))
            found.append(to_raw(read(texts[start : start + AT_ONCE])))
        raw = np.concatenate(found)
        if place is not None:
            place.parent.mkdir(parents=True, exist_ok=True)
            np.save(place, raw)
        return raw


@dataclass(frozen=True, eq=False)
class Read:
    """A collection as the engine reads it: encoded, with the statistics of all its companies."""

    profiles: tuple[Profile, ...]
    briefs: tuple[Brief, ...]
    vectors: Sequence[TermVector]
    encoded: Mapping[str, EncodedCompanies]
    snapshot: Snapshot

    def corpus(self, rows: Sequence[int] | None = None) -> Corpus:
        """All companies, or those of these rows, ascending, under the statistics of all."""
        if rows is None:
            return corpus_of(self.profiles, self.vectors, self.encoded, self.snapshot)
        return corpus_of(
            [self.profiles[row] for row in rows],
            [self.vectors[row] for row in rows],
            {name: one.some(rows) for name, one in self.encoded.items()},
            self.snapshot,
        )


def read(collection: Collection, encoders: Sequence[Encoder], *, kept: Kept, tell: Told) -> Read:
    encoded = {one.name: _companies(collection, one, kept, tell) for one in encoders}
    vectors = [terms_of(profile.passages) for profile in collection.profiles]
    snapshot = take_snapshot(
        vectors,
        version=collection.name,
        means={
            name: take_means(companies.vectors, companies.language_of_each)
            for name, companies in encoded.items()
            if len(companies.vectors)
        },
    )
    briefs = tuple(_briefs(collection, encoders, kept, tell))
    return Read(collection.profiles, briefs, vectors, encoded, snapshot)


def rank(
    collection: Collection, encoders: Sequence[Encoder], *, kept: Kept, tell: Told
) -> NDArray[np.float64]:
    """Totals in tenths of a point, questions by companies, by text alone."""
    found = read(collection, encoders, kept=kept, tell=tell)
    corpus = found.corpus()
    totals = [score(brief=brief, corpus=corpus).totals for brief in found.briefs]
    return np.array(totals, np.float64)


def _companies(
    collection: Collection, encoder: Encoder, kept: Kept, tell: Told
) -> EncodedCompanies:
    read = [encodable(one.passages, encoder.languages) for one in collection.profiles]
    texts = [passage.text for passages in read for passage in passages]
    return EncodedCompanies(
        vectors=kept.encode(encoder, texts, briefs=False, tell=tell),
        sizes=np.array([len(passages) for passages in read], dtype=np.int64),
        languages=[passages[0].language if passages else "" for passages in read],
    )


def _briefs(
    collection: Collection, encoders: Sequence[Encoder], kept: Kept, tell: Told
) -> list[Brief]:
    briefs = list(collection.briefs)
    for encoder in encoders:
        places = [i for i, brief in enumerate(briefs) if _reads(encoder, brief)]
        texts = [texts_of_brief(briefs[place].passages) for place in places]
        flat = [text for parts in texts for text in parts]
        rows = iter(kept.encode(encoder, flat, briefs=True, tell=tell))
        for place, parts in zip(places, texts, strict=True):
            found = _encoded(briefs[place], encoder, rows, len(parts))
            encodings = {**briefs[place].encoded, encoder.name: found}
            briefs[place] = replace(briefs[place], encoded=encodings)
    return briefs


def _reads(encoder: Encoder, brief: Brief) -> bool:
    return bool(encodable(brief.passages, encoder.languages))


def _encoded(
    brief: Brief, encoder: Encoder, rows: Iterator[NDArray[np.int16]], number: int
) -> EncodedBrief:
    return EncodedBrief(
        vectors=np.stack([next(rows) for _ in range(number)]),
        parts=parts_of(brief.passages),
        language=brief.passages[0].language,
        languages_read=encoder.languages,
    )
