"""Models to dataclasses: the only translator between the database and `matching.scoring`."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

from challenges.choices import Priority
from challenges.markdown import plain_of
from challenges.models import Challenge, Requirement
from companies.models import Company, Reference, Solution
from matching.models import Contest, Override
from matching.scoring import facts

# The revision of a profile, and how often encoders have read it.
State: TypeAlias = tuple[int, int]

COMPANY_FIELDS = (
    "id", "revision", "themes", "capabilities", "country", "lat", "lon", "countries_served",
    "languages_of_work", "size_class", "is_active", "language", "summary", "description",
)  # fmt: skip


def brief_of(challenge: Challenge) -> facts.Brief:
    """The brief as scoring reads it. Three queries unless lab and requirements were fetched."""
    must, nice = _requirements(challenge)
    lab = challenge.lab
    return facts.Brief(
        id=challenge.pk,
        revision=challenge.revision,
        passages=_brief_passages(challenge),
        themes=tuple(challenge.themes),
        must_have=must,
        nice_to_have=nice,
        trl_min=challenge.trl_min,
        trl_max=challenge.trl_max,
        trl_is_must=challenge.trl_is_must,
        country=str(lab.country),
        point=_point(lab.lat, lab.lon),
        needs_presence=challenge.needs_presence,
        countries=tuple(challenge.countries),
        countries_are_must=bool(challenge.countries),
        languages_of_work=tuple(challenge.languages_of_work),
        size_classes=tuple(challenge.size_classes),
    )


def amendments_of(challenge_ids: Iterable[int]) -> dict[int, dict[int, facts.Amendment]]:
    """What managers decided about single companies: by challenge, then by company. Two queries."""
    ids = list(challenge_ids)
    shares: defaultdict[tuple[int, int], dict[str, float]] = defaultdict(dict)
    for contest in Contest.objects.accepted().filter(challenge__in=ids):
        shares[contest.challenge_id, contest.company_id][contest.criterion] = contest.share
    rows = Override.objects.raises().filter(challenge__in=ids)
    raised = {(row.challenge_id, row.company_id): 10 * (row.points or 0) for row in rows}
    found: dict[int, dict[int, facts.Amendment]] = {pk: {} for pk in ids}
    for pair in sorted({*shares, *raised}):
        amendment = facts.Amendment(shares.get(pair, {}), raised.get(pair, 0))
        found[pair[0]][pair[1]] = amendment
    return found


def profiles_of(company_ids: Sequence[int]) -> list[facts.Profile]:
    """Profiles with their texts, in the order of their ids. Three queries, however many."""
    rows = Company.objects.filter(pk__in=company_ids).order_by("pk").values(*COMPANY_FIELDS)
    solutions = _grouped(
        Solution, company_ids, "name", "description", "trl", "capabilities", "countries_served"
    )
    references = _grouped(
        Reference, company_ids, "title", "description", "client_type", "place", "confirmed_at"
    )
    return [_profile(row, solutions[row["id"]], references[row["id"]]) for row in rows]


def states_of(company_ids: Sequence[int]) -> dict[int, State]:
    """What the profiles of active companies are now. One query; compared with what it was before
    they were read, it says whether what was made of them still holds.
    """
    rows = Company.objects.active().filter(pk__in=company_ids).order_by("pk")
    found = rows.values_list("pk", "revision", "terms__readings")
    return {pk: (revision, readings or 0) for pk, revision, readings in found}


def _profile(
    row: dict[str, Any], solutions: list[dict[str, Any]], references: list[dict[str, Any]]
) -> facts.Profile:
    return facts.Profile(
        id=row["id"],
        revision=row["revision"],
        themes=tuple(row["themes"]),
        capabilities=tuple(row["capabilities"]),
        solutions=tuple(_solution(entry) for entry in solutions),
        references=tuple(_reference(entry) for entry in references),
        country=row["country"] or "",
        point=_point(row["lat"], row["lon"]),
        countries_served=tuple(row["countries_served"]),
        languages=tuple(row["languages_of_work"]),
        size_class=row["size_class"],
        opted_out=not row["is_active"],
        passages=_profile_passages(row, solutions, references),
    )


def _solution(entry: dict[str, Any]) -> facts.Solution:
    return facts.Solution(
        id=entry["id"],
        name=entry["name"],
        trl=entry["trl"],
        capabilities=tuple(entry["capabilities"]),
        countries_served=tuple(entry["countries_served"]),
    )


def _reference(entry: dict[str, Any]) -> facts.Reference:
    return facts.Reference(
        id=entry["id"],
        title=entry["title"],
        client_type=entry["client_type"],
        confirmed=entry["confirmed_at"] is not None,
    )


def _profile_passages(
    row: dict[str, Any], solutions: list[dict[str, Any]], references: list[dict[str, Any]]
) -> tuple[facts.Passage, ...]:
    language = row["language"]
    own = _passage("profile", language, row["summary"], row["description"])
    offers = [
        _passage("solution", language, row["name"], row["description"], number=row["id"])
        for row in solutions
    ]
    done = [
        _passage("reference", language, row["title"], row["description"], number=row["id"])
        for row in references
    ]
    return tuple(passage for passage in (own, *offers, *done) if passage.text)


def _brief_passages(challenge: Challenge) -> tuple[facts.Passage, ...]:
    language = challenge.language
    parts = (
        _passage("question", language, challenge.title, challenge.question),
        _passage("need", language, plain_of(challenge.need)),
        _passage("outcome", language, plain_of(challenge.wanted_outcome)),
        _passage("criteria", language, plain_of(challenge.success_criteria)),
        _passage("practice", language, plain_of(challenge.practice_today)),
    )
    return tuple(passage for passage in parts if passage.text)


def _passage(kind: str, language: str, *texts: str, number: int = 0) -> facts.Passage:
    text = "\n".join(text.strip() for text in texts if text.strip())
    return facts.Passage(kind=kind, text=text, language=language, id=number)


def _point(lat: float | None, lon: float | None) -> facts.Point | None:
    return None if lat is None or lon is None else facts.Point(lat, lon)


def _requirements(challenge: Challenge) -> tuple[tuple[str, ...], tuple[str, ...]]:
    rows: list[Requirement] = list(challenge.requirements.all())
    must = tuple(row.capability for row in rows if row.priority == Priority.MUST)
    nice = tuple(row.capability for row in rows if row.priority == Priority.NICE)
    return must, nice


def _grouped(
    model: type[Solution] | type[Reference], company_ids: Sequence[int], *fields: str
) -> defaultdict[int, list[dict[str, Any]]]:
    found: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    rows = model.objects.filter(company__in=company_ids).order_by("pk")
    for row in rows.values("id", "company_id", *fields):
        found[row["company_id"]].append(row)
    return found
