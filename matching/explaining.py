"""The one way to a match with its reasons, for pairs that are stored as bare numbers or not at all.

The same judgement as in a full run: a pair explained later reads as if the run had explained it.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TypeAlias

from challenges.models import Challenge
from matching.choices import RunState
from matching.corpus import some_companies
from matching.models import Match, MatchRun
from matching.profiles import brief_of
from matching.scoring import CRITERIA, BriefStatistics, Judgement, Profile, Scores, judge, score

Pair: TypeAlias = tuple[int, int]


def explained(pairs: Iterable[Pair]) -> dict[Pair, Match]:
    """Matches by challenge and company, not saved; pairs that no finished run covers are left out.

    Under the statistics of each challenge's last run, and of the profile as it is now. The same
    number of queries for one pair and for many.
    """
    companies_of = defaultdict(set)
    for challenge_id, company_id in pairs:
        companies_of[challenge_id].add(company_id)
    runs = last_runs(Challenge.objects.filter(pk__in=companies_of))
    found = {}
    for scores, run, profiles in scored(runs, sorted(set().union(*companies_of.values()))):
        for profile in profiles:
            if profile.id in companies_of[run.challenge_id]:
                match = match_of(run, judge(scores, profile))
                found[run.challenge_id, profile.id] = match
    return found


def last_runs(challenges: Iterable[Challenge]) -> list[MatchRun]:
    """The last finished run of each of the challenges, with all that scoring reads of a brief."""
    done = MatchRun.objects.filter(state=RunState.DONE, challenge__in=challenges).newest()
    runs = done.exclude(snapshot=None).select_related("challenge__lab", "snapshot")
    runs = runs.defer("snapshot__statistics", "challenge__search")
    return list(runs.prefetch_related("challenge__requirements").order_by("challenge_id"))


def scored(
    runs: Sequence[MatchRun], company_ids: Sequence[int]
) -> Iterable[tuple[Scores, MatchRun, list[Profile]]]:
    """These companies under each run's own statistics; the texts are read once a snapshot."""
    snapshots = {run.snapshot_id: run.snapshot for run in runs if run.snapshot}
    read = {pk: some_companies(company_ids, row) for pk, row in snapshots.items()}
    for run in runs:
        profiles, corpus = read.get(run.snapshot_id, ([], None))
        if corpus is not None and profiles:
            statistics = BriefStatistics.from_data(run.brief_statistics)
            brief = brief_of(run.challenge)
            yield score(brief=brief, corpus=corpus, statistics=statistics), run, profiles


def match_of(run: MatchRun, judgement: Judgement) -> Match:
    """A judgement as a row, not saved."""
    data = judgement.to_data()
    tenths = {finding.criterion: finding.tenths for finding in judgement.findings}
    return Match(
        challenge_id=run.challenge_id,
        company_id=judgement.profile_id,
        run_id=run.pk,
        total=judgement.total_tenths,
        parts=[tenths.get(criterion, 0) for criterion in CRITERIA],
        is_eligible=judgement.is_eligible,
        conditions=data["conditions"],
        findings=data["findings"],
        completeness=round(judgement.stated_tenths / 10),
        engine_version=judgement.engine,
        weights_version=judgement.weights_version,
        brief_revision=judgement.brief_revision,
        profile_revision=judgement.profile_revision,
        brief_hash=judgement.brief_hash,
        profile_hash=judgement.profile_hash,
    )
