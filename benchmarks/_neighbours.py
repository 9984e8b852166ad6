"""The same question by meaning to pgvector: exact scan and HNSW, with the same eligibility."""

import io
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from benchmarks._clock import in_words, timed
from challenges.models import Challenge
from matching.corpus import Companies
from matching.explaining import last_runs, yardsticks_of
from matching.scoring import eligibility
from matching.scoring.meaning import asked_of
from matching.scoring.vectors import Directions

BEST = 50
ASKED = 20

_TABLE = """
CREATE EXTENSION IF NOT EXISTS vector;
DROP TABLE IF EXISTS bench_vector;
CREATE TABLE bench_vector (id bigint PRIMARY KEY, country text, size_class text, v vector(384));
"""
_FILL = "COPY bench_vector FROM STDIN"
_ASK = """
SELECT id FROM bench_vector WHERE country = ANY(%(countries)s) AND size_class = ANY(%(sizes)s)
ORDER BY v <=> %(v)s::vector LIMIT 50
"""


def measure(challenges: Sequence[Challenge]) -> dict[str, Any]:
    """Of challenges that ask for two countries and three size classes: a quarter is eligible."""
    runs = last_runs(challenges[0:80:4][:ASKED])
    yardsticks = yardsticks_of(runs)
    blocks = list(Companies(runs[0].snapshot).blocks())
    name = blocks[0].corpus.text_fits[1].name
    matrix, ids = _filled(blocks)
    means = blocks[0].corpus.text_fits[1].means
    directions = [asked_of(one.brief.encoded[name], means).direction for one in yardsticks]
    asked = [*Directions.of(np.stack(directions)).rows.astype(np.float32)]
    briefs = [one.brief for one in yardsticks]
    fits = [
        np.concatenate([
            eligibility.eligible(eligibility.check(_only_place_and_size(brief), block.corpus),
                                 len(block.corpus)) & _stated(block) for block in blocks
        ]) for brief in briefs
    ]  # fmt: skip

    def ours() -> list[list[int]]:
        return [_best(matrix, ids, vector, fit) for vector, fit in zip(asked, fits, strict=True)]

    def theirs() -> list[list[int]]:
        return [_search(vector, brief) for vector, brief in zip(asked, briefs, strict=True)]

    own, right = timed(ours, 3)
    with connection.cursor() as cursor:
        exact, found = timed(theirs, 1)
        rows = {"(d) numpy, one of 20 questions, best 50 eligible": in_words(own.wall / ASKED)}
        rows["(d) pgvector exact scan, same filter"] = _told(exact.wall, found, right)
        cursor.execute("SET maintenance_work_mem = '4GB'")
        building, _none = timed(
            lambda: cursor.execute("CREATE INDEX ON bench_vector USING hnsw (v vector_cosine_ops)")
        )
        rows["(d) pgvector HNSW: building the index"] = in_words(building.wall)
        cursor.execute("SET enable_seqscan = off")
        for title, setting in (("", "off"), (", iterative scan", "strict_order")):
            cursor.execute(f"SET hnsw.iterative_scan = {setting}")
            theirs()
            took, found = timed(theirs, 1)
            rows[f"(d) pgvector HNSW{title}, same filter"] = _told(took.wall, found, right)
        cursor.execute("RESET enable_seqscan; RESET hnsw.iterative_scan; DROP TABLE bench_vector")
    return rows


def _told(seconds: float, found: list[list[int]], right: list[list[int]]) -> str:
    shared = sum(len({*some} & {*all_}) for some, all_ in zip(found, right, strict=True))
    recall = shared / sum(len(one) for one in right)
    return f"{in_words(seconds / ASKED)}, recall {recall:.2f}"


def _filled(blocks: Sequence[Any]) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """One vector a company: the first passage of its profile, centred."""
    matrices = []
    with connection.cursor() as cursor:
        cursor.execute(_TABLE)
        for block in blocks:
            fit = block.corpus.text_fits[1]
            rows = fit.passages.rows[fit.starts[:-1]].astype(np.float32)
            matrices.append(rows / np.linalg.norm(rows, axis=1, keepdims=True))
            homes, sizes = _codes(block.corpus.home), _codes(block.corpus.size_class)
            lines = (
                f"{pk}\t{home}\t{size}\t[{','.join(map(str, row))}]\n"
                for pk, home, size, row in zip(
                    block.corpus.ids.tolist(), homes, sizes, rows.astype(int).tolist(), strict=True
                )
            )
            cursor.copy_expert(_FILL, io.StringIO("".join(lines)))
        cursor.execute("ANALYZE bench_vector")
    return np.concatenate(matrices), np.concatenate([block.corpus.ids for block in blocks])


def _codes(matrix: Any) -> list[str]:
    names = [*matrix.columns, ""]
    places = np.where(matrix.stated, matrix.bits.argmax(axis=1), len(names) - 1)
    return [names[place] for place in places.tolist()]


def _only_place_and_size(brief: Any) -> Any:
    return replace(brief, trl_is_must=False)


def _stated(block: Any) -> NDArray[np.bool_]:
    stated: NDArray[np.bool_] = block.corpus.home.stated & block.corpus.size_class.stated
    return stated


def _best(
    matrix: NDArray[np.float32], ids: NDArray[np.int64], vector: NDArray[np.float32], fit: Any
) -> list[int]:
    likeness = np.where(fit, matrix @ vector, -np.inf)
    front = np.argpartition(-likeness, BEST)[:BEST]
    return [int(pk) for pk in ids[front]]


def _search(vector: NDArray[np.float32], brief: Any) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            _ASK,
            {
                "countries": list(brief.countries),
                "sizes": list(brief.size_classes),
                "v": "[" + ",".join(str(int(number)) for number in vector) + "]",
            },
        )
        return [row[0] for row in cursor.fetchall()]
