"""A collection in a folder: companies, questions, and which company answers which question."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.scoring import Brief, Passage, Profile

POPULARITY = ("n_awards", "n_projects")


class NoCollection(Exception):
    """The folder lacks a file, or a file is not what it should be."""


@dataclass(frozen=True, eq=False)
class Collection:
    """`answers` is questions by companies; `popularity` counts what a company won so far."""

    name: str
    profiles: tuple[Profile, ...]
    briefs: tuple[Brief, ...]
    answers: NDArray[np.bool_]
    popularity: NDArray[np.float64]


def read_lines(folder: Path, *names: str, split: str = "dev") -> list[dict[str, Any]]:
    """The JSON lines of the first of these files, in the folder or in its subfolder `split`."""
    places = [place / name for place in (folder, folder / split) for name in names]
    found = next((path for path in places if path.is_file()), None)
    if found is None:
        raise NoCollection(f"{folder} holds none of: {', '.join(names)}")
    try:
        lines = found.read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines if line.strip()]
    except ValueError as problem:
        raise NoCollection(f"{found} is not a file of JSON lines.") from problem


def read_collection(folder: Path, *, split: str = "dev", language: str = "en") -> Collection:
    """Raises `NoCollection`. Questions without an answer among the companies are left out."""
    companies = read_lines(folder, "companies.jsonl", "organisations.jsonl", split=split)
    questions = read_lines(folder, "queries.jsonl", split=split)
    judged = read_lines(folder, "qrels.jsonl", split=split)
    try:
        columns = {row["id"]: place for place, row in enumerate(companies)}
        rows = {row["id"]: place for place, row in enumerate(questions)}
        answers = np.zeros((len(rows), len(columns)), dtype=np.bool_)
        for row in judged:
            if row["rel"] > 0 and row["q"] in rows and row["c"] in columns:
                answers[rows[row["q"]], columns[row["c"]]] = True
        profiles = tuple(_profile(place, row, language) for place, row in enumerate(companies, 1))
        briefs = tuple(_brief(place, row, language) for place, row in enumerate(questions, 1))
    except KeyError as problem:
        raise NoCollection(f"{folder} has a line without {problem}.") from problem
    answered: NDArray[np.bool_] = np.logical_or.reduce(answers, axis=1)
    if not answered.any():
        raise NoCollection(f"{folder} names no company that answers a question.")
    return Collection(
        name=folder.name,
        profiles=profiles,
        briefs=tuple(brief for brief, kept in zip(briefs, answered, strict=True) if kept),
        answers=answers[answered],
        popularity=np.array([_popularity(row) for row in companies]),
    )


def _profile(number: int, row: dict[str, Any], language: str) -> Profile:
    texts = [text.strip() for text in row["text"].split("\n") if text.strip()]
    spoken = row.get("language", language)
    return Profile(
        id=number,
        passages=tuple(Passage("reference", text, spoken, id=i) for i, text in enumerate(texts)),
    )


def _brief(number: int, row: dict[str, Any], language: str) -> Brief:
    spoken = row.get("language", language)
    texts = (("question", row.get("title", "")), ("need", row["text"]))
    passages = tuple(Passage(kind, text, spoken) for kind, text in texts if text.strip())
    return Brief(id=number, passages=passages)


def _popularity(row: dict[str, Any]) -> float:
    return float(next((row[name] for name in POPULARITY if name in row), 0))
