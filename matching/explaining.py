"""The one way to reasons, for pairs that are stored as bare numbers.

The same judgement as in a full run: a pair explained later reads as if the run had explained it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from challenges.models import Challenge
from matching.choices import RunState
from matching.corpus import known_companies
from matching.meanings import with_meanings
from matching.models import Match, MatchRun
from matching.profiles import amendments_of
from matching.scoring import (
    ENGINE,
    PARTS,
    Brief,
    BriefStatistics,
    Judgement,
    Profile,
    Scores,
    judge_each,
)
from matching.scoring.blocks import Yardstick, score_block
from matching.scoring.words import terms_asked
from matching.weighing import weights_under

Pair: TypeAlias = tuple[int, int]
Row: TypeAlias = dict[str, Any]

JUDGED = (
    "total", "parts", "is_eligible", "conditions", "findings", "completeness", "engine_version",
    "weights_version", "brief_revision", "profile_revision", "brief_hash", "profile_hash",
)  # fmt: skip


YARDSTICKS_KEPT = 1000

_yardsticks: dict[int, Yardstick] = {}


def explain(matches: Iterable[Match]) -> None:
    """Give those without findings theirs. Nothing is written; the worker's, and never a reader's.

    Under the brief, the statistics and the weights that the numbers came from; where the profile
    has changed since, its scoring is under way, and the match stays without.
    """
    silent = [match for match in matches if match.findings is None]
    rows = judged_rows((match.challenge_id, match.company_id) for match in silent) if silent else ()
    found = {(row["challenge_id"], row["company_id"]): row for row in rows}
    for match in silent:
        known = found.get((match.challenge_id, match.company_id), {})
        for name in JUDGED if known else ():
            setattr(match, name, known[name])


def judged_rows(pairs: Iterable[Pair]) -> list[Row]:
    """Fields of matches; pairs that no finished run covers are left out.

    Under the brief and the statistics of each challenge's last run, of the profile as it is now.
    The same number of queries for one pair and for many.
    """
    companies_of = defaultdict(set)
    for challenge_id, company_id in pairs:
        companies_of[challenge_id].add(company_id)
    runs = last_runs(Challenge.objects.filter(pk__in=companies_of))
    wanted = {pk: frozenset(ids) for pk, ids in companies_of.items()}
    return [
        as_fields(run, judgement)
        for scores, run, profiles in _scored(runs, wanted)
        for judgement in judge_each(scores, profiles)
    ]


def last_runs(challenges: Iterable[Challenge]) -> list[MatchRun]:
    """The last finished run of each of the challenges."""
    done = MatchRun.objects.filter(state=RunState.DONE, challenge__in=challenges).newest()
    runs = done.exclude(snapshot=None).exclude(brief=None).select_related("snapshot")
    read_later = ("brief", "brief_statistics", "weights", "snapshot__statistics")
    return list(runs.defer(*read_later).order_by("challenge_id"))


def scored(
    runs: Sequence[MatchRun], company_ids: Sequence[int]
) -> Iterable[tuple[Scores, MatchRun, list[Profile]]]:
    """All of these companies by each of the runs."""
    together = frozenset(company_ids)
    return _scored(runs, {run.challenge_id: together for run in runs})


def _scored(
    runs: Sequence[MatchRun], companies_of: Mapping[int, frozenset[int]]
) -> Iterable[tuple[Scores, MatchRun, list[Profile]]]:
    """The companies of each challenge by its run's own brief, statistics and weights, and by what
    managers have decided; texts are read once a snapshot, and no pair is scored that nobody wants.
    """
    decided = amendments_of([run.challenge_id for run in runs])
    by_snapshot = defaultdict(list)
    for run in runs:
        if run.snapshot is not None:
            by_snapshot[run.snapshot].append(run)
    for snapshot, several in by_snapshot.items():
        ids = set[int]().union(*(companies_of[run.challenge_id] for run in several))
        known = known_companies(sorted(ids), snapshot)
        measured = [one.amended_by(decided[one.brief.id]) for one in yardsticks_of(several)]
        alike = defaultdict(list)
        for run, yardstick in zip(several, measured, strict=True):
            alike[companies_of[run.challenge_id]].append((run, yardstick))
        for wanted, held in alike.items():
            briefs = [yardstick.brief for _run, yardstick in held]
            # Of few briefs the words are soon told; of many it takes longer than to read all.
            asked = terms_asked(briefs, known.snapshot) if len(briefs) < len(wanted) else None
            profiles, corpus = known.some(wanted, asked)
            if profiles:
                scores_of_each = score_block([yardstick for _run, yardstick in held], corpus)
                for (run, _yardstick), scores in zip(held, scores_of_each, strict=True):
                    yield scores, run, profiles


def yardsticks_of(runs: Sequence[MatchRun]) -> list[Yardstick]:
    """What the numbers of these runs were measured with, which is no more changed."""
    known = {run.pk: _yardsticks.get(run.pk) for run in runs}
    new = [run for run in runs if known[run.pk] is None]
    if new:
        rows = MatchRun.objects.filter(pk__in=[run.pk for run in new])
        read = list(
            rows.only("challenge", "brief", "brief_statistics", "weights", "weights_version")
        )
        names = {name for run in new if run.snapshot for name in run.snapshot.encoders}
        briefs = with_meanings([Brief.from_data(run.brief) for run in read if run.brief], names)
        for run in read:
            statistics = BriefStatistics.from_data(run.brief_statistics)
            brief = briefs[run.challenge_id]
            used = {n: found for n, found in brief.encoded.items() if n in statistics.spreads}
            known[run.pk] = Yardstick(brief.read_by(used), statistics, weights_under(run))
    if len(_yardsticks) > YARDSTICKS_KEPT:
        _yardsticks.clear()
    found = {pk: yardstick for pk, yardstick in known.items() if yardstick is not None}
    _yardsticks.update(found)
    return [found[run.pk] for run in runs]


def as_fields(run: MatchRun, judgement: Judgement) -> Row:
    """A judgement as the fields of a match."""
    tenths = {finding.criterion: finding.tenths for finding in judgement.findings}
    return {
        "challenge_id": run.challenge_id,
        "company_id": judgement.profile_id,
        "run_id": run.pk,
        "total": judgement.total_tenths,
        "parts": [tenths.get(criterion, 0) for criterion in PARTS],
        "is_eligible": judgement.is_eligible,
        "conditions": [condition.to_data() for condition in judgement.conditions],
        "findings": [finding.to_data() for finding in judgement.findings],
        "completeness": round(judgement.stated_tenths / 10),
        "engine_version": judgement.engine,
        "weights_version": judgement.weights_version,
        "brief_revision": judgement.brief_revision,
        "profile_revision": judgement.profile_revision,
        "brief_hash": judgement.brief_hash,
        "profile_hash": judgement.profile_hash,
    }


def bare_row(run: MatchRun, scores: Scores, profile: Profile) -> Row:
    """The same as numbers alone: what they rest on is known, what they say is asked for later."""
    row = scores.corpus.row_of(profile.id)
    return {
        "challenge_id": run.challenge_id,
        "company_id": profile.id,
        "run_id": run.pk,
        "total": int(scores.totals[row]),
        "parts": scores.parts[row].tolist(),
        "is_eligible": bool(scores.eligible[row]),
        "conditions": [],
        "findings": None,
        "completeness": round(int(scores.stated_tenths[row]) / 10),
        "engine_version": ENGINE,
        "weights_version": scores.weights_version,
        "brief_revision": scores.brief.revision,
        "profile_revision": profile.revision,
        "brief_hash": scores.brief.content_hash,
        "profile_hash": profile.content_hash,
    }
