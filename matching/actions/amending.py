"""What managers decide shows at once: in the match, and in the ranking of the company."""

from collections.abc import Mapping, Sequence
from itertools import groupby

import numpy as np

from challenges.models import Challenge
from matching.actions.ranking import rank
from matching.actions.wanting import want
from matching.models import Match, MatchRun
from matching.profiles import amendments_of
from matching.ranking import NOBODY, Columns
from matching.scoring import NOTHING, PARTS, Amendment, amended, raised_to
from matching.signals import matches_ready


def amend(*, challenge: Challenge, company_id: int) -> None:
    """A decision about this pair was made or taken back, in the caller's transaction.

    Nothing is scored: it is laid over what is stored. Of bare numbers that is a raise alone; the
    worker explains such a match, and one that is not stored, under all that is decided.
    """
    rows = Match.objects.for_challenge(challenge).filter(company=company_id)
    match = rows.select_for_update().first()
    if match is None or match.findings is None:
        want(challenge_id=challenge.pk, company_ids=[company_id])
    if match is not None:
        decided = amendments_of([challenge.pk])[challenge.pk]
        lay_over(match, decided)
        rank_matches([match])
    matches_ready.send(sender=MatchRun, challenge_ids=[challenge.pk])


def lay_over(match: Match, decided: Mapping[int, Amendment]) -> None:
    """The match is saved where the decisions make it another."""
    amendment = decided.get(match.company_id, NOTHING)
    if match.findings is None:
        match.parts = raised_to(match.parts, amendment.raised)
        match.total = sum(match.parts)
        match.save(update_fields=["parts", "total"])
        return
    findings = amended(match.judged, amendment)
    if findings == match.judged:
        return
    tenths = {finding.criterion: finding.tenths for finding in findings}
    match.findings = [finding.to_data() for finding in findings]
    match.parts = [tenths.get(part, 0) for part in PARTS]
    match.total = sum(tenths.values())
    match.save(update_fields=["findings", "parts", "total"])


def rank_matches(matches: Sequence[Match]) -> None:
    """Their totals in the rankings of their companies; all are of one challenge."""
    in_order = sorted(matches, key=lambda match: (match.run_id or 0, match.company_id))
    for run_id, group in groupby(in_order, key=lambda match: match.run_id or 0):
        of_run = list(group)
        totals = [match.total if match.is_eligible else NOBODY for match in of_run]
        rank(
            Columns(
                companies=np.array([match.company_id for match in of_run], dtype=np.int64),
                challenges=np.array([of_run[0].challenge_id], dtype=np.int32),
                totals=np.array(totals, dtype=np.int16).reshape(-1, 1),
            ),
            runs=np.array([run_id], dtype=np.int64),
        )
