"""Matches into rows: a late job never overwrites a newer one."""

import json
from collections.abc import Sequence

from django.db import connection
from django.utils import timezone

from matching.explaining import Row

_UPSERT = """
INSERT INTO matching_match (
    challenge_id, company_id, run_id, total, parts, is_eligible, conditions, findings,
    completeness, is_kept, engine_version, weights_version, brief_revision, profile_revision,
    brief_hash, profile_hash, scored_at
)
SELECT
    row.challenge_id, row.company_id, row.run_id, row.total, row.parts, row.is_eligible,
    row.conditions, row.findings, row.completeness, %(kept)s, row.engine_version,
    row.weights_version, row.brief_revision, row.profile_revision, row.brief_hash,
    row.profile_hash, %(now)s
FROM jsonb_to_recordset(%(rows)s::jsonb) AS row(
    challenge_id bigint, company_id bigint, run_id bigint, total smallint, parts smallint[],
    is_eligible boolean, conditions jsonb, findings jsonb, completeness smallint,
    engine_version text, weights_version text, brief_revision integer, profile_revision integer,
    brief_hash text, profile_hash text
)
ORDER BY row.challenge_id, row.company_id
ON CONFLICT (challenge_id, company_id) DO UPDATE SET
    run_id = excluded.run_id, total = excluded.total, parts = excluded.parts,
    is_eligible = excluded.is_eligible, conditions = excluded.conditions,
    findings = excluded.findings, completeness = excluded.completeness,
    is_kept = matching_match.is_kept OR excluded.is_kept,
    engine_version = excluded.engine_version, weights_version = excluded.weights_version,
    brief_revision = excluded.brief_revision, profile_revision = excluded.profile_revision,
    brief_hash = excluded.brief_hash, profile_hash = excluded.profile_hash,
    scored_at = excluded.scored_at
WHERE matching_match.brief_revision <= excluded.brief_revision
  AND matching_match.profile_revision <= excluded.profile_revision
  AND coalesce(matching_match.run_id, 0) <= excluded.run_id
"""


_EXPLAIN = """
UPDATE matching_match AS match SET
    total = row.total, parts = row.parts, is_eligible = row.is_eligible,
    conditions = row.conditions, findings = row.findings, completeness = row.completeness,
    profile_revision = row.profile_revision, profile_hash = row.profile_hash
FROM jsonb_to_recordset(%(rows)s::jsonb) AS row(
    challenge_id bigint, company_id bigint, run_id bigint, total smallint, parts smallint[],
    is_eligible boolean, conditions jsonb, findings jsonb, completeness smallint,
    profile_revision integer, profile_hash text
)
WHERE match.challenge_id = row.challenge_id AND match.company_id = row.company_id
  AND match.run_id = row.run_id AND match.profile_revision <= row.profile_revision
  AND match.findings IS NULL
"""


def store(rows: Sequence[Row], *, as_kept: bool = False) -> None:
    """Write or renew matches in one statement, in the caller's transaction."""
    with connection.cursor() as cursor:
        cursor.execute(_UPSERT, {"now": timezone.now(), "rows": json.dumps(rows), "kept": as_kept})


def write_down(rows: Sequence[Row]) -> None:
    """Give matches of these runs what was found; what is gone, newer or explained by now stays."""
    with connection.cursor() as cursor:
        cursor.execute(_EXPLAIN, {"rows": json.dumps(rows)})
