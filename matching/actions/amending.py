"""What managers decide shows at once: in the match, and in the ranking of the company."""

import numpy as np

from challenges.models import Challenge
from matching.actions.ranking import rank
from matching.explaining import JUDGED, explain
from matching.models import Match, MatchRun
from matching.profiles import amendments_of
from matching.ranking import NOBODY, Columns
from matching.scoring import NOTHING, PARTS, amended
from matching.signals import matches_ready


def amend(*, challenge: Challenge, company_id: int) -> None:
    """A decision about this pair was made or taken back, in the caller's transaction.

    Where the match is explained already nothing is scored: decisions are laid over what is stored.
    """
    rows = Match.objects.for_challenge(challenge).filter(company=company_id)
    match = rows.select_for_update().first()
    if match is None:
        return
    explain([match])
    if match.findings is not None:
        _lay_over(match)
        match.save(update_fields=JUDGED)
        _rank(match)
    matches_ready.send(sender=MatchRun, challenge_ids=[challenge.pk])


def _lay_over(match: Match) -> None:
    decided = amendments_of([match.challenge_id])[match.challenge_id]
    findings = amended(match.judged, decided.get(match.company_id, NOTHING))
    tenths = {finding.criterion: finding.tenths for finding in findings}
    match.findings = [finding.to_data() for finding in findings]
    match.parts = [tenths.get(part, 0) for part in PARTS]
    match.total = sum(tenths.values())


def _rank(match: Match) -> None:
    total = match.total if match.is_eligible else NOBODY
    rank(
        Columns(
            companies=np.array([match.company_id], dtype=np.int64),
            challenges=np.array([match.challenge_id], dtype=np.int32),
            totals=np.array([[total]], dtype=np.int16),
        ),
        runs=np.array([match.run_id or 0], dtype=np.int64),
    )
