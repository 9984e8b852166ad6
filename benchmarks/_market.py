"""A large invented market, drawn and not encoded: companies and challenges of realistic size.

A company has a profile, up to three solutions and two references: 3.3 passages of 24 words on
average, of a language with so many endings that they hold 430 terms, and facets. Passages come
from a pool, so that a company's terms are those of its passages put together; vectors are drawn
around the subjects of the pool. Two companies in five are English and are read by the English
encoder too.
"""

import io
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from challenges.models import Challenge, Requirement
from clusters.models import ClusterOrganisation
from labs.models import LivingLab
from matching.encoders import encoders
from matching.models import BriefMeaning
from matching.profiles import brief_of
from matching.scoring import TERMS_VERSION, Passage, parts_of, terms_of
from matching.scoring.vectors import STORED
from taxonomy.capabilities import CAPABILITIES
from taxonomy.themes import THEMES

POOL, SUBJECTS, VOCABULARY, WORDS_EACH = 3_000, 60, 20_000, 24
AT_ONCE = 5_000
LANGUAGES = ("en", "en", "da", "sv", "de")
COUNTRIES = ("DK", "NO", "SE", "DE", "NL")

_COMPANIES = """
INSERT INTO companies_company (
    id, slug, name, registry_number, website, email, summary, description, language, street,
    postal_code, city, lat, lon, country, size_class, themes, capabilities, countries_served,
    languages_of_work, visibility, source, wants_invitations, is_active, is_demonstration,
    revision, sought, registry_key, created_at, updated_at
)
SELECT n, 'company-' || n, 'Company ' || n, '', '', 'c' || n || '@bench.example',
    '', (%(pool)s)[1 + passage], (%(languages)s)[1 + language], '', '', 'Aarhus',
    54 + d %% 8, 5 + d %% 17, (%(countries)s)[1 + d %% 5],
    (ARRAY['micro','small','medium','large',''])[1 + d / 5 %% 5],
    ARRAY[(%(themes)s)[1 + d %% 8], (%(themes)s)[1 + d / 8 %% 8]],
    ARRAY[(%(codes)s)[1 + d %% %(many)s], (%(codes)s)[1 + d / 7 %% %(many)s]],
    ARRAY[(%(countries)s)[1 + d / 3 %% 5]], ARRAY['en', (%(languages)s)[1 + language]],
    'public', 'imported', true, true, false, 1, '', '', now() - interval '1 day',
    now() - interval '1 day'
FROM unnest(%(ids)s, %(dice)s, %(passages)s, %(spoken)s) AS row(n, d, passage, language)
"""
_SOLUTIONS = """
INSERT INTO companies_solution
    (company_id, name, description, trl, capabilities, countries_served, revision)
SELECT company, 'X', (%(pool)s)[1 + passage], 1 + d %% 9,
    ARRAY[(%(codes)s)[1 + d / 9 %% %(many)s]], ARRAY[(%(countries)s)[1 + d %% 5]], 1
FROM unnest(%(ids)s, %(dice)s, %(passages)s) AS row(company, d, passage)
"""
_REFERENCES = """
INSERT INTO companies_reference
    (company_id, title, description, client_type, place, country, revision)
SELECT company, 'Y', (%(pool)s)[1 + passage], '', '', '', 1
FROM unnest(%(ids)s, %(passages)s) AS row(company, passage)
"""


