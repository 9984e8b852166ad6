"""What would change a score most: found by the worker, remembered, and read from there.

Profiles that nobody has are measured for it. What it depends on is the name it is remembered by:
the engine, the run, the profile, and by the parts whatever managers have decided.
"""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from django.core.cache import cache

from matching.models import Match, MatchRun
from matching.profiles import profiles_of
from matching.scoring import ENGINE, Brief, Reason
from matching.scoring.changes import Gain, best_changes

REMEMBERED = 24 * 3600


def known_changes(match: Match) -> tuple[Gain, ...] | None:
    """None while the worker has not looked yet; nothing of a score without a run."""
    if match.findings is None:
        return None
    if match.run_id is None:
        return ()
    found = cache.get(_key(match))
    return None if found is None else tuple(_gain(entry) for entry in found)


def find_changes(match: Match) -> None:
    """Look, and remember; nothing can be said of a profile that has changed since."""
    if match.findings is None or known_changes(match) is not None:
        return
    run = MatchRun.objects.filter(pk=match.run_id or 0).only("brief").first()
    profile = next(iter(profiles_of([match.company_id])), None)
    gains: tuple[Gain, ...] = ()
    if run and run.brief and profile and profile.revision == match.profile_revision:
        gains = best_changes(Brief.from_data(run.brief), profile, match.judged)
    cache.set(_key(match), [_data(gain) for gain in gains], REMEMBERED)


def _key(match: Match) -> str:
    counted = [
        [entry["criterion"], entry["weight_tenths"], entry["tenths"], entry["share"]]
        for entry in match.findings or ()
    ]
    parts = sha256(json.dumps(counted).encode()).hexdigest()
    about = f"{match.run_id}:{match.company_id}:{match.profile_revision}"
    return f"matching.changes:{ENGINE}:{about}:{parts}"


def _data(gain: Gain) -> dict[str, Any]:
    return {
        "criterion": gain.criterion,
        "reason": gain.reason.to_data(),
        "tenths": gain.tenths,
        "is_certain": gain.is_certain,
    }


def _gain(data: Mapping[str, Any]) -> Gain:
    return Gain(**{**data, "reason": Reason.from_data(data["reason"])})
