"""The companies as arrays, kept in the worker and read again when a profile changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.db.models import Count, F, Max, Sum

from companies.models import Company
from matching.models import CorpusSnapshot, ProfileTerms
from matching.profiles import profiles_of
from matching.scoring import TERMS_VERSION, Corpus, Profile, Snapshot, TermVector, corpus_by_words

Stamp = tuple[int, int, int, datetime | None]


@dataclass(frozen=True)
class Companies:
    """All active companies under one snapshot; `profiles` are in the corpus's row order."""

    stamp: Stamp
    profiles: tuple[Profile, ...]
    corpus: Corpus


_kept: dict[str, Companies] = {}


def all_companies(row: CorpusSnapshot) -> Companies:
    """Every active company. A worker process keeps the last answer while no profile changes.

    An answer that misses a company edited this very moment is not kept.
    """
    stamp = _stamp(row)
    kept = _kept.get("all")
    if kept is not None and kept.stamp == stamp:
        return kept
    ids = list(Company.objects.active().order_by("pk").values_list("pk", flat=True))
    profiles, corpus = some_companies(ids, row)
    found = Companies(stamp, tuple(profiles), corpus)
    if len(profiles) == len(ids):
        _kept["all"] = found
    return found


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


def snapshot_of(row: CorpusSnapshot) -> Snapshot:
    """The statistics of a stored snapshot, unpacked once."""
    return _unpacked(row.pk)


@lru_cache(maxsize=4)
def _unpacked(snapshot_id: int) -> Snapshot:
    row = CorpusSnapshot.objects.get(pk=snapshot_id)
    return Snapshot.from_bytes(bytes(row.statistics))


def _stamp(row: CorpusSnapshot) -> Stamp:
    found = Company.objects.active().aggregate(
        count=Count("pk"), revisions=Sum("revision"), last=Max("updated_at")
    )
    return row.pk, found["count"], found["revisions"] or 0, found["last"]
