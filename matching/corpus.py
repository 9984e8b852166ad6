"""The companies as arrays, kept in the worker and read again block by block as profiles change."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache

import numpy as np
from django.db.models import Count, F, Max, Sum
from numpy.typing import NDArray

from companies.models import Company
from matching.columns import BLOCK_BITS, Columns, read_block
from matching.meanings import encoded_companies
from matching.models import CorpusSnapshot, ProfileMeaning, ProfileTerms
from matching.profiles import profiles_of
from matching.scoring import (
    TERMS_VERSION,
    Corpus,
    EncodedCompanies,
    Profile,
    Snapshot,
    TermVector,
    corpus_of,
    text_fits,
)

TEXTS_KEPT = 20_000

Stamp = tuple[int, int, datetime, int]


@dataclass(frozen=True, eq=False)
class Block:
    """Companies of successive ids under one snapshot; the lists are in their order."""

    stamp: Stamp
    corpus: Corpus
    revisions: NDArray[np.int32]
    hashes: list[str]


@dataclass(frozen=True, eq=False)
class Companies:
    """All active companies, block after block in the order of their ids."""

    blocks: tuple[Block, ...]

    def __len__(self) -> int:
        return sum(len(block.corpus) for block in self.blocks)

    @property
    def corpora(self) -> tuple[Corpus, ...]:
        return tuple(block.corpus for block in self.blocks)

    @cached_property
    def ids(self) -> NDArray[np.int64]:
        return np.concatenate([np.empty(0, np.int64), *(block.corpus.ids for block in self.blocks)])

    @cached_property
    def revisions(self) -> NDArray[np.int32]:
        return np.concatenate([np.empty(0, np.int32), *(block.revisions for block in self.blocks)])

    @cached_property
    def hashes(self) -> list[str]:
        return [found for block in self.blocks for found in block.hashes]


_blocks: dict[tuple[int, int], Block] = {}
_texts: OrderedDict[int, Profile] = OrderedDict()


def all_companies(row: CorpusSnapshot) -> Companies:
    """Every active company whose words are counted. A worker keeps blocks that nobody edits.

    A block that misses a company edited this very moment is not kept.
    """
    stamps = _stamps(row.encoders)
    wanted = {(row.pk, number) for number in stamps}
    for key in _blocks.keys() - wanted:
        del _blocks[key]
    return Companies(tuple(_block(row, number, stamps[number]) for number in sorted(stamps)))


def _block(row: CorpusSnapshot, number: int, stamp: Stamp) -> Block:
    kept = _blocks.get((row.pk, number))
    if kept is not None and kept.stamp == stamp:
        return kept
    columns = read_block(number)
    snapshot = snapshot_of(row)
    corpus = _corpus(columns, encoded_companies(columns.ids, snapshot), snapshot)
    found = Block(stamp, corpus, columns.revisions, columns.hashes)
    _blocks.pop((row.pk, number), None)
    if (columns.ids.size, int(columns.revisions.sum())) == stamp[:2]:
        _blocks[row.pk, number] = found
    return found


def _corpus(
    columns: Columns, encoded: Mapping[str, EncodedCompanies], snapshot: Snapshot
) -> Corpus:
    size = columns.ids.size
    return Corpus(
        ids=columns.ids,
        snapshot=snapshot,
        text_fits=text_fits(columns.vectors, encoded, snapshot),
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


def _stamps(encoders: Sequence[str]) -> dict[int, Stamp]:
    numbered = Company.objects.active().annotate(block=F("id").bitrightshift(BLOCK_BITS))
    rows = (
        numbered.order_by()
        .values_list("block")
        .annotate(Count("pk"), Sum("revision"), Max("updated_at"))
    )
    encoded = _encoded_so_far(encoders)
    return {
        number: (count, revisions, last, encoded.get(number, 0))
        for number, count, revisions, last in rows
    }


def _encoded_so_far(encoders: Sequence[str]) -> dict[int, int]:
    """A number per block that grows with every profile that is encoded."""
    if not encoders:
        return {}
    rows = ProfileMeaning.objects.filter(encoder__in=encoders)
    numbered = rows.annotate(block=F("company_id").bitrightshift(BLOCK_BITS)).order_by()
    return dict(numbered.values_list("block").annotate(Sum("revision")))


def some_companies(ids: Sequence[int], row: CorpusSnapshot) -> tuple[list[Profile], Corpus]:
    """These companies, as far as the words of their present revision have been counted."""
    vectors = {
        company_id: TermVector.from_bytes(bytes(vector))
        for company_id, vector in ProfileTerms.objects.filter(
            company__in=ids, version=TERMS_VERSION, revision=F("company__revision")
        ).values_list("company_id", "vector")
    }
    profiles = [profile for profile in profiles_of(ids) if profile.id in vectors]
    snapshot = snapshot_of(row)
    encoded = encoded_companies([profile.id for profile in profiles], snapshot)
    return profiles, corpus_of(profiles, [vectors[p.id] for p in profiles], encoded, snapshot)


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
