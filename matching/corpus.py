"""The companies as arrays, kept in the worker and read again block by block as profiles change."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import numpy as np
from django.db.models import Count, F, Max, Sum
from numpy.typing import NDArray

from companies.models import Company
from matching import shelf
from matching.columns import (
    BLOCK_BITS,
    Columns,
    place_in_sample,
    read_block,
    read_sample,
    read_terms,
)
from matching.meanings import encoded_companies
from matching.models import CorpusSnapshot, ProfileMeaning
from matching.profiles import profiles_of
from matching.scoring import (
    ENGINE,
    TERMS_VERSION,
    Corpus,
    EncodedCompanies,
    Profile,
    Snapshot,
    TermVector,
    corpus_of,
    text_fits,
)
from matching.scoring.arrays import Ints
from matching.scoring.packing import LAYOUT, packed, unpacked

SAMPLE = 16_384  # companies are enough to know how far a challenge's text measures spread
ROOM = 384 << 20  # bytes of blocks that one worker keeps; those of a larger platform pass through
FEW = 1_000  # companies are read from the database as soon as from a file

# Count, sum of revisions, last edit, what encoders have read, and every so manieth of all ids.
Stamp = tuple[int, int, datetime, int, int]


@dataclass(frozen=True, eq=False)
class Block:
    """Companies under one snapshot; the arrays are in the order of their ids."""

    stamp: Stamp
    corpus: Corpus
    revisions: NDArray[np.int32]
    hashes: NDArray[np.bytes_]

    @property
    def nbytes(self) -> int:
        return sum(fit.nbytes for fit in self.corpus.text_fits)

    @property
    def is_whole(self) -> bool:
        """Whether it misses none that was edited this very moment."""
        count, revisions, *_rest = self.stamp
        return (len(self.corpus), int(self.revisions.sum())) == (count, revisions)


class Companies:
    """All active companies whose words are counted, block after block in the order of their ids.

    A worker keeps blocks that nobody edits while there is room; the others are read as they are
    come to, from the shelf if they lie there, and then forgotten.
    """

    def __init__(self, row: CorpusSnapshot) -> None:
        self.row = row
        self.stamps = _stamps(row.encoders)
        for key in _kept.keys() - {(row.pk, number) for number in (SAMPLED, *self.stamps)}:
            del _kept[key]
        shelf.keep_only([row.pk, *CorpusSnapshot.objects.values_list("pk", flat=True)[:1]])

    def __len__(self) -> int:
        return sum(count for count, *_rest in self.stamps.values())

    def blocks(self) -> Iterator[Block]:
        for number in sorted(self.stamps):
            yield self._block(number, self.stamps[number])

    def sample(self) -> Iterator[Corpus]:
        """Enough of them to measure how they spread; all of them while they are few."""
        if len(self) <= SAMPLE:
            yield from (block.corpus for block in self.blocks())
        else:
            step = -(-len(self) // SAMPLE)
            yield self._block(SAMPLED, _stamp_of_sample(step, self.row.encoders)).corpus

    def _block(self, number: int, stamp: Stamp) -> Block:
        kept = _kept.pop((self.row.pk, number), None)
        if kept is None or kept.stamp != stamp:
            kept = _taken_down(self.row, number, stamp) or _read(self.row, number, stamp)
        if kept.is_whole and (number == SAMPLED or kept.nbytes + _room_taken() <= ROOM):
            _kept[self.row.pk, number] = kept
        return kept


SAMPLED = -1  # the number of the block that holds the sample

_kept: dict[tuple[int, int], Block] = {}


def _room_taken() -> int:
    return sum(block.nbytes for block in _kept.values())


def _taken_down(row: CorpusSnapshot, number: int, stamp: Stamp) -> Block | None:
    """From the shelf."""
    if stamp[0] < FEW:
        return None
    arrays = shelf.find(row.pk, number, state=_state(row, stamp))
    if arrays is None:
        return None
    corpus = unpacked(arrays, snapshot_of(row))
    return Block(stamp, corpus, arrays["revisions"], arrays["hashes"])


def _read(row: CorpusSnapshot, number: int, stamp: Stamp) -> Block:
    """From the database, and put on the shelf."""
    columns = read_sample(stamp[-1]) if number == SAMPLED else read_block(number)
    snapshot = snapshot_of(row)
    corpus = _corpus(columns, encoded_companies(columns.ids, snapshot), snapshot)
    block = Block(stamp, corpus, columns.revisions, columns.hashes)
    if block.is_whole and len(corpus) >= FEW:
        own = {"revisions": block.revisions, "hashes": block.hashes}
        shelf.put(row.pk, number, {**packed(corpus), **own}, state=_state(row, stamp))
    return block


def _state(row: CorpusSnapshot, stamp: Stamp) -> object:
    return ENGINE, TERMS_VERSION, LAYOUT, row.made_at, stamp


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
        trl_sets=columns.trl_sets,
        points=columns.points,
        confirmed=columns.confirmed,
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
        number: (count, revisions, last, encoded.get(number, 0), 1)
        for number, count, revisions, last in rows
    }


def _encoded_so_far(encoders: Sequence[str]) -> dict[int, int]:
    """A number per block that grows with every profile that is encoded."""
    if not encoders:
        return {}
    rows = ProfileMeaning.objects.filter(encoder__in=encoders)
    numbered = rows.annotate(block=F("company_id").bitrightshift(BLOCK_BITS)).order_by()
    return dict(numbered.values_list("block").annotate(Sum("revision")))


def _stamp_of_sample(step: int, encoders: Sequence[str]) -> Stamp:
    rows = Company.objects.active().annotate(place=place_in_sample("id", step)).filter(place=0)
    count, revisions, last = rows.aggregate(
        count=Count("pk"), revisions=Sum("revision"), last=Max("updated_at")
    ).values()
    read = ProfileMeaning.objects.filter(encoder__in=encoders)
    read = read.annotate(place=place_in_sample("company_id", step)).filter(place=0)
    encoded = read.aggregate(encoded=Sum("revision"))["encoded"]
    return count, revisions, last, encoded or 0, step


@dataclass(frozen=True, eq=False)
class Known:
    """Companies that were read once, to be held against briefs some at a time."""

    profiles: list[Profile]
    vectors: list[TermVector]
    encoded: Mapping[str, EncodedCompanies]
    snapshot: Snapshot

    def some(self, ids: Collection[int], asked: Ints | None = None) -> tuple[list[Profile], Corpus]:
        """Those of these ids that are known; for `asked` see `corpus_of`."""
        rows = [row for row, profile in enumerate(self.profiles) if profile.id in ids]
        profiles = [self.profiles[row] for row in rows]
        vectors = [self.vectors[row] for row in rows]
        encoded = {name: one.some(rows) for name, one in self.encoded.items()}
        return profiles, corpus_of(profiles, vectors, encoded, self.snapshot, asked)


def known_companies(ids: Sequence[int], row: CorpusSnapshot) -> Known:
    """These companies, as far as the words of their present revision have been counted."""
    counted = read_terms(ids)
    found = [(profile, counted.get((profile.id, profile.revision))) for profile in profiles_of(ids)]
    profiles = [one.knowing(terms.profile_hash) for one, terms in found if terms]
    vectors = [terms.vector for _one, terms in found if terms]
    snapshot = snapshot_of(row)
    encoded = encoded_companies([profile.id for profile in profiles], snapshot)
    return Known(profiles, vectors, encoded, snapshot)


def snapshot_of(row: CorpusSnapshot) -> Snapshot:
    """The statistics of a stored snapshot, unpacked once."""
    return _unpacked(row.pk)


@lru_cache(maxsize=4)
def _unpacked(snapshot_id: int) -> Snapshot:
    row = CorpusSnapshot.objects.get(pk=snapshot_id)
    return Snapshot.from_bytes(bytes(row.statistics))
