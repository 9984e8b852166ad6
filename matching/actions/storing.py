"""Judgements into rows: a late job never overwrites a newer one."""

import json
from collections.abc import Sequence

from django.db import connection
from django.utils import timezone

from matching.models import MatchRun
from matching.scoring import CRITERIA, Judgement

_UPSERT = """
INSERT INTO matching_match (
    challenge_id, company_id, run_id, total, parts, is_eligible, conditions, findings,
    completeness, is_kept, engine_version, weights_version, brief_revision, profile_revision,
    brief_hash, profile_hash, scored_at
)
SELECT
    %(challenge)s, row.company_id, %(run)s, row.total, row.parts, row.is_eligible,
    row.conditions, row.findings, row.completeness, false, row.engine, row.weights,
    row.brief_revision, row.profile_revision, row.brief_hash, row.profile_hash, %(now)s
FROM jsonb_to_recordset(%(rows)s::jsonb) AS row(
    company_id bigint, total smallint, parts smallint[], is_eligible boolean, conditions jsonb,
    findings jsonb, completeness smallint, engine text, weights text, brief_revision integer,
    profile_revision integer, brief_hash text, profile_hash text
)
ON CONFLICT (challenge_id, company_id) DO UPDATE SET
    run_id = excluded.run_id, total = excluded.total, parts = excluded.parts,
    is_eligible = excluded.is_eligible, conditions = excluded.conditions,
    findings = excluded.findings, completeness = excluded.completeness,
    engine_version = excluded.engine_version, weights_version = excluded.weights_version,
    brief_revision = excluded.brief_revision, profile_revision = excluded.profile_revision,
    brief_hash = excluded.brief_hash, profile_hash = excluded.profile_hash,
    scored_at = excluded.scored_at
WHERE matching_match.brief_revision <= excluded.brief_revision
  AND matching_match.profile_revision <= excluded.profile_revision
  AND coalesce(matching_match.run_id, 0) <= excluded.run_id
"""


def store(*, run: MatchRun, judgements: Sequence[Judgement]) -> None:
    """Write or renew the matches of one challenge in one statement, in the caller's transaction."""
    rows = [_row(judgement) for judgement in judgements]
    with connection.cursor() as cursor:
        cursor.execute(
            _UPSERT,
            {
                "challenge": run.challenge_id,
                "run": run.pk,
                "now": timezone.now(),
                "rows": json.dumps(rows),
            },
        )


def _row(judgement: Judgement) -> dict[str, object]:
    data = judgement.to_data()
    tenths = {finding.criterion: finding.tenths for finding in judgement.findings}
    return {
        "company_id": judgement.profile_id,
        "total": judgement.total_tenths,
        "parts": [tenths.get(criterion, 0) for criterion in CRITERIA],
        "is_eligible": judgement.is_eligible,
        "conditions": data["conditions"],
        "findings": data["findings"],
        "completeness": round(judgement.stated_tenths / 10),
        "engine": judgement.engine,
        "weights": judgement.weights_version,
        "brief_revision": judgement.brief_revision,
        "profile_revision": judgement.profile_revision,
        "brief_hash": judgement.brief_hash,
        "profile_hash": judgement.profile_hash,
    }
