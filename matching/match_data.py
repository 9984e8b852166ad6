"""One match for a program: what its page says, as data, for the same reader.

The same inputs give the same bytes: keys are sorted, no moment is told, and what was stored reads
as what was explained just now.
"""

import json
from collections.abc import Mapping
from typing import Any

from matching.models import Match
from matching.scoring import Condition, Finding, Reason
from matching.showing import ShownMatch
from matching.wording import condition_label, criterion_label, missing, sentence

Data = dict[str, Any]


def bytes_of(one: ShownMatch, *, challenge: Mapping[str, str]) -> bytes:
    """UTF-8 JSON. Of a company without a name for this reader, nothing that its page leaves out."""
    data = data_of(one, challenge=challenge)
    return json.dumps(data, ensure_ascii=False, sort_keys=True, indent=1).encode() + b"\n"


def data_of(one: ShownMatch, *, challenge: Mapping[str, str]) -> Data:
    match, anonymous = one.match, one.company is None
    return {
        "challenge": dict(challenge),
        "company": {
            "name": one.name,
            "url": one.profile_url or None,
        },
        "total_tenths": match.total,
        "is_eligible": match.is_eligible,
        "completeness_percent": match.completeness,
        "findings": [_finding(finding, anonymous=anonymous) for finding in match.judged],
        "conditions": [_condition(condition, anonymous=anonymous) for condition in match.checked],
        "versions": _versions(match, anonymous=anonymous),
    }


def _finding(finding: Finding, *, anonymous: bool) -> Data:
    """Of an unnamed company the sentence and the points, as on its page: the data of a reason names
    its country, and an exact share how far away it is.
    """
    told = finding.anonymous if anonymous else finding
    return {
        "criterion": finding.criterion,
        "label": criterion_label(finding.criterion),
        "weight_tenths": finding.weight_tenths,
        "tenths": finding.tenths,
        "share": None if anonymous else finding.share,
        "reason": _reason(told.reason, anonymous=anonymous),
        "missing": {"codes": list(finding.missing), "text": missing(finding)},
        "quotes": [
            {"side": quote.side, "kind": quote.kind, "text": quote.text, "words": [*quote.words]}
            for quote in told.quotes
        ],
    }


def _condition(condition: Condition, *, anonymous: bool) -> Data:
    """Its data, too, says more than its sentence, such as every TRL of a company."""
    told = condition.anonymous if anonymous else condition
    return {
        "code": condition.code,
        "label": condition_label(condition),
        "state": condition.state.value,
        "reason": _reason(told.reason, anonymous=anonymous),
    }


def _reason(reason: Reason, *, anonymous: bool) -> Data:
    return {
        "code": reason.code,
        "data": {} if anonymous else dict(reason.data),
        "text": sentence(reason),
    }


def _versions(match: Match, *, anonymous: bool) -> Data:
    """A hash of its profile would show that two unnamed companies are the same."""
    versions = {
        "engine": match.engine_version,
        "weights": match.weights_version,
        "brief_revision": match.brief_revision,
        "brief_hash": match.brief_hash,
    }
    if anonymous:
        return versions
    return versions | {
        "profile_revision": match.profile_revision,
        "profile_hash": match.profile_hash,
    }
