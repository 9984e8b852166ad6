"""Stored vectors into what scoring reads. Nothing here encodes."""

from collections.abc import Iterable, Sequence

import numpy as np

from challenges.models import Challenge
from companies.models import Company
from matching.columns import read_row
from matching.encoders import encoder
from matching.models import BriefMeaning, ProfileMeaning
from matching.profiles import amendments_of, brief_of
from matching.scoring import (
    Brief,
    EncodedBrief,
    EncodedCompanies,
    Means,
    Snapshot,
    parts_of,
    take_means,
)
from matching.scoring.arrays import Ints

SAMPLE = 5000  # companies are enough to know where a language lies

_VECTORS = """
SELECT string_agg(int8send(company_id), ''), string_agg(int4send(octet_length(vectors)), ''),
    string_agg(language, E'\\n'), string_agg(vectors, '')
FROM (
    SELECT meaning.company_id, meaning.vectors, company.language
    FROM matching_profilemeaning AS meaning JOIN companies_company AS company
        ON company.id = meaning.company_id AND company.revision = meaning.revision
    WHERE meaning.encoder = %(encoder)s AND meaning.company_id = ANY(%(companies)s)
    ORDER BY meaning.company_id
) AS row
"""


def encoded_companies(
    company_ids: Sequence[int] | Ints, snapshot: Snapshot
) -> dict[str, EncodedCompanies]:
    """Of each encoder of the snapshot, in the order of the ids, which must ascend."""
    ids = np.asarray(company_ids, dtype=np.int64)
    return {
        name: _encoded_companies(ids, name, means.overall.size)
        for name, means in snapshot.means.items()
    }


def _encoded_companies(ids: Ints, name: str, size: int) -> EncodedCompanies:
    found = read_row(_VECTORS, {"encoder": name, "companies": ids.tolist()})
    places = np.searchsorted(ids, np.frombuffer(found[0], ">i8"))
    sizes = np.zeros(ids.size, dtype=np.int64)
    sizes[places] = np.frombuffer(found[1], ">i4") // (2 * size)
    languages = np.full(ids.size, "", dtype=object)
    languages[places] = found[2].decode().split("\n") if places.size else []
    vectors = np.frombuffer(found[3], "<i2").reshape(-1, size)
    return EncodedCompanies(vectors=vectors, sizes=sizes, languages=languages.tolist())


def means_of(names: Sequence[str]) -> dict[str, Means]:
    """Where the profiles lie under each encoder, from an even sample of the companies."""
    ids = Company.objects.active().order_by("pk").values_list("pk", flat=True)
    every = np.fromiter(ids.iterator(), dtype=np.int64)
    sample = every[:: max(every.size // SAMPLE, 1)]
    found = {}
    for name in names:
        size = _size_of(name)
        if size:
            read = _encoded_companies(sample, name, size)
            found[name] = take_means(read.vectors, read.language_of_each)
    return found


def _size_of(name: str) -> int:
    """How many numbers a vector of this encoder has; none if it has read nothing yet."""
    rows = ProfileMeaning.objects.filter(encoder=name).exclude(hashes=[])
    row = rows.order_by("company").first()
    return len(bytes(row.vectors)) // (2 * len(row.hashes)) if row else 0


def briefs_of(challenges: Iterable[Challenge], names: Iterable[str]) -> dict[int, Brief]:
    """Briefs by challenge as they are now, with what the named encoders made of them, and with what
    their managers decided about single companies.
    """
    chosen = list(challenges)
    decided = amendments_of([challenge.pk for challenge in chosen])
    briefs = [brief_of(challenge).amended_by(decided[challenge.pk]) for challenge in chosen]
    return with_meanings(briefs, names)


def with_meanings(briefs: Sequence[Brief], names: Iterable[str]) -> dict[int, Brief]:
    """By challenge; of whichever revision a brief is, what was made of that one joins it."""
    rows = BriefMeaning.objects.filter(
        challenge__in=[brief.id for brief in briefs], encoder__in=list(names)
    )
    found: dict[tuple[int, int], list[BriefMeaning]] = {}
    for row in rows:
        found.setdefault((row.challenge_id, row.revision), []).append(row)
    return {
        brief.id: brief.read_by(
            {row.encoder: _encoded(brief, row) for row in found.get((brief.id, brief.revision), ())}
        )
        for brief in briefs
    }


def _encoded(brief: Brief, row: BriefMeaning) -> EncodedBrief:
    parts = parts_of(brief.passages)
    chosen = encoder(row.encoder)
    return EncodedBrief(
        vectors=np.frombuffer(bytes(row.vectors), "<i2").reshape(len(parts) + 1, -1),
        parts=parts,
        language=brief.passages[0].language,
        languages_read=chosen.languages if chosen else frozenset(),
    )
