"""The engine and its peers on collections, in one table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from matching.encoders import Encoder
from matching.quality import peers
from matching.quality.collection import Collection
from matching.quality.engine import Kept, Told, rank
from matching.quality.measures import Difference, Measures, difference, measure

ENGINE, BM25, FULL_TEXT, POPULARITY = "engine", "BM25", "PostgreSQL full text", "popularity"
PEERS = (BM25, FULL_TEXT)
COLUMNS = ("nDCG@10", "MAP", "recall@20", "recall@50")


@dataclass(frozen=True, eq=False)
class Result:
    """Every method on one collection, question by question."""

    collection: str
    questions: int
    companies: int
    measures: Mapping[str, Measures]


def evaluate(
    collection: Collection, encoders: Sequence[Encoder], *, kept: Kept, tell: Told
) -> Result:
    briefs = [brief.passages for brief in collection.briefs]
    profiles = [profile.passages for profile in collection.profiles]
    scores = {
        ENGINE: rank(collection, encoders, kept=kept, tell=tell),
        BM25: peers.bm25(briefs, profiles),
        FULL_TEXT: peers.full_text(briefs, profiles),
        POPULARITY: np.tile(collection.popularity, (len(briefs), 1)),
    }
    return Result(
        collection=collection.name,
        questions=len(briefs),
        companies=len(profiles),
        measures={name: measure(found, collection.answers) for name, found in scores.items()},
    )


def differences(results: Sequence[Result]) -> dict[str, dict[str, Difference]]:
    """Engine less peer over the questions of all collections together, by peer and measure."""
    return {
        peer: {
            "nDCG@10": difference(
                np.concatenate([one.measures[ENGINE].ndcg_10 for one in results]),
                np.concatenate([one.measures[peer].ndcg_10 for one in results]),
            ),
            "recall@50": difference(
                np.concatenate([one.measures[ENGINE].recall_50 for one in results]),
                np.concatenate([one.measures[peer].recall_50 for one in results]),
            ),
        }
        for peer in PEERS
    }


def as_data(results: Sequence[Result]) -> dict[str, Any]:
    return {
        "collections": [
            {
                "name": one.collection,
                "questions": one.questions,
                "companies": one.companies,
                "methods": {name: found.means for name, found in one.measures.items()},
            }
            for one in results
        ],
        "differences": {
            peer: {
                name: {"mean": found.mean, "low": found.low, "high": found.high}
                for name, found in measures.items()
            }
            for peer, measures in differences(results).items()
        },
    }


def as_table(results: Sequence[Result]) -> str:
    lines = [
        f"| collection | method | {' | '.join(COLUMNS)} |",
        "|---|---|" + "---:|" * len(COLUMNS),
    ]
    for one in results:
        for name, found in one.measures.items():
            cells = " | ".join(f"{found.means[column]:.3f}" for column in COLUMNS)
            lines.append(f"| {one.collection} | {name} | {cells} |")
    lines += ["", "| engine less | measure | mean | 95 % of resamplings |", "|---|---|---:|---|"]
    for peer, compared in differences(results).items():
        for name, less in compared.items():
            span = f"{less.low:+.3f} to {less.high:+.3f}"
            lines.append(f"| {peer} | {name} | {less.mean:+.3f} | {span} |")
    return "\n".join(lines)
