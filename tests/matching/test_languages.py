"""Across languages: a challenge in one finds the company that answers it in another.

The collection beside this file is our own: eight themes, each with a challenge in seven languages,
a company that answers it in each, and in each two that do not: a neighbour of the subject and one
whose words are the challenge's own. They all stand beside the right company of one language at a
time, so that a company in another language has no ally.
"""

import json
import os
from collections import defaultdict
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from matching.encoders import encoders
from matching.quality.collection import Collection, read_collection, read_lines
from matching.quality.engine import Kept, read
from matching.scoring import Brief, score

HERE = Path(__file__).parent / "languages"
NACE_LANGUAGES = {"en": "en", "da": "da", "no": "nb", "sv": "sv", "de": "de", "nl": "nl"}
NACE_DIVISIONS, NACE_CLASSES = 8, 4


def test_the_collection_has_eight_themes_in_seven_languages_and_hard_distractors():
    companies, questions = read_lines(HERE, "companies.jsonl"), read_lines(HERE, "queries.jsonl")
    languages = {row["language"] for row in questions}
    themes = {row["id"].split(".")[0] for row in questions}
    kinds = ("answer", "neighbour", "namesake")

    assert languages == {"en", "da", "nb", "sv", "de", "nl", "es"}
    assert len(themes) == 8
    assert {row["id"] for row in questions} == {f"{t}.{c}" for t, c in product(themes, languages)}
    assert {row["id"] for row in companies} == {
        f"{theme}-{kind}.{code}" for theme, kind, code in product(themes, kinds, languages)
    }


def test_the_right_company_comes_first_across_languages():
    first = list(firsts(read_collection(HERE)))

    assert len(first) == 8 * 7 * 6
    assert sum(first) / len(first) >= 0.95


def test_activities_are_found_across_languages_among_their_siblings(tmp_path):
    """Labels of a few words, the other classes of the same division beside them: far harder."""
    if not (place := os.environ.get("LABMATCH_COLLECTIONS")):
        pytest.skip("LABMATCH_COLLECTIONS names no folder of public collections")
    write_activities(Path(place) / "languages" / "nace.jsonl", tmp_path)

    first = list(firsts(read_collection(tmp_path)))

    assert len(first) == NACE_DIVISIONS * NACE_CLASSES * 6 * 5
    assert sum(first) / len(first) >= 0.6


def firsts(collection: Collection) -> Iterator[bool]:
    """Challenge by challenge and language by language: is the right company of that language above
    every company of the challenge's own language that does not answer it?
    """
    spoken = np.array([one.passages[0].language for one in collection.profiles])
    found = read(collection, encoders(), kept=Kept(None), tell=lambda *_: None)
    briefs: dict[bytes, list[Brief]] = defaultdict(list)
    for brief, answers in zip(found.briefs, collection.answers, strict=True):
        briefs[answers.tobytes()].append(brief)
    for pattern, asking in briefs.items():
        answers = np.frombuffer(pattern, dtype=np.bool_)
        for right in np.flatnonzero(answers):
            rows = np.flatnonzero(~answers | (np.arange(answers.size) == right))
            corpus = found.corpus(rows.tolist())
            for brief in (one for one in asking if one.language != spoken[right]):
                totals = score(brief=brief, corpus=corpus).totals
                rivals = (spoken[rows] == brief.language) & (rows != right)
                yield bool(totals[rows == right][0] > totals[rivals].max())


def write_activities(source: Path, folder: Path) -> None:
    rows = [json.loads(line) for line in source.read_text(encoding="utf-8").splitlines()]
    divisions = defaultdict(list)
    for row in rows:
        if len(row["code"]) == len("01.11") and all(row.get(code) for code in NACE_LANGUAGES):
            divisions[row["code"][:2]].append(row)
    large = [some for some in divisions.values() if len(some) >= NACE_CLASSES]
    step = len(large) // NACE_DIVISIONS
    chosen = [row for some in large[::step][:NACE_DIVISIONS] for row in some[:NACE_CLASSES]]
    texts = [
        {"id": f"{row['code']}.{code}", "code": row["code"], "language": code, "text": row[name]}
        for row, (name, code) in product(chosen, NACE_LANGUAGES.items())
    ]
    answers = [
        {"q": one["id"], "c": other["id"], "rel": 1}
        for one, other in product(texts, texts)
        if one["code"] == other["code"]
    ]
    for name, lines in (("companies", texts), ("queries", texts), ("qrels", answers)):
        place = folder / f"{name}.jsonl"
        place.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
