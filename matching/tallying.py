"""What one run counts while the companies pass by, and the matches it will write."""

from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias

import numpy as np

from matching.corpus import Block
from matching.models import MatchRun
from matching.scoring import ENGINE, Brief, Scores
from matching.scoring.arrays import Ints
from matching.scoring.front import Front, Rows

BEST_COMPANIES = 500
BEST_INELIGIBLE = 50

Row: TypeAlias = dict[str, Any]


class Tally:
    """The best companies, the best ineligible ones and those somebody touched."""

    def __init__(self, *, brief: Brief, touched: Iterable[int], threshold: int) -> None:
        self.brief_hash = brief.content_hash
        self.eligible = Front(BEST_COMPANIES)
        self.ineligible = Front(BEST_INELIGIBLE)
        self.touched_ids = np.array(sorted(touched), dtype=np.int64)
        self.touched = Front(self.touched_ids.size)
        self.threshold = threshold
        self.above = 0

    @property
    def seen(self) -> int:
        return self.eligible.seen + self.ineligible.seen

    def add(self, scores: Scores, block: Block) -> None:
        eligible = scores.eligible
        self.weights = scores.column_of_weights
        self.above += int((eligible & (scores.totals >= self.threshold)).sum())
        rows: Rows = {
            "ids": scores.ids,
            "totals": scores.totals,
            "eligible": eligible,
            "parts": scores.parts,
            "stated": scores.stated,
            "revisions": block.revisions,
            "hashes": block.hashes,
        }
        self.eligible.add(rows, among=eligible)
        self.ineligible.add(rows, among=~eligible)
        if self.touched_ids.size:
            self.touched.add(rows, among=np.isin(scores.ids, self.touched_ids))

    def rows(self, run: MatchRun) -> list[Row]:
        """Matches as numbers alone; what they say is asked for later."""
        fronts = (self.eligible.rows, self.ineligible.rows, self.touched.rows)
        found = {
            row["company_id"]: row for rows in fronts if rows for row in _bare(rows, self.weights)
        }
        common = {
            "challenge_id": run.challenge_id,
            "run_id": run.pk,
            "conditions": [],
            "findings": None,
            "engine_version": ENGINE,
            "weights_version": run.weights_version,
            "brief_revision": run.brief_revision,
            "brief_hash": self.brief_hash,
        }
        return [{**row, **common} for row in found.values()]


def _bare(rows: Rows, weights: Ints) -> Iterator[Row]:
    rows = {**rows, "stated": rows["stated"] @ weights}
    columns = {name: column.tolist() for name, column in rows.items()}
    for values in zip(*columns.values(), strict=True):
        row = dict(zip(columns, values, strict=True))
        yield {
            "company_id": row["ids"],
            "total": row["totals"],
            "parts": row["parts"],
            "is_eligible": row["eligible"],
            "completeness": round(row["stated"] / 10),
            "profile_revision": row["revisions"],
            "profile_hash": row["hashes"].decode(),
        }
