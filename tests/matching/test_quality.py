"""Measures of a ranking, and the command that prints them."""

import json
import os
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from matching.quality.measures import difference, measure

COMPANIES = [
    {
        "id": "a",
        "name": "A",
        "text": "Sensors find faults in a grid.\nMeters for substations.",
    },
    {"id": "b", "name": "B", "text": "Fresh bread for schools."},
    {"id": "c", "name": "C", "text": "Cargo bicycles for craftsmen.", "n_projects": 9},
    {"id": "d", "name": "D", "text": "Målere finder fejl i elnettet.", "language": "da"},
]
QUESTIONS = [
    {"id": "q1", "title": "Grid faults", "text": "Find faults in the power grid with sensors."},
    {"id": "q2", "title": "Deliveries", "text": "Deliver goods by bicycle instead of by van."},
    {"id": "q3", "title": "Nobody", "text": "Nobody answers this."},
]
ANSWERS = [
    {"q": "q1", "c": "a", "rel": 2},
    {"q": "q1", "c": "d", "rel": 1},
    {"q": "q2", "c": "c", "rel": 1},
    {"q": "q3", "c": "b", "rel": 0},
]


@pytest.fixture
def folder(tmp_path) -> Path:
    write(tmp_path / "companies.jsonl", COMPANIES)
    (tmp_path / "dev").mkdir()
    write(tmp_path / "dev" / "queries.jsonl", QUESTIONS)
    write(tmp_path / "dev" / "qrels.jsonl", ANSWERS)
    return tmp_path


def write(path: Path, rows: list[dict]) -> None:
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("evaluate_matching", *arguments, stdout=out, stderr=StringIO())
    return out.getvalue()


def test_measures_of_a_known_ranking():
    scores = np.array([[4.0, 3.0, 2.0, 1.0]])
    answers = np.array([[False, True, False, True]])

    found = measure(scores, answers)

    ideal = 1 + 1 / np.log2(3)
    assert found.ndcg_10[0] == pytest.approx((1 / np.log2(3) + 1 / np.log2(5)) / ideal)
    assert found.average_precision[0] == pytest.approx((1 / 2 + 2 / 4) / 2)
    assert found.recall_20[0] == found.recall_50[0] == 1


def test_a_perfect_ranking_is_one_and_a_late_answer_is_missed():
    scores = -np.arange(100.0)[None]
    first, late = np.zeros((1, 100), bool), np.zeros((1, 100), bool)
    first[0, 0] = late[0, 60] = True

    assert measure(scores, first).means == dict.fromkeys(measure(scores, first).means, 1.0)
    assert measure(scores, late).recall_50[0] == 0


def test_a_difference_is_sure_only_when_the_questions_agree():
    ours = np.full(80, 0.5)
    split = np.where(np.arange(80) % 2, 0.1, 0.9)

    sure, unsure = difference(ours, ours - 0.1), difference(ours, split)

    assert (sure.mean, sure.is_sure) == (pytest.approx(0.1), True)
    assert (unsure.mean, unsure.is_sure) == (pytest.approx(0.0), False)


@pytest.mark.django_db
def test_the_command_measures_the_engine_and_its_peers(folder):
    data = json.loads(run(str(folder), "--json"))

    (found,) = data["collections"]
    assert (found["questions"], found["companies"]) == (2, 4)
    assert list(found["methods"]) == ["engine", "BM25", "PostgreSQL full text", "popularity"]
    assert found["methods"]["engine"]["nDCG@10"] == 1
    assert found["methods"]["popularity"]["nDCG@10"] < 1
    assert list(data["differences"]) == ["BM25", "PostgreSQL full text"]


@pytest.mark.django_db
def test_what_was_read_is_kept_and_gives_the_same_table(folder, tmp_path):
    first = run(str(folder), "--keep", str(tmp_path / "kept"))
    files = {path: path.stat().st_mtime_ns for path in (tmp_path / "kept").iterdir()}

    again = run(str(folder), "--keep", str(tmp_path / "kept"))

    assert again == first
    assert {path: path.stat().st_mtime_ns for path in files} == files


@pytest.mark.parametrize("missing", ["companies.jsonl", "dev/queries.jsonl", "dev/qrels.jsonl"])
def test_a_folder_that_lacks_a_file_is_named(folder, missing):
    (folder / missing).unlink()

    with pytest.raises(CommandError, match=str(folder)):
        run(str(folder))


def test_a_broken_line_is_named(folder):
    (folder / "companies.jsonl").write_text("{", encoding="utf-8")

    with pytest.raises(CommandError, match=r"companies\.jsonl is not a file of JSON lines"):
        run(str(folder))


@pytest.mark.django_db
def test_the_engine_reaches_its_mark_on_public_collections():
    if not (place := os.environ.get("LABMATCH_COLLECTIONS")):
        pytest.skip("LABMATCH_COLLECTIONS names no folder of public collections")
    folders = [str(Path(place) / name) for name in ("sbir", "h2020no")]

    data = json.loads(run(*folders, "--json", "--keep", str(Path(place) / ".encoded")))

    sbir, h2020no = (found["methods"]["engine"] for found in data["collections"])
    assert (sbir["nDCG@10"] >= 0.26, sbir["recall@50"] >= 0.65) == (True, True)
    assert (h2020no["nDCG@10"] >= 0.38, h2020no["recall@50"] >= 0.85) == (True, True)
    lows = [found["low"] for peer in data["differences"].values() for found in peer.values()]
    assert min(lows) > 0