@dataclass(frozen=True)
class Pool:
    """Passages with their terms and the direction each encoder would give them."""

    texts: list[str]
    terms: list[tuple[NDArray[np.int64], NDArray[np.uint16]]]
    subjects: NDArray[np.int64]
    centres: dict[str, NDArray[np.float32]]

    @classmethod
    def draw(cls, dice: np.random.Generator) -> "Pool":
        words = _words(dice)
        ranks = np.arange(1, VOCABULARY + 1)
        common = 1 / (ranks + 2.7)
        # A fifth of a passage is about its subject, the rest is what everybody says.
        subjects = dice.integers(0, SUBJECTS, POOL)
        texts = []
        for subject in subjects.tolist():
            general = dice.choice(VOCABULARY, WORDS_EACH * 4 // 5, p=common / common.sum())
            own = 1_000 + subject * 100 + dice.integers(0, 100, WORDS_EACH // 5)
            picked = dice.permutation(np.concatenate([general, own])).tolist()
            texts.append(_sentences([words[place] for place in picked]))
        found = [terms_of((Passage("profile", text),)) for text in texts]
        centres = {
            one.name: dice.standard_normal((SUBJECTS, one_size(one.name)), dtype=np.float32)
            for one in encoders()
        }
        return cls(texts, [(one.ids, one.counts) for one in found], subjects, centres)

    def vectors(
        self, name: str, passages: NDArray[np.int64], dice: np.random.Generator
    ) -> NDArray[np.int16]:
        centres = self.centres[name]
        noise = dice.standard_normal((passages.size, centres.shape[1]), dtype=np.float32)
        # All texts of one encoder lie close together, and those of a subject closer.
        drawn = centres[0] * 2 + centres[self.subjects[passages]] * 0.6 + noise
        drawn /= np.linalg.norm(drawn, axis=1, keepdims=True)
        return np.rint(drawn * STORED).astype("<i2")


def one_size(name: str) -> int:
    """Numbers in a vector; both bundled encoders have as many."""
    return 384


def companies(*, before: int, after: int, pool: Pool, dice: np.random.Generator) -> None:
    """To `after` companies from `before` of them, with terms and vectors, all read."""
    for low in range(before + 1, after + 1, AT_ONCE):
        _some(np.arange(low, min(low + AT_ONCE, after + 1)), pool, dice)
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval('companies_company_id_seq', %s)", [after])
        cursor.execute("VACUUM ANALYZE")


def _some(ids: NDArray[np.int64], pool: Pool, dice: np.random.Generator) -> None:
    spoken = dice.integers(0, len(LANGUAGES), ids.size)
    offers, works = dice.integers(0, 4, ids.size), dice.choice(3, ids.size, p=(0.4, 0.4, 0.2))
    sizes = 1 + offers + works
    passages = dice.integers(0, POOL, int(sizes.sum()))
    first = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    kinds = np.concatenate(
        [np.repeat((0, 1, 2), (1, o, w)) for o, w in zip(offers, works, strict=True)]
    )
    owners = np.repeat(ids, sizes)
    common = {
        "pool": pool.texts,
        "themes": [theme.code for theme in THEMES],
        "codes": [capability.code for capability in CAPABILITIES],
        "many": len(CAPABILITIES),
        "languages": list(LANGUAGES),
        "countries": list(COUNTRIES),
    }

    def rows(chosen: NDArray[np.bool_]) -> dict[str, object]:
        return {
            **common,
            "ids": owners[chosen].tolist(),
            "dice": dice.integers(0, 1 << 30, int(chosen.sum())).tolist(),
            "passages": passages[chosen].tolist(),
        }

    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(_COMPANIES, {**rows(kinds == 0), "spoken": spoken.tolist()})
        cursor.execute(_SOLUTIONS, rows(kinds == 1))
        cursor.execute(_REFERENCES, rows(kinds == 2))
        cursor.execute("SET session_replication_role = origin")
    _copy(
        "matching_profileterms (company_id, revision, version, vector, profile_hash)",
        (
            (_int8(pk), _int4(1), _int2(TERMS_VERSION), _terms(pool, own), b"0" * 32)
            for pk, own in zip(ids.tolist(), np.split(passages, first[1:]), strict=True)
        ),
    )
    for one in encoders():
        reads = [not one.languages or LANGUAGES[spoken_by] in one.languages for spoken_by in spoken]
        _meanings(one.name, ids, np.array(reads), passages, sizes, pool, dice)


def _meanings(
    name: str,
    ids: NDArray[np.int64],
    reads: NDArray[np.bool_],
    passages: NDArray[np.int64],
    sizes: NDArray[np.int64],
    pool: Pool,
    dice: np.random.Generator,
) -> None:
    vectors = pool.vectors(name, passages, dice)
    ends = np.cumsum(sizes)
    _copy(
        "matching_profilemeaning (company_id, encoder, revision, hashes, vectors)",
        (
            (
                _int8(pk),
                name.encode(),
                _int4(1),
                _texts([b"0" * 32] * (size if read else 0)),
                vectors[end - size : end].tobytes() if read else b"",
            )
            for pk, read, size, end in zip(
                ids.tolist(), reads.tolist(), sizes.tolist(), ends.tolist(), strict=True
            )
        ),
    )


def challenges(number: int, *, pool: Pool, dice: np.random.Generator) -> list[Challenge]:
    """Open challenges of three passages and a question, already read by the encoders."""
    cluster = ClusterOrganisation.objects.create(
        slug="market", name="Market", kind="cluster", country="DK"
    )
    lab = LivingLab.objects.create(
        slug="market", name="Lab", cluster=cluster, owner="City", city="Aarhus", country="DK",
        lat=56.2, lon=10.2, language="en", themes=[], summary="A lab.",
    )  # fmt: skip
    codes = [capability.code for capability in CAPABILITIES]
    with connection.cursor() as cursor:
        cursor.execute(_CHALLENGES, {"lab": lab.pk, "number": number})
    rows = list(Challenge.objects.select_related("lab").order_by("pk"))
    for place, challenge in enumerate(rows):
        texts = [pool.texts[pick] for pick in dice.integers(0, POOL, 5).tolist()]
        challenge.question, challenge.need = texts[0], " ".join(texts[1:3])
        challenge.wanted_outcome, challenge.success_criteria = texts[3:]
        challenge.themes = [THEMES[place % 8].code]
        challenge.trl_min, challenge.trl_max = 4 + place % 4, 8
        challenge.trl_is_must = place % 5 == 0
        challenge.countries = [list(COUNTRIES[:2]), []][place % 2]
        challenge.size_classes = [["micro", "small", "medium"], []][place // 2 % 2]
        challenge.languages_of_work = ["en", "da"]
        challenge.needs_presence = place % 3 == 0
    Challenge.objects.bulk_update(rows, _BRIEF)
    Requirement.objects.bulk_create(
        Requirement(challenge=one, capability=codes[(place * 3 + n) % len(codes)], priority=kind)
        for place, one in enumerate(rows)
        for n, kind in enumerate(("must", "must", "nice"))
    )
    BriefMeaning.objects.bulk_create(
        BriefMeaning(challenge=one, encoder=name, revision=one.revision, vectors=drawn.tobytes())
        for one in Challenge.objects.select_related("lab").prefetch_related("requirements")
        for name, drawn in _brief_vectors(one, pool, dice)
    )
    return rows


def _brief_vectors(
    challenge: Challenge, pool: Pool, dice: np.random.Generator
) -> Iterator[tuple[str, NDArray[np.int16]]]:
    parts = parts_of(brief_of(challenge).passages)
    picks = np.repeat(dice.integers(0, POOL, 1), len(parts) + 1)
    for one in encoders():
        yield one.name, pool.vectors(one.name, picks, dice)


_BRIEF = [
    "question", "need", "wanted_outcome", "success_criteria", "themes", "trl_min", "trl_max",
    "trl_is_must", "countries", "size_classes", "languages_of_work", "needs_presence",
]  # fmt: skip

_CHALLENGES = """
INSERT INTO challenges_challenge (
    slug, lab_id, status, title, question, language, themes, need, practice_today,
    wanted_outcome, success_criteria, out_of_scope, site_access, trl_min, trl_max, trl_is_must,
    countries, size_classes, languages_of_work, needs_presence, offer_kind, in_kind, follow_on,
    time_zone, deadline, policy, threshold, maximum, revision, created_at, updated_at,
    published_at, withdrawn_reason, is_demonstration
)
SELECT 'challenge-' || n, %(lab)s, 'open', 'Challenge ' || n, '', 'en', '{}', '', '', '', '', '',
    '', 5, 9, false, '{}', '{}', '{}', false, 'market_dialogue', '', '', 'Europe/Copenhagen',
    now() + interval '10 days', 'by_hand', 55, 20, 1, now(), now(), now(), '', false
FROM generate_series(1, %(number)s) AS n
"""


def _words(dice: np.random.Generator) -> list[str]:
    """Words that look like a language's: syllables, the frequent words short."""
    syllables = [a + b for a in "bdfghjklmnprstvw" for b in ("a", "e", "i", "o", "u", "er", "en")]
    found: dict[str, None] = {}
    while len(found) < VOCABULARY:
        length = 1 + min(len(found) // 60, 1) + int(dice.integers(0, 3))
        found["".join(dice.choice(syllables, length))] = None
    return list(found)


def _sentences(words: Sequence[str]) -> str:
    parts = [" ".join(words[start : start + 12]) for start in range(0, len(words), 12)]
    return ". ".join(part.capitalize() for part in parts) + "."


def _terms(pool: Pool, passages: NDArray[np.int64]) -> bytes:
    ids = np.concatenate([pool.terms[place][0] for place in passages])
    counts = np.concatenate([pool.terms[place][1] for place in passages])
    own, places = np.unique(ids, return_inverse=True)
    sums = np.bincount(places, counts).astype("<u2")
    return bytes(own.astype("<i8").tobytes() + sums.tobytes())


def _copy(columns: str, rows: Iterator[tuple[bytes, ...]]) -> None:
    data = io.BytesIO()
    data.write(b"PGCOPY\n\xff\r\n\x00" + bytes(8))
    for row in rows:
        data.write(struct.pack(">h", len(row)))
        for value in row:
            data.write(struct.pack(">i", len(value)))
            data.write(value)
    data.write(b"\xff\xff")
    data.seek(0)
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {columns} FROM STDIN (FORMAT binary)", data)


def _int8(number: int) -> bytes:
    return struct.pack(">q", number)


def _int4(number: int) -> bytes:
    return struct.pack(">i", number)


def _int2(number: int) -> bytes:
    return struct.pack(">h", number)


def _texts(texts: Sequence[bytes]) -> bytes:
    """An array of varchar; its code in the catalogue is 1043."""
    if not texts:
        return struct.pack(">iii", 0, 0, 1043)
    head = struct.pack(">iiiii", 1, 0, 1043, len(texts), 1)
    return head + b"".join(struct.pack(">i", len(text)) + text for text in texts)
