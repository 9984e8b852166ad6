"""What can be told of a match before its reasons are written: the parts its total adds up from."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from django.db.models import F
from django.utils.functional import Promise

from matching.models import Match, MatchRun
from matching.scoring import CRITERIA, PARTS, Brief
from matching.scoring.scores import criteria_asked
from matching.weighing import weights_under
from matching.wording import CRITERION_LABELS

Part: TypeAlias = dict[str, Any]


def weights_of_runs(matches: Iterable[Match]) -> dict[int, dict[str, int]]:
    """What each criterion counted in the runs that these are of. Nothing is measured for it."""
    wanted = {match.run_id for match in matches if match.run_id}
    rows = MatchRun.objects.filter(pk__in=wanted).exclude(brief=None) if wanted else ()
    return {
        run.pk: weights_under(run).among(criteria_asked(Brief.from_data(run.brief)))
        for run in rows
        if run.brief is not None
    }


def parts_of_numbers(
    match: Match,
    weights: Mapping[int, Mapping[str, int]],
    labels: Mapping[str, str | Promise] = CRITERION_LABELS,
) -> list[Part]:
    """As a finding's part, without its reason; none where they would not add up to the total."""
    counted = weights.get(match.run_id or 0)
    if counted is None:
        return []
    tenths = dict(zip(PARTS, match.parts, strict=False))
    told = [code for code in CRITERIA if code in counted]
    told += [code for code in PARTS if code not in CRITERIA and tenths.get(code)]
    parts: list[Part] = [
        {
            "criterion": code,
            "order": PARTS.index(code) + 1,
            "label": str(labels[code]),
            "tenths": tenths.get(code, 0),
            "weight_tenths": counted.get(code, tenths.get(code, 0)),
        }
        for code in told
    ]
    return parts if sum(part["tenths"] for part in parts) == match.total else []


def of_former_profiles(matches: Sequence[Match]) -> set[int]:
    """Which of these are of a profile that has changed since, and so are scored again."""
    ids = [match.pk for match in matches if match.pk]
    rows = Match.objects.filter(pk__in=ids, profile_revision__lt=F("company__revision"))
    return set(rows.values_list("pk", flat=True)) if ids else set()
