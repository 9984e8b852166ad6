"""After an edit: only what it touches."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Count, F, Max

from challenges.choices import Status
from companies.models import Company
from matching.actions.statistics import refresh_terms
from matching.actions.storing import store
from matching.choices import RunState
from matching.corpus import some_companies
from matching.models import Match, MatchRun
from matching.profiles import brief_of
from matching.scoring import BriefStatistics, judge, score
from matching.signals import matches_ready


def rescore_companies(*, company_ids: Sequence[int]) -> list[int]:
    """Renew these companies' matches with every open challenge that has been scored.

    The number is the one a full run would give under the challenge's snapshot. Companies that are
    gone lose the matches nobody touched. Returns the ids of the challenges.
    """
    if not company_ids:
        return []
    refresh_terms(company_ids=company_ids)
    gone = Company.objects.filter(pk__in=company_ids, is_active=False)
    left = Match.objects.filter(company__in=gone, is_kept=False)
    runs = _last_runs()
    stale = _stale(company_ids, runs)
    for run in runs if stale else []:
        rescore_run(run=run, company_ids=stale)
    if not left.delete()[0] and not stale:
        return []
    challenge_ids = [run.challenge_id for run in runs]
    if challenge_ids:
        with transaction.atomic():
            matches_ready.send(sender=MatchRun, challenge_ids=challenge_ids)
    return challenge_ids


def _stale(company_ids: Sequence[int], runs: Sequence[MatchRun]) -> list[int]:
    """Those with a match older than their profile; of ten edits in a row one is scored."""
    challenges = [run.challenge_id for run in runs]
    renewed = Match.objects.filter(
        company__in=company_ids,
        challenge__in=challenges,
        profile_revision=F("company__revision"),
    )
    counted = renewed.values("company").annotate(number=Count("pk"))
    fresh = set(counted.filter(number=len(challenges)).values_list("company", flat=True))
    return [company_id for company_id in company_ids if company_id not in fresh]


def _last_runs() -> list[MatchRun]:
    """The last finished run of each open challenge."""
    done = MatchRun.objects.filter(state=RunState.DONE, challenge__status=Status.OPEN)
    last = done.values("challenge").annotate(last=Max("pk")).values("last")
    runs = MatchRun.objects.filter(pk__in=last).select_related("challenge__lab", "snapshot")
    runs = runs.defer("snapshot__statistics", "challenge__search")
    return list(runs.prefetch_related("challenge__requirements").order_by("challenge"))


@transaction.atomic
def rescore_run(*, run: MatchRun, company_ids: Sequence[int]) -> None:
    """Renew these companies' matches with one challenge, under the statistics of its run."""
    if run.snapshot is None:
        return
    profiles, corpus = some_companies(company_ids, run.snapshot)
    if not profiles:
        return
    statistics = BriefStatistics.from_data(run.brief_statistics)
    scores = score(brief=brief_of(run.challenge), corpus=corpus, statistics=statistics)
    store(run=run, judgements=[judge(scores, profile) for profile in profiles])
