"""The companies as arrays, kept in the worker and read again block by block as profiles change."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import numpy as np
from django.db.models import Count, F, Max, Sum
from numpy.typing import NDArray

from companies.models import Company
from matching.columns import BLOCK_BITS, Columns, read_block
from matching.models import CorpusSnapshot, ProfileTerms
from matching.profiles import profiles_of
from matching.scoring import (
    TERMS_VERSION,
    Corpus,
    Profile,
    Snapshot,
    TermVector,
    WordFit,
    corpus_by_words,
)

TEXTS_KEPT = 20_000

Stamp = tuple[int, int, datetime]


@dataclass(frozen=True, eq=False)
class Block:
    """Companies of successive ids under one snapshot; `revisions` are those of their profiles."""

    stamp: Stamp
    corpus: Corpus
    revisions: NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Companies:
    """All active companies, block after block in the order of their ids."""

    blocks: tuple[Block, ...]

    def __len__(self) -> int:
        return sum(len(block.corpus) for block in self.blocks)

    @property
    def corpora(self) -> tuple[Corpus, ...]:
        return tuple(block.corpus for block in self.blocks)

    def revisions(self) -> dict[int, int]:
        """The revision of each company that these arrays were read at."""
        found: dict[int, int] = {}
        for block in self.blocks:
            found.update(zip(block.corpus.ids.tolist(), block.revisions.tolist(), strict=True))
        return found


_blocks: dict[tuple[int, int], Block] = {}
_texts: OrderedDict[int, Profile] = OrderedDict()


def all_companies(row: CorpusSnapshot) -> Companies:
    """Every active company whose words are counted. A worker keeps blocks that nobody edits.

    A block that misses a company edited this very moment is not kept.
    """
    stamps = _stamps()
    wanted = {(row.pk, number) for number in stamps}
    for key in _blocks.keys() - wanted:
        del _blocks[key]
    return Companies(tuple(_block(row, number, stamps[number]) for number in sorted(stamps)))


def _block(row: CorpusSnapshot, number: int, stamp: Stamp) -> Block:
    kept = _blocks.get((row.pk, number))
    if kept is not None and kept.stamp == stamp:
        return kept
    columns = read_block(number)
    found = Block(stamp, _corpus(columns, snapshot_of(row)), columns.revisions)
    _blocks.pop((row.pk, number), None)
    if (columns.ids.size, int(columns.revisions.sum())) == stamp[:2]:
        _blocks[row.pk, number] = found
    return found


def _corpus(columns: Columns, snapshot: Snapshot) -> Corpus:
    size = columns.ids.size
    return Corpus(
        ids=columns.ids,
        snapshot=snapshot,
        text_fits=(WordFit.build(columns.vectors, snapshot),),
        themes=columns.themes,
        capabilities=columns.capabilities,
        languages=columns.languages,
        countries_served=columns.countries_served,
        home=columns.home,
        size_class=columns.size_class,
        trls=columns.trls,
        points=columns.points,
        confirmed=np.zeros(size, dtype=np.int32),
        claimed=columns.claimed,
        opted_out=np.zeros(size, dtype=np.bool_),
    )


def _stamps() -> dict[int, Stamp]:
    numbered = Company.objects.active().annotate(block=F("id").bitrightshift(BLOCK_BITS))
    rows = (
        numbered.order_by()
        .values_list("block")
        .annotate(Count("pk"), Sum("revision"), Max("updated_at"))
    )
    return {number: (count, revisions, last) for number, count, revisions, last in rows}


def some_companies(ids: Sequence[int], row: CorpusSnapshot) -> tuple[list[Profile], Corpus]:
    """These companies, as far as the words of their present revision have been counted."""
    vectors = {
        company_id: TermVector.from_bytes(bytes(vector))
        for company_id, vector in ProfileTerms.objects.filter(
            company__in=ids, version=TERMS_VERSION, revision=F("company__revision")
        ).values_list("company_id", "vector")
    }
    profiles = [profile for profile in profiles_of(ids) if profile.id in vectors]
    corpus = corpus_by_words(profiles, [vectors[p.id] for p in profiles], snapshot_of(row))
    return profiles, corpus


def texts_of(revisions: Mapping[int, int]) -> dict[int, Profile]:
    """Profiles to explain with, as far as they are still at the revisions given."""
    lacking = [
        company_id
        for company_id, revision in revisions.items()
        if company_id not in _texts or _texts[company_id].revision != revision
    ]
    for profile in profiles_of(lacking) if lacking else ():
        _texts[profile.id] = profile
    found = {}
    for company_id, revision in revisions.items():
        text = _texts.get(company_id)
        if text is not None and text.revision == revision:
            _texts.move_to_end(company_id)
            found[company_id] = text
    while len(_texts) > TEXTS_KEPT:
        _texts.popitem(last=False)
    return found


def snapshot_of(row: CorpusSnapshot) -> Snapshot:
    """The statistics of a stored snapshot, unpacked once."""
    return _unpacked(row.pk)


@lru_cache(maxsize=4)
def _unpacked(snapshot_id: int) -> Snapshot:
    row = CorpusSnapshot.objects.get(pk=snapshot_id)
    return Snapshot.from_bytes(bytes(row.statistics))
